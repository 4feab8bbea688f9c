import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { ProfileName } from '../../src/softkey/profile.js';
import type { KeyRequest } from './key-process.js';
import type { TrafficByKind } from './traffic.js';
import type { Pace } from './wire.js';

/** A software key in a process of its own, behind a wire that counts. */
export class RemoteKey {
  /** HOST:PORT. */
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  static async start(profile: ProfileName): Promise<RemoteKey> {
    const child = fork(join('out', 'node', 'bench-key.js'), [profile]);
    const [{ address }] = (await once(child, 'message')) as [{ address: string }]; // its first words, see key-process.ts
    return new RemoteKey(child, address);
  }

  /** What goes over the wire while `act` runs, at that pace. */
  async during<T>(pace: Pace, act: () => Promise<T>): Promise<{ result: T; traffic: TrafficByKind }> {
    await this.#ask({ begin: { pace } });
    const result = await act();
    return { result, traffic: (await this.#ask({ end: true })) as TrafficByKind };
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #ask(request: KeyRequest): Promise<unknown> {
    const answered = once(this.#child, 'message');
    this.#child.send(request);
    const [answer] = (await answered) as [unknown];
    return answer;
  }
}
