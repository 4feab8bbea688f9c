import { X509Certificate } from 'node:crypto';

import { contentOf, type Element, elementsOf, identifierText, Tag, within } from './der.js';

/** [0] EXPLICIT before the version, [3] EXPLICIT before the extensions (RFC 5280 §4.1). */
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;
const BASIC_CONSTRAINTS = '2.5.29.19';

/** A certificate, with what node:crypto does not tell of it. */
export interface Certificate {
  readonly x509: X509Certificate;
  /** From 1: certificates of today are of version 3. */
  readonly version: number;
  /** Extensions by their object identifier: the DER within their octet string. */
  readonly extensions: ReadonlyMap<string, { readonly critical: boolean; readonly value: Uint8Array }>;
  /** What the subject says, by object identifier of the attribute: C is 2.5.4.6, O 2.5.4.10, OU 2.5.4.11, CN 2.5.4.3. */
  readonly subject: ReadonlyMap<string, string>;
  /** How many further authorities may stand between it and a leaf; undefined: any number. */
  readonly pathLength: number | undefined;
}

/** @throws RangeError when the bytes are no certificate */
export function readCertificate(der: Uint8Array): Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch (error) {
    throw new RangeError('No certificate', { cause: error });
  }
  const [certificate] = elementsOf(x509.raw);
  const [toBeSigned] = within(certificate, Tag.SEQUENCE);
  const parts = within(toBeSigned, Tag.SEQUENCE);
  const versionPart = parts.find(({ tag }) => tag === VERSION_TAG);
  const extensionsPart = parts.find(({ tag }) => tag === EXTENSIONS_TAG);
  const version = versionPart ? (contentOf(elementsOf(versionPart.content)[0], Tag.INTEGER)[0] ?? 0) + 1 : 1;
  const extensions = new Map(
    extensionsPart ? within(elementsOf(extensionsPart.content)[0], Tag.SEQUENCE).map(readExtension) : [],
  );
  // After the version, where there is one: serial number, signature algorithm, issuer, validity, subject.
  const subject = parts[versionPart ? 5 : 4];
  return { x509, version, extensions, subject: readName(subject), pathLength: pathLengthOf(extensions) };
}

function readExtension(element: Element): [string, { critical: boolean; value: Uint8Array }] {
  const parts = within(element, Tag.SEQUENCE);
  const critical = parts[1]?.tag === Tag.BOOLEAN && parts[1].content[0] !== 0;
  return [
    identifierText(contentOf(parts[0], Tag.OBJECT_IDENTIFIER)),
    { critical, value: contentOf(parts.at(-1), Tag.OCTET_STRING) },
  ];
}

function readName(name: Element | undefined): Map<string, string> {
  const attributes = within(name, Tag.SEQUENCE).flatMap((set) => within(set, Tag.SET));
  return new Map(
    attributes.map((attribute) => {
      const [type, value] = within(attribute, Tag.SEQUENCE);
      const text = new TextDecoder().decode(value?.content ?? new Uint8Array());
      return [identifierText(contentOf(type, Tag.OBJECT_IDENTIFIER)), text];
    }),
  );
}

function pathLengthOf(extensions: Certificate['extensions']): number | undefined {
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  if (!constraints) return undefined;
  const length = within(elementsOf(constraints.value)[0], Tag.SEQUENCE).find(({ tag }) => tag === Tag.INTEGER);
  return length?.content.reduce((sum, byte) => sum * 0x100 + byte, 0);
}
