import { z } from 'zod';

import { invalidParameter, ServiceError } from './errors.js';

/** Members that several operations share, with the bounds of the API reference. Unknown members are ignored, as by the service. */
export const Username = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);
export const ClientId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w+]+$/);
export const Password = z.string().max(256);
export const Code = z.string().min(1).max(2048).regex(/^\S+$/);
export const SessionToken = z.string().min(20).max(2048);
export const Token = z.string().regex(/^[A-Za-z0-9-_=.]+$/);
export const PageToken = z.string().min(1).max(131_072).regex(/^\S+$/);
export const TextMap = z.record(z.string(), z.string());

/**
 * Reads the body of a request. A value of the wrong type is a SerializationException, as nothing could have read it;
 * a missing or unfitting one an InvalidParameterException. Neither repeats the value: it may be a secret.
 */
export function readInput<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const present = withoutNulls(body);
  if (typeof present !== 'object' || present === null || Array.isArray(present))
    throw new ServiceError('SerializationException', 'Start of structure or map expected.');
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const mistyped = result.error.issues.find(
    (issue) => issue.code === 'invalid_type' && valueAt(present, issue.path) !== undefined,
  );
  if (mistyped)
    throw new ServiceError(
      'SerializationException',
      `The value at '${memberName(mistyped.path)}' is of the wrong type.`,
    );
  const { issues } = result.error;
  const details = issues.map(({ path, code, message }) => {
    const constraint =
      valueAt(present, path) === undefined ? 'Member must not be null' : `Member is invalid (${code}: ${message})`;
    return `Value at '${memberName(path)}' failed to satisfy constraint: ${constraint}`;
  });
  const errors = issues.length === 1 ? '1 validation error' : `${issues.length} validation errors`;
  throw invalidParameter(`${errors} detected: ${details.join('; ')}`);
}

const MAX_DEPTH = 32;

/** In AWS's JSON a member that is null is absent. Nothing in the API is nested deep; what is, is refused. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new ServiceError('SerializationException', 'The input is nested too deep.');
  if (Array.isArray(value)) return value.filter((item) => item !== null).map((item) => withoutNulls(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member, depth + 1)]),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<PropertyKey, unknown>)[step]; // an own member of an object, of whatever type
  }
  return here;
}

/** A path as the service writes it: members begin in lower case. Names the caller chose (keys of maps) are left out. */
function memberName(path: readonly PropertyKey[]): string {
  const [member = ''] = path;
  const name = String(member);
  return name.charAt(0).toLowerCase() + name.slice(1);
}
