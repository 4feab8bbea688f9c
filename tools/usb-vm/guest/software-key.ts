import type { ProfileName } from '../../../src/softkey/profile.js';
import { GADGET_NODE, type Identity, plug, unplug } from './gadget.js';
import { Running } from './running.js';

const CLI = 'cli.js';

/** How the key introduces itself on the bus. */
export const IDENTITY: Identity = { manufacturer: 'Keydesk', product: 'Software key', serial: 'VM-0001' };

/** Which key is plugged in. */
export interface KeyOptions {
  /** Whether the person at the key touches it: at once by default. */
  readonly touch?: 'auto' | 'never';
  /** The generation of keys that it is like: CTAP 2.1 by default. Each has a memory of its own. */
  readonly profile?: ProfileName;
  /** Whether it offers the prototypes of before CTAP 2.1 as well. */
  readonly previews?: boolean;
  /** Whether it has a fingerprint sensor, onto which the person who touches it puts always the same finger. */
  readonly fingerprints?: boolean;
  /** Tells keys of one generation apart. */
  readonly memory?: string;
}

/** Keydesk's software key with a USB plug. Its memory outlives being pulled out, its power does not. */
export class SoftwareKey {
  #program: Running | undefined;

  /**
   * Into the socket, or out and in again. First the bus sees it, then it begins to answer, as a key does that has to start up.
   */
  async plugIn({
    touch = 'auto',
    profile = '2.1',
    previews = false,
    fingerprints = false,
    memory = 'softkey',
  }: KeyOptions = {}): Promise<void> {
    await this.pullOut();
    await plug();
    const state = `/tmp/${memory}-${profile}.json`;
    const program = new Running('node', [
      ...[CLI, 'softkey', '--gadget', GADGET_NODE],
      ...['--profile', profile, '--touch', touch, '--state', state],
      ...(previews ? ['--previews'] : []),
      ...(fingerprints ? ['--fingerprints'] : []),
    ]);
    this.#program = program;
    await program.says(/^softkey ready .*\n/);
  }

  /** Off the bus and on again, as a person does who is asked to; the program notices, and begins anew. */
  async replug(): Promise<void> {
    await unplug();
    await plug();
  }

  /** Off the bus, and without power. */
  async pullOut(): Promise<void> {
    await unplug();
    await this.#program?.kill();
    this.#program = undefined;
  }
}
