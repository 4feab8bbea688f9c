import { z } from 'zod';

import { invalidParameter, notAuthorized } from '../errors.js';
import type { User } from '../state.js';

export const AttributeList = z.array(
  z.object({ Name: z.string().min(1).max(32), Value: z.string().max(2048).optional() }),
);

/** OpenID Connect's standard claims, which every pool has. https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims */
export const STANDARD = new Set([
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'address',
]);
/** Only an administrator says that an address is verified. */
const VERIFIED = new Set(['email_verified', 'phone_number_verified']);
const CUSTOM = /^custom:[\p{L}\p{N}_-]{1,20}$/u;
const EMAIL = /^[^@\s]+@[^@\s]+$/;
const PHONE = /^\+[0-9]{5,15}$/;

/**
 * Checks a list of attributes that a client or an administrator writes.
 * Throws InvalidParameterException, or NotAuthorizedException for what a client may not write.
 */
export function readAttributes(
  list: readonly { Name: string; Value?: string | undefined }[],
  writer: 'client' | 'administrator',
): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { Name, Value = '' } of list) {
    if (Name === 'sub') throw invalidParameter('Cannot modify the non-mutable attribute sub');
    if (VERIFIED.has(Name) && writer === 'client')
      throw notAuthorized('A client attempted to write unauthorized attribute');
    if (!STANDARD.has(Name) && !VERIFIED.has(Name) && !CUSTOM.test(Name))
      throw invalidParameter('Attributes did not conform to the schema: an attribute is not defined');
    if (Name === 'email' && Value !== '' && !EMAIL.test(Value)) throw invalidParameter('Invalid email address format.');
    if (Name === 'phone_number' && Value !== '' && !PHONE.test(Value))
      throw invalidParameter('Invalid phone number format.');
    attributes.set(Name, Value);
  }
  return attributes;
}

/** Writes attributes; an empty value removes one, and a new address is not a verified one. */
export function setAttributes(user: User, attributes: ReadonlyMap<string, string>): void {
  const next = new Map(Object.entries(user.attributes));
  for (const [name, value] of attributes) {
    if (name === 'email' || name === 'phone_number') {
      if (next.get(name) !== value) next.delete(`${name}_verified`);
    }
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  for (const [name, value] of attributes) if (VERIFIED.has(name)) next.set(name, value === 'true' ? 'true' : 'false');
  user.attributes = Object.fromEntries(next);
}

/** Removes attributes, and with an address that it was verified. Throws what `readAttributes` throws for their names. */
export function deleteAttributes(user: User, names: readonly string[], writer: 'client' | 'administrator'): void {
  const list = names.map((Name) => ({ Name }));
  const gone = new Set([...readAttributes(list, writer).keys()].flatMap((name) => [name, `${name}_verified`]));
  user.attributes = Object.fromEntries(Object.entries(user.attributes).filter(([name]) => !gone.has(name)));
}

/** Attributes as the API lists them, `sub` first. */
export function listAttributes(user: User): { Name: string; Value: string }[] {
  return [
    { Name: 'sub', Value: user.sub },
    ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
  ];
}
