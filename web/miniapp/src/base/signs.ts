/** What a phone in a hand does not show; how it is seen differs (`signs.h5`, `signs.weapp`). */
export type Sign = "emulator" | "automation" | "debugger";

export declare function signs(): Sign[];
