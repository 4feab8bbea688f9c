import { isRecord } from './is-record.js';

/** One member that differs. `undefined`: it is not there. */
export interface Change {
  /** Such as `Policies.SignInPolicy.AllowedFirstAuthFactors`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Every member in which two values differ, at its deepest. Lists of names are sets to this service: their order is none. */
export function changesBetween(from: unknown, to: unknown, path = ''): Change[] {
  if (isRecord(from) && isRecord(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return names.flatMap((name) => changesBetween(from[name], to[name], path === '' ? name : `${path}.${name}`));
  }
  return canonical(from) === canonical(to) ? [] : [{ path, from, to }];
}

/** JSON in which equal values are equal texts: members in the order of their names, lists of names sorted. */
export function canonical(value: unknown): string {
  return JSON.stringify({ value }, (_, member: unknown) => {
    if (Array.isArray(member) && member.every((item) => typeof item === 'string')) return [...member].sort();
    if (!isRecord(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
