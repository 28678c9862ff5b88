import { bytes } from "./api";

/** Open a PDF: in a browser it is saved under its name. */
export async function openPdf(url: string, name: string): Promise<void> {
  save(new Blob([await bytes(url)], { type: "application/pdf" }), name);
}

/** Keep a document that machines read. */
export async function saveJson(document: unknown, name: string): Promise<void> {
  save(new Blob([JSON.stringify(document, null, 1)], { type: "application/json" }), name);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
