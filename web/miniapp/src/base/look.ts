/** What is wrong with a picture of a paper before it is taken, seen in a small copy of what the camera sees. */
export type Flaw = "dark" | "glare" | "blurred";

/** The width of the small copy, in pixels; the bounds below are for it. */
export const SEEN_WIDTH = 160;
const LEAST_BRIGHT = 45;
const BURNT = 250;
const MOST_BURNT_SHARE = 0.04;
const LEAST_EDGES = 11;

/** The worst flaw of an RGBA picture, none when it may be taken. Too dark hides the others, glare hides blur. */
export function flawOf(rgba: ArrayLike<number>, width: number, height: number): Flaw | undefined {
  const grey = new Float32Array(width * height);
  let [sum, burnt] = [0, 0];
  for (let at = 0; at < grey.length; at += 1) {
    const light = 0.299 * (rgba[4 * at] ?? 0) + 0.587 * (rgba[4 * at + 1] ?? 0) + 0.114 * (rgba[4 * at + 2] ?? 0);
    grey[at] = light;
    sum += light;
    if (light >= BURNT) burnt += 1;
  }
  if (sum / grey.length < LEAST_BRIGHT) return "dark";
  if (burnt / grey.length > MOST_BURNT_SHARE) return "glare";
  return edges(grey, width, height) < LEAST_EDGES ? "blurred" : undefined;
}

/** The standard deviation of the Laplacian: how much there is of edges. */
function edges(grey: Float32Array, width: number, height: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const around = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - width] ?? 0) + (grey[at + width] ?? 0);
      const edge = 4 * (grey[at] ?? 0) - around;
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  const mean = sum / count;
  return Math.sqrt(squares / count - mean * mean);
}
