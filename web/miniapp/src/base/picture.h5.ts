/** The longest side of a picture that goes up: enough to read the smallest print of a card. */
const MOST_PIXELS = 2000;
const MOST_BYTES = 1_500_000;
const QUALITY = 0.88;

/** The place of a picture that the person took; nothing when they thought better of it. */
export function takePicture(): Promise<string | undefined> {
  return new Promise((done) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      done(file ? URL.createObjectURL(await smaller(file)) : undefined);
    });
    input.addEventListener("cancel", () => done(undefined));
    input.click();
  });
}

/** Bytes as the source of an image. */
export function asSource(bytes: ArrayBuffer, type: string): string {
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** What is drawn as a JPEG of at most so many pixels a side. */
export function jpegOf(drawn: CanvasImageSource, width: number, height: number): Promise<Blob | null> {
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => {
    canvas.toBlob(done, "image/jpeg", QUALITY);
  });
}

/** A large picture made smaller before it goes up; what this browser cannot read goes as it is, and the server judges. */
async function smaller(file: File): Promise<Blob> {
  try {
    const read = await createImageBitmap(file, { imageOrientation: "from-image" });
    if (file.size <= MOST_BYTES && Math.max(read.width, read.height) <= MOST_PIXELS) return file;
    return (await jpegOf(read, read.width, read.height)) ?? file;
  } catch {
    return file;
  }
}
