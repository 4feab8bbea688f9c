import { Settings } from '../settings.js';
import { Grant, Group, User } from '../state.js';

/** One record set to what it is now, or removed. A state is what a list of changes makes of nothing; the last one wins. */
export type Change =
  | readonly ['settings', Settings]
  | readonly ['user', User]
  | readonly ['no-user', User['sub']]
  | readonly ['group', Group]
  | readonly ['no-group', Group['name']]
  | readonly ['grant', Grant]
  | readonly ['no-grant', Grant['id']];

/** Records by their keys, while changes are put together. */
export class Records {
  settings: Settings | undefined;
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly grants = new Map<string, Grant>();

  /** Applies a change as it was read; false when it is none. What came and went between two lines is only removed. */
  apply(kind: unknown, value: unknown): boolean {
    switch (kind) {
      case 'settings':
        this.settings = Settings.safeParse(value).data;
        return this.settings !== undefined;
      case 'user':
        return enter(this.users, User.safeParse(value).data, ({ sub }) => sub);
      case 'group':
        return enter(this.groups, Group.safeParse(value).data, ({ name }) => name);
      case 'grant':
        return enter(this.grants, Grant.safeParse(value).data, ({ id }) => id);
      case 'no-user':
        return leave(this.users, value);
      case 'no-group':
        return leave(this.groups, value);
      case 'no-grant':
        return leave(this.grants, value);
      default:
        return false;
    }
  }
}

function enter<T>(records: Map<string, T>, record: T | undefined, keyOf: (record: T) => string): boolean {
  if (record === undefined) return false;
  records.set(keyOf(record), record);
  return true;
}

function leave(records: Map<string, unknown>, key: unknown): boolean {
  if (typeof key !== 'string') return false;
  records.delete(key);
  return true;
}
