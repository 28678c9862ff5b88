import { bytes } from "./api";

/** Open a PDF that stands behind the log-in: in a browser it is saved under its name. */
export async function openPdf(url: string, name: string): Promise<void> {
  const blob = new Blob([await bytes(url)], { type: "application/pdf" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
