/** Open a PDF that stands behind the log-in; how differs (`pdf.h5`, `pdf.weapp`). */
export declare function openPdf(url: string, name: string): Promise<void>;
