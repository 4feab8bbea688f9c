import { plug, TWO_KEYS, unplug } from './gadget.js';
import { Running } from './running.js';

const CLI = 'cli.js';
/** How long the person takes to reach the key that they mean, in ms. */
const REACH_MS = 300;

/** Two software keys on one plug, of which a person touches the second one. */
export class KeyPair {
  readonly hidrawNodes = TWO_KEYS.hidrawNodes;
  #programs: Running[] = [];

  async plugIn(): Promise<void> {
    await plug(TWO_KEYS);
    this.#programs = TWO_KEYS.gadgetNodes.map((node, index) => {
      const touch = index === 1 ? String(REACH_MS) : 'never';
      return new Running('node', [CLI, 'softkey', '--gadget', node, '--touch', touch]);
    });
    for (const program of this.#programs) await program.says(/^softkey ready .*\n/);
  }

  async pullOut(): Promise<void> {
    await unplug(TWO_KEYS);
    for (const program of this.#programs.splice(0)) await program.kill();
  }
}
