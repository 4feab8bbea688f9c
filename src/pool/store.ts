import type { AppClient, Settings } from './settings.js';
import { compareKeys, firstAfter } from './sorted.js';
import type { Grant, Group, State, User } from './state.js';
import type { Change } from './storage/changes.js';
import { EmailIndex } from './users/email-index.js';

/** Usernames are compared as Cognito's new pools do: without regard to case. */
export const usernameKey = (username: string): string => username.normalize('NFC').toLowerCase();

/** How many refresh tokens that rotation has replaced are known as such; older ones are known no more. */
const RETIRED_KEPT = 20;

/** What a store holds. */
type Content = Pick<State, 'settings' | 'users' | 'groups' | 'grants'>;

const keyOfUser = ({ username }: User): string => usernameKey(username);

/**
 * Settings, users, groups and sign-ins, in memory, with the indexes that requests need. Whoever changes a record that was
 * handed out says so by `touch`; what was changed since is asked for by `takeChanges`.
 */
export class Store {
  readonly #byName = new Map<string, User>();
  readonly #bySub = new Map<string, User>();
  readonly #byPasskey = new Map<string, User>();
  readonly #byEmail: EmailIndex;
  /** In the order of their names: made at the start, so that no list has to wait for it. */
  readonly #sorted: User[];
  readonly #groups = new Map<string, Group>();
  readonly #grants = new Map<string, Grant>();
  readonly #byRefreshHash = new Map<string, Grant>();
  #settings: Settings;
  /** What changed since it was last taken, by kind and key: of a record, only its last form is of interest. */
  readonly #changes = new Map<string, () => Change>();

  constructor(state: Content) {
    this.#settings = state.settings;
    for (const user of state.users) this.#enterUser(user);
    this.#sorted = [...this.#byName].sort(([a], [b]) => compareKeys(a, b)).map(([, user]) => user);
    this.#byEmail = new EmailIndex(this.#bySub.values());
    for (const group of state.groups) this.#groups.set(group.name, group);
    for (const grant of state.grants) this.#enterGrant(grant);
  }

