/** Leave for somebody else's page, which leads back here; how differs (`outside.h5`, `outside.weapp`). */
export declare function openOutside(url: string): void;
