import type { FoundKey } from '../../ctap/discovery.js';
import type { KeySummary } from '../../shared/keys.js';

/** A key that is plugged in: a real one, a simulator, or the practice key. */
export type PluggedKey = Omit<FoundKey, 'connection'> & {
  readonly connection: KeySummary['connection'];
  /** Where it is plugged in, where that is not what its id says: another place is another plugging in. */
  readonly place?: string;
};
