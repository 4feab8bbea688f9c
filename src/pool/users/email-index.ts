import type { User } from '../state.js';

/** Users by e-mail address; several may share one. */
export class EmailIndex {
  readonly #users = new Map<string, Set<User>>();
  /** Under which address a user stands here: by now the user may have another. */
  readonly #standsUnder = new Map<User, string>();

  constructor(users: Iterable<User>) {
    for (const user of users) this.set(user);
  }

  get(email: string): User[] {
    return [...(this.#users.get(email) ?? [])];
  }

  /** Enters the user under the address that they have now. */
  set(user: User): void {
    const email = user.attributes['email'];
    if (this.#standsUnder.get(user) === email) return;
    this.delete(user);
    if (email === undefined) return;
    this.#standsUnder.set(user, email);
    const sharing = this.#users.get(email);
    if (sharing) sharing.add(user);
    else this.#users.set(email, new Set([user]));
  }

  delete(user: User): void {
    const email = this.#standsUnder.get(user);
    if (email === undefined) return;
    this.#standsUnder.delete(user);
    const sharing = this.#users.get(email);
    sharing?.delete(user);
    if (sharing?.size === 0) this.#users.delete(email);
  }
}
