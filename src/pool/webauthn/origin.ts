/**
 * Whether a page at `origin` may use passkeys of `rpId`: https at the RP ID or below it, on any port; for localhost
 * also http. The service documents only "aligned with the RP ID"; related origins are not known to it.
 */
export function isOriginOf(rpId: string, origin: string): boolean {
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    return false; // not an address at all, hence not ours
  }
  if (url.origin !== origin) return false; // a path, a user or an upper-case host is no origin
  if (rpId === 'localhost' && url.protocol === 'http:' && url.hostname === 'localhost') return true;
  return url.protocol === 'https:' && (url.hostname === rpId || url.hostname.endsWith(`.${rpId}`));
}
