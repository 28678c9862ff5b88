/** A slider; what it is made of differs (`slide.h5`, `slide.weapp`). */
export interface SlideProps {
  label: string;
  value: number;
  most: number;
  said: string;
  onSlide: (value: number) => void;
}

export declare function Slide(props: SlideProps): React.JSX.Element;
