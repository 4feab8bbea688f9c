import { isRecord } from './is-record.js';

/**
 * Members of a service's answer that the SDK did not read, by path, because its model is older than the service. They
 * would be lost on the way back, and an update that lacks a member sets it to its default.
 * @param raw the answer as it came
 * @param read what the SDK made of it
 */
export function unreadMembers(raw: unknown, read: unknown, path = ''): string[] {
  if (raw === null || raw === undefined) return []; // null is how the service writes that a member is absent
  if (read === undefined) return [path];
  if (Array.isArray(raw) && Array.isArray(read))
    return raw.flatMap((item, index) => unreadMembers(item, read[index], `${path}[${index}]`));
  if (!isRecord(raw) || !isRecord(read)) return []; // a value, or what the SDK made of one: a date
  return Object.entries(raw).flatMap(([name, value]) =>
    unreadMembers(value, read[name], path === '' ? name : `${path}.${name}`),
  );
}
