import type { Node } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** A CloudFormation value: YAML's, with each short tag in its long form (`!Ref a` is `{ Ref: 'a' }`). */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type ValueMap = Readonly<Record<string, Value>>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html, those in use. */
const TAGS: Readonly<Record<string, string>> = {
  '!Ref': 'Ref',
  '!GetAtt': 'Fn::GetAtt',
  '!Sub': 'Fn::Sub',
  '!If': 'Fn::If',
  '!Equals': 'Fn::Equals',
  '!Not': 'Fn::Not',
};

/**
 * Reads a template in YAML. Throws for what is no YAML, for tags that are none of the above, and for anchors and merges, which
 * CloudFormation does not take: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
export function readTemplate(text: string): ValueMap {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw error;
  const template = valueOf(document.contents);
  if (!isRecord(template)) throw new TypeError('A template is a map');
  return template;
}

export function isRecord(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value, if it is a string; otherwise an empty one, which is no name of anything. */
export const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '');

/** The one member of an intrinsic function in its long form, or undefined for every other value. */
export function intrinsic(value: Value): { name: string; argument: Value } | undefined {
  if (!isRecord(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (!entry || others.length > 0 || !(entry[0] === 'Ref' || entry[0].startsWith('Fn::'))) return undefined;
  return { name: entry[0], argument: entry[1] };
}

function valueOf(node: unknown): Value {
  if (node === null) return null;
  if (isAlias(node)) throw new TypeError('CloudFormation takes no aliases');
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) throw new TypeError('Not a value of YAML');
  if (node.anchor !== undefined) throw new TypeError('CloudFormation takes no anchors');
  const plain = plainValueOf(node);
  const tag = (node as Node).tag;
  if (tag === undefined || !tag.startsWith('!')) return plain;
  const name = TAGS[tag];
  if (name === undefined) throw new TypeError(`Unknown tag ${tag}`);
  // `!GetAtt Resource.Attribute` is short for a list of two; the attribute may have dots of its own.
  if (name !== 'Fn::GetAtt' || typeof plain !== 'string') return { [name]: plain };
  const dot = plain.indexOf('.');
  return { [name]: [plain.slice(0, dot), plain.slice(dot + 1)] };
}

function plainValueOf(node: Parameters<typeof isMap>[0]): Value {
  if (isSeq(node)) return node.items.map(valueOf);
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [keyOf(key), valueOf(value)]));
  const value = isScalar(node) ? node.value : undefined;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new TypeError(`A value of no use to CloudFormation: ${typeof value}`);
}

function keyOf(key: unknown): string {
  const name = isScalar(key) ? key.value : undefined;
  if (typeof name !== 'string' || name === '<<')
    throw new TypeError(`A key that CloudFormation does not take: ${String(name)}`);
  return name;
}
