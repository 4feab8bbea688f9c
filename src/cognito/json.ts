/** Small checks of JSON values, for the window: its bundle has no room for a validation library. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isText = (value: unknown): value is string => typeof value === 'string';

export const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

/** Unpadded base64url of at least one byte. */
export const isBase64Url = (value: unknown): value is string =>
  isText(value) && value.length % 4 !== 1 && /^[A-Za-z0-9_-]+$/.test(value);

/** Parses JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller has a name for what is missing
  }
}
