import Taro from "@tarojs/taro";

/** The place of a picture that the person took; nothing when they thought better of it. */
export async function takePicture(): Promise<string | undefined> {
  try {
    const chosen = await Taro.chooseMedia({
      count: 1,
      mediaType: ["image"],
      sizeType: ["compressed"],
      sourceType: ["camera", "album"],
      camera: "back",
    });
    return chosen.tempFiles[0]?.tempFilePath;
  } catch {
    return undefined;
  }
}

/** Bytes as the source of an image. */
export function asSource(bytes: ArrayBuffer, type: string): string {
  return `data:${type};base64,${Taro.arrayBufferToBase64(bytes)}`;
}
