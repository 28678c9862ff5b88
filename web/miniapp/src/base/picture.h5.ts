/** The place of a picture that the person took; nothing when they thought better of it. */
export function takePicture(): Promise<string | undefined> {
  return new Promise((done) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      done(file ? URL.createObjectURL(file) : undefined);
    });
    input.addEventListener("cancel", () => done(undefined));
    input.click();
  });
}

/** Bytes as the source of an image. */
export function asSource(bytes: ArrayBuffer, type: string): string {
  return URL.createObjectURL(new Blob([bytes], { type }));
}