  /** Notes that a user or sign-in handed out earlier was changed in place. One that was removed meanwhile stays so. */
  touch(record: User | Grant): void {
    if ('refreshHash' in record) {
      if (this.#grants.get(record.id) === record) this.#changed('grant', record.id, () => ['grant', record]);
    } else if (this.#bySub.get(record.sub) === record) {
      this.#byEmail.set(record);
      this.#changed('user', record.sub, () => ['user', record]);
    }
  }

  get settings(): Settings {
    return this.#settings;
  }

  setSettings(settings: Settings): void {
    this.#settings = settings;
    this.#changed('settings', '', () => ['settings', this.#settings]);
  }

  client(id: string): AppClient | undefined {
    return this.#settings.clients.find((client) => client.id === id);
  }

  get userCount(): number {
    return this.#bySub.size;
  }

  /** All users in the order of `usernameKey`. */
  usersByName(): readonly User[] {
    return this.#sorted;
  }

  /** Users with exactly this e-mail address, in the order of `usernameKey`. */
  usersWithEmail(email: string): readonly User[] {
    return this.#byEmail.get(email).sort((a, b) => compareKeys(keyOfUser(a), keyOfUser(b)));
  }

  userNamed(username: string): User | undefined {
    return this.#byName.get(usernameKey(username));
  }

  userBySub(sub: string): User | undefined {
    return this.#bySub.get(sub);
  }

  addUser(user: User): void {
    this.#enterUser(user);
    this.#sorted.splice(firstAfter(this.#sorted, keyOfUser, keyOfUser(user)), 0, user);
    this.touch(user);
  }

  /** Removes the user; tokens of the user stay known, so that they are refused as those of nobody. */
  removeUser(user: User): void {
    const key = keyOfUser(user);
    this.#byName.delete(key);
    this.#bySub.delete(user.sub);
    this.#sorted.splice(firstAfter(this.#sorted, keyOfUser, key) - 1, 1);
    this.#byEmail.delete(user);
    for (const passkey of user.passkeys) this.#byPasskey.delete(passkey.id);
    this.#changed('user', user.sub, () => ['no-user', user.sub]);
  }

  passkeyOwner(credentialId: string): User | undefined {
    return this.#byPasskey.get(credentialId);
  }

  addPasskey(user: User, passkey: User['passkeys'][number]): void {
    user.passkeys.push(passkey);
    this.#byPasskey.set(passkey.id, user);
    this.touch(user);
  }

  /** True when the user had that passkey. */
  removePasskey(user: User, credentialId: string): boolean {
    const index = user.passkeys.findIndex((passkey) => passkey.id === credentialId);
    if (index < 0) return false;
    user.passkeys.splice(index, 1);
    this.#byPasskey.delete(credentialId);
    this.touch(user);
    return true;
  }

  /** All groups in the order of their names. */
  groups(): readonly Group[] {
    return [...this.#groups.values()].sort((a, b) => compareKeys(a.name, b.name));
  }

  group(name: string): Group | undefined {
    return this.#groups.get(name);
  }

  groupsOf(user: User): readonly Group[] {
    return user.groups.flatMap((name) => this.#groups.get(name) ?? []);
  }

  /** Adds a group, or replaces the one of its name. */
  addGroup(group: Group): void {
    this.#groups.set(group.name, group);
    this.#changed('group', group.name, () => ['group', group]);
  }

  /** Removes the group; its members stay, without it. */
  removeGroup({ name }: Group): void {
    this.#groups.delete(name);
    this.#changed('group', name, () => ['no-group', name]);
    for (const user of this.#bySub.values()) {
      if (!user.groups.includes(name)) continue;
      user.groups = user.groups.filter((other) => other !== name);
      this.touch(user);
    }
  }

  grant(id: string): Grant | undefined {
    return this.#grants.get(id);
  }

  grantOfRefreshToken(refreshHash: string): Grant | undefined {
    return this.#byRefreshHash.get(refreshHash);
  }

  addGrant(grant: Grant): void {
    this.#enterGrant(grant);
    this.touch(grant);
  }

  /** Gives a grant a new refresh token; the one before serves until `until`, ms, and is known for longer. */
  rotate(grant: Grant, refreshHash: string, until: number): void {
    grant.retired.push({ hash: grant.refreshHash, until });
    grant.refreshHash = refreshHash;
    this.#byRefreshHash.set(refreshHash, grant);
    for (const { hash } of grant.retired.splice(0, grant.retired.length - RETIRED_KEPT))
      this.#byRefreshHash.delete(hash);
    this.touch(grant);
  }

  revoke(grant: Grant): void {
    grant.revoked = true;
    this.touch(grant);
  }

  revokeAllOf(user: User): void {
    for (const grant of this.#grants.values()) if (grant.sub === user.sub && !grant.revoked) this.revoke(grant);
  }

  /** Forgets sign-ins whose refresh token, the longest-lived of their tokens, ended before `time`. */
  forgetGrantsBefore(time: number): void {
    for (const { id, refreshHash, retired, expiresAt } of this.#grants.values()) {
      if (expiresAt > time) continue;
      this.#grants.delete(id);
      for (const hash of [refreshHash, ...retired.map((one) => one.hash)]) this.#byRefreshHash.delete(hash);
      this.#changed('grant', id, () => ['no-grant', id]);
    }
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0;
  }

  /** What changed since the last call, each record in the form that it has now. */
  takeChanges(): Change[] {
    const changes = [...this.#changes.values()].map((change) => change());
    this.#changes.clear();
    return changes;
  }

  /** How many records there are. */
  get size(): number {
    return 1 + this.#bySub.size + this.#groups.size + this.#grants.size;
  }

  /** Everything, as the changes that make it of nothing. */
  *content(): Generator<Change> {
    yield ['settings', this.#settings];
    for (const group of this.#groups.values()) yield ['group', group];
    for (const user of this.#bySub.values()) yield ['user', user];
    for (const grant of this.#grants.values()) yield ['grant', grant];
  }

  #enterUser(user: User): void {
    this.#byName.set(keyOfUser(user), user);
    this.#bySub.set(user.sub, user);
    for (const passkey of user.passkeys) this.#byPasskey.set(passkey.id, user);
  }

  #enterGrant(grant: Grant): void {
    this.#grants.set(grant.id, grant);
    for (const hash of [grant.refreshHash, ...grant.retired.map((one) => one.hash)])
      this.#byRefreshHash.set(hash, grant);
  }

  #changed(kind: string, key: string, change: () => Change): void {
    this.#changes.set(`${kind} ${key}`, change);
  }
}
