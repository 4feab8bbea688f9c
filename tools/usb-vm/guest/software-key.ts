import { GADGET_NODE, type Identity, plug, unplug } from './gadget.js';
import { Running } from './running.js';

const CLI = 'out/node/cli.js';
const STATE = '/tmp/softkey.json';

/** How the key introduces itself on the bus. */
export const IDENTITY: Identity = { manufacturer: 'Keydesk', product: 'Software key', serial: 'VM-0001' };

/** Whether the person at the key touches it. */
export type Touch = 'auto' | 'never';

/** Keydesk's software key with a USB plug. Its memory outlives being pulled out, its power does not. */
export class SoftwareKey {
  #program: Running | undefined;

  /**
   * Into the socket, or out and in again. First the bus sees it, then it begins to answer, as a key does that has to start up.
   */
  async plugIn(touch: Touch = 'auto'): Promise<void> {
    await this.pullOut();
    await plug();
    const program = new Running('node', [CLI, 'softkey', '--gadget', GADGET_NODE, '--state', STATE, '--touch', touch]);
    this.#program = program;
    await program.says(/^softkey ready .*\n/);
  }

  /** Off the bus, and without power. */
  async pullOut(): Promise<void> {
    await unplug();
    await this.#program?.kill();
    this.#program = undefined;
  }
}
