import type { ProfileName } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { type Pace, Wire } from './wire.js';

/** What the bench asks of the process with the key, and what that answers. */
export type KeyRequest = { readonly begin: { readonly pace: Pace } } | { readonly end: true };

/** A program of its own, so that the key's work is nobody's CPU time and keeps nobody waiting: bench-key PROFILE. */
const profile = process.argv[2] as ProfileName; // the bench names one
const wire = await Wire.lay(new SoftKey({ profile }));
const tell = (answer: unknown): void => void process.send?.(answer);
process.on('message', (request: KeyRequest) => {
  if ('begin' in request) {
    wire.begin(request.begin.pace);
    tell({ begun: true });
  } else tell(wire.end());
});
process.on('disconnect', () => {
  process.exit();
});
tell({ address: wire.address });
