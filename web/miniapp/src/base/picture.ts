/** A picture from the camera or the album, and one from the server; how differs (`picture.h5`, `picture.weapp`). */

/** The place of a picture that the person took; nothing when they thought better of it. */
export declare function takePicture(): Promise<string | undefined>;

/** Bytes as the source of an image. */
export declare function asSource(bytes: ArrayBuffer, type: string): string;
