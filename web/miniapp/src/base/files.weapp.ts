import Taro from "@tarojs/taro";
import { bytes } from "./api";

/** Open a PDF: WeChat shows it itself. */
export async function openPdf(url: string, name: string): Promise<void> {
  const filePath = written(name, await bytes(url));
  await Taro.openDocument({ filePath, fileType: "pdf", showMenu: true });
}

/** Keep a document that machines read: WeChat sends it to one of the person's own chats. */
export async function saveJson(document: unknown, name: string): Promise<void> {
  await Taro.shareFileMessage({ filePath: written(name, JSON.stringify(document, null, 1)), fileName: name });
}

function written(name: string, content: ArrayBuffer | string): string {
  const filePath = `${Taro.env.USER_DATA_PATH}/${name}`;
  Taro.getFileSystemManager().writeFileSync(filePath, content);
  return filePath;
}
