/** What `fido2-token -I` says of a key, in the terms of CTAP's getInfo. */
export interface TokenInfo {
  readonly aaguid: string;
  readonly versions: readonly string[];
  readonly extensions: readonly string[];
  readonly options: Readonly<Record<string, boolean>>;
  readonly pinProtocols: readonly number[];
  /** In bytes; 0 when the key does not say. */
  readonly maxMessageSize: number;
}

/** A line of `fido2-token -L`. */
export interface TokenListing {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  /** Manufacturer and product, as the key says. */
  readonly names: string;
}

/**
 * Reads the output of `fido2-token -I`.
 * @throws Error naming the line that is not there
 */
export function parseTokenInfo(output: string): TokenInfo {
  return {
    aaguid: line(output, 'aaguid'),
    versions: list(line(output, 'version strings')),
    extensions: list(line(output, 'extension strings', '')),
    options: Object.fromEntries(list(line(output, 'options')).map(parseOption)),
    pinProtocols: list(line(output, 'pin protocols', '')).map(Number),
    maxMessageSize: Number(line(output, 'maxmsgsiz')),
  };
}

/** Reads the output of `fido2-token -L`; lines that name no device are passed over. */
export function parseTokenList(output: string): TokenListing[] {
  return Array.from(
    output.matchAll(/^(\/\S+): vendor=0x([0-9a-f]+), product=0x([0-9a-f]+) \((.*)\)$/gm),
    ([, path = '', vendor = '', product = '', names = '']) => ({
      path,
      vendorId: parseInt(vendor, 16),
      productId: parseInt(product, 16),
      names,
    }),
  );
}

/** libfido2 writes an option that is false as `noNAME`. */
function parseOption(text: string): [string, boolean] {
  return text.startsWith('no') && text !== 'noMcGaPermissionsWithClientPin' ? [text.slice(2), false] : [text, true];
}

function line(output: string, label: string, otherwise?: string): string {
  const found = new RegExp(`^${label}: *(.*)$`, 'm').exec(output)?.[1] ?? otherwise;
  if (found === undefined) throw new Error(`fido2-token says nothing of ${label}`);
  return found;
}

function list(text: string): string[] {
  return text === '' ? [] : text.split(', ');
}
