import type { AppClient, Settings } from './settings.js';
import type { Grant, State, User } from './state.js';

/** Usernames are compared as Cognito's new pools do: without regard to case. */
export const usernameKey = (username: string): string => username.normalize('NFC').toLowerCase();

/** What a store holds. */
type Content = Pick<State, 'settings' | 'users' | 'grants'>;

/** Settings, users and sign-ins, in memory, with the indexes that requests need. Whoever changes something says so by `touch`. */
export class Store {
  readonly #byName = new Map<string, User>();
  readonly #bySub = new Map<string, User>();
  readonly #byPasskey = new Map<string, User>();
  readonly #grants = new Map<string, Grant>();
  readonly #byRefreshHash = new Map<string, Grant>();
  #settings: Settings;
  #version = 0;

  constructor(state: Content) {
    this.#settings = state.settings;
    for (const user of state.users) this.addUser(user);
    for (const grant of state.grants) this.addGrant(grant);
    this.#version = 0;
  }

  /** Grows with every change: two equal versions are the same content. */
  get version(): number {
    return this.#version;
  }

  /** Notes that a user or grant handed out earlier was changed in place. */
  touch(): void {
    this.#version += 1;
  }

  get settings(): Settings {
    return this.#settings;
  }

  setSettings(settings: Settings): void {
    this.#settings = settings;
    this.touch();
  }

  get userCount(): number {
    return this.#bySub.size;
  }

  client(id: string): AppClient | undefined {
    return this.#settings.clients.find((client) => client.id === id);
  }

  userNamed(username: string): User | undefined {
    return this.#byName.get(usernameKey(username));
  }

  userBySub(sub: string): User | undefined {
    return this.#bySub.get(sub);
  }

  addUser(user: User): void {
    this.#byName.set(usernameKey(user.username), user);
    this.#bySub.set(user.sub, user);
    for (const passkey of user.passkeys) this.#byPasskey.set(passkey.id, user);
    this.touch();
  }

  /** Removes the user; tokens of the user stay known, so that they are refused as those of nobody. */
  removeUser(user: User): void {
    this.#byName.delete(usernameKey(user.username));
    this.#bySub.delete(user.sub);
    for (const passkey of user.passkeys) this.#byPasskey.delete(passkey.id);
    this.touch();
  }

  passkeyOwner(credentialId: string): User | undefined {
    return this.#byPasskey.get(credentialId);
  }

  addPasskey(user: User, passkey: User['passkeys'][number]): void {
    user.passkeys.push(passkey);
    this.#byPasskey.set(passkey.id, user);
    this.touch();
  }

  /** True when the user had that passkey. */
  removePasskey(user: User, credentialId: string): boolean {
    const index = user.passkeys.findIndex((passkey) => passkey.id === credentialId);
    if (index < 0) return false;
    user.passkeys.splice(index, 1);
    this.#byPasskey.delete(credentialId);
    this.touch();
    return true;
  }

  grant(id: string): Grant | undefined {
    return this.#grants.get(id);
  }

  grantOfRefreshToken(refreshHash: string): Grant | undefined {
    return this.#byRefreshHash.get(refreshHash);
  }

  addGrant(grant: Grant): void {
    this.#grants.set(grant.id, grant);
    this.#byRefreshHash.set(grant.refreshHash, grant);
    this.touch();
  }

  revoke(grant: Grant): void {
    grant.revoked = true;
    this.touch();
  }

  revokeAllOf(user: User): void {
    for (const grant of this.#grants.values()) if (grant.sub === user.sub) grant.revoked = true;
    this.touch();
  }

  /** Forgets sign-ins whose refresh token, the longest-lived of their tokens, ended before `time`. */
  forgetGrantsBefore(time: number): void {
    for (const grant of this.#grants.values()) {
      if (grant.expiresAt > time) continue;
      this.#grants.delete(grant.id);
      this.#byRefreshHash.delete(grant.refreshHash);
      this.touch();
    }
  }

  /** What goes to disk. */
  content(): Content {
    return { settings: this.#settings, users: [...this.#bySub.values()], grants: [...this.#grants.values()] };
  }
}
