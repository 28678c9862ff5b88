import Taro from "@tarojs/taro";
import { bytes } from "./api";

/** Open a PDF that stands behind the log-in: WeChat shows it itself. */
export async function openPdf(url: string, name: string): Promise<void> {
  const filePath = `${Taro.env.USER_DATA_PATH}/${name}`;
  Taro.getFileSystemManager().writeFileSync(filePath, await bytes(url));
  await Taro.openDocument({ filePath, fileType: "pdf", showMenu: true });
}
