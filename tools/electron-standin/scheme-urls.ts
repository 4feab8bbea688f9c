const SUFFIX = 'standin.invalid';

/**
 * Chromium can intercept no scheme of an app's own, so `app://host/path` is `https://host.app.standin.invalid/path` inside it.
 * The top-level domain `invalid` is reserved (RFC 2606), so nothing can leave the machine by that name.
 */
export class SchemeUrls {
  readonly #schemes = new Set<string>();

  /** From now on URLs of this scheme are translated. */
  add(scheme: string): void {
    this.#schemes.add(scheme);
  }

  has(scheme: string): boolean {
    return this.#schemes.has(scheme);
  }

  /** The URL or origin that Chromium knows for one that the app's main process uses; others stay as they are. */
  toPage(url: string): string {
    const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^]*)$/i.exec(url) ?? [];
    if (!this.#schemes.has(scheme.toLowerCase())) return url;
    return `https://${host}.${scheme.toLowerCase()}.${SUFFIX}${rest}`;
  }

  /** The URL or origin that the app's main process knows for one of Chromium's; others stay as they are. */
  toApp(url: string): string {
    const [, host = '', scheme = '', rest = ''] =
      /^https:\/\/(.+?)\.([a-z0-9+-]+)\.standin\.invalid((?:[/?#][^]*)?)$/i.exec(url) ?? [];
    return this.#schemes.has(scheme) ? `${scheme}://${host}${rest}` : url;
  }

  /** A header's value in which URLs, origins and CSP sources of the app's schemes are translated for Chromium. */
  headerToPage(value: string): string {
    let translated = value;
    for (const scheme of this.#schemes) {
      translated = translated
        .replaceAll(new RegExp(`\\b${escape(scheme)}://([^\\s/?#;,'"]+)`, 'gi'), `https://$1.${scheme}.${SUFFIX}`)
        .replaceAll(new RegExp(`(^|[\\s;])${escape(scheme)}:(?=$|[\\s;])`, 'gi'), `$1https://*.${scheme}.${SUFFIX}`);
    }
    return translated;
  }
}

const escape = (text: string) => text.replaceAll(/[.+-]/g, '\\$&');
