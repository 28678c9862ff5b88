/** The open camera with hints while one aims; what it is made of differs (`camera.h5`, `camera.weapp`). */
export interface CameraProps {
  /** What is before the camera. */
  of: string;
  onTaken: (file: string) => void;
  onClose: () => void;
  /** There is no camera, or it may not be used. */
  onNone: () => void;
}

export declare function Camera(props: CameraProps): React.JSX.Element;
