/** Leave for somebody else's page, which leads back here. */
export function openOutside(url: string): boolean {
  location.assign(url);
  return true;
}
