/** Leave for somebody else's page; true if it leads back here, false if the person opens it themselves. How differs (`outside.h5`, `outside.weapp`). */
export declare function openOutside(url: string): boolean;
