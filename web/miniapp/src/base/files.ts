/** Files that stand behind the log-in; how they are kept differs (`files.h5`, `files.weapp`). */

/** Open a PDF. */
export declare function openPdf(url: string, name: string): Promise<void>;

/** Keep a document that machines read. */
export declare function saveJson(document: unknown, name: string): Promise<void>;
