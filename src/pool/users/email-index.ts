import type { User } from '../state.js';

/** Users by e-mail address; several may share one. */
export class EmailIndex {
  readonly #users = new Map<string, User | Set<User>>(); // a set for each of many would take much memory
  /** Under which address a user stands here: by now the user may have another. */
  readonly #standsUnder = new Map<User, string>();

  constructor(users: Iterable<User>) {
    for (const user of users) this.set(user);
  }

  get(email: string): User[] {
    const found = this.#users.get(email);
    if (found instanceof Set) return [...found];
    return found ? [found] : [];
  }

  /** Enters the user under the address that they have now. */
  set(user: User): void {
    const email = user.attributes['email'];
    if (this.#standsUnder.get(user) === email) return;
    this.delete(user);
    if (email === undefined) return;
    this.#standsUnder.set(user, email);
    const there = this.#users.get(email);
    if (there instanceof Set) there.add(user);
    else this.#users.set(email, there ? new Set([there, user]) : user);
  }

  delete(user: User): void {
    const email = this.#standsUnder.get(user);
    if (email === undefined) return;
    this.#standsUnder.delete(user);
    const there = this.#users.get(email);
    if (there instanceof Set) there.delete(user);
    if (there === user || (there instanceof Set && there.size === 0)) this.#users.delete(email);
  }
}
