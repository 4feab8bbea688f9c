import type { Registration, Registry } from '../../../src/triggers/sign-up/registry.js';
import type { SignUpDesk } from '../../../src/triggers/sign-up/settle.js';

/** A registry in memory that notes what is asked of it. */
export class MemoryRegistry implements Registry {
  readonly entries: Map<string, Registration>;
  readonly lookedUp: string[] = [];

  constructor(...entries: Registration[]) {
    this.entries = new Map(entries.map((entry) => [entry.accountNumber, entry]));
  }

  find(accountNumber: string): Promise<Registration | undefined> {
    this.lookedUp.push(accountNumber);
    return Promise.resolve(this.entries.get(accountNumber));
  }

  claim(accountNumber: string, account: string): Promise<boolean> {
    const entry = this.entries.get(accountNumber);
    if (!entry || (entry.account ?? account) !== account) return Promise.resolve(false);
    this.entries.set(accountNumber, { ...entry, account });
    return Promise.resolve(true);
  }
}

/** Ann, as the organisation has her on file. */
export const ANN: Registration = { accountNumber: '12345678', email: 'ann@example.com', account: undefined };

/** A desk that notes what it did, in order. */
export function deskAt(registry: Registry, changes: Partial<SignUpDesk> = {}): { desk: SignUpDesk; done: string[] } {
  const done: string[] = [];
  const desk: SignUpDesk = {
    registry,
    passwordIsFirstFactor: false,
    authFactorsOf: () => Promise.resolve(['EMAIL_OTP']),
    replacePassword: (username) => {
      done.push(`password of ${username} replaced`);
      return Promise.resolve();
    },
    disable: (username) => {
      done.push(`${username} disabled`);
      return Promise.resolve();
    },
    ...changes,
  };
  return { desk, done };
}
