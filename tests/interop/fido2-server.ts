import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

import { z } from 'zod';

import type { AuthenticationJSON, RegistrationJSON } from '../../src/ctap/client/webauthn-json.js';

/** Debian's packages belong to this Python, whatever else is on the path. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = new URL('fido2_server.py', import.meta.url).pathname;

/** Whether python3-fido2 is there: `node tools/setup.js peers` installs it on Debian. */
export const hasFido2Server = spawnSync(PYTHON, ['-c', 'import fido2.server'], { env: environment() }).status === 0;

/** What the relying party remembers of the ceremony, and the response to check against it. */
export type Fido2Request = {
  readonly rpId: string;
  readonly origin: string;
  readonly challenge: string;
  readonly userVerification?: 'required' | 'preferred' | 'discouraged';
} & (
  | {
      readonly verify: 'registration';
      readonly attestation?: 'none' | 'direct';
      readonly response: RegistrationJSON;
    }
  | {
      readonly verify: 'authentication';
      /** From the answer to the registration. */
      readonly credential: string;
      readonly userHandle?: string;
      readonly response: AuthenticationJSON;
    }
);

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), credential: z.string() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type Fido2Answer = z.infer<typeof Answer>;

/** A relying party made of python-fido2's Fido2Server, in a process of its own. */
export class Fido2Server {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    this.#process = spawn(PYTHON, [SCRIPT], { env: environment() });
    this.#process.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#process.stdout);
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Whether Fido2Server accepts a response. One at a time. */
  async verify(request: Fido2Request): Promise<Fido2Answer> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#answers.next();
    if (line.done) throw new Error('fido2_server.py has ended');
    return Answer.parse(JSON.parse(line.value));
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'close');
    this.#process.stdin.end();
    await ended;
    this.#lines.close();
  }
}

function environment(): NodeJS.ProcessEnv {
  const variables = { ...process.env };
  delete variables['PYTHONPATH'];
  return variables;
}
