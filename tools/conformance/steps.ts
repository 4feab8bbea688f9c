import type { Ctap2ProfileName } from '../../src/softkey/profile.js';

/** What every client does with a key, in this order: the name that programs know a step by, and people's. */
export const STEPS = {
  'set-pin': 'set PIN',
  'change-pin': 'change PIN',
  create: 'create',
  assert: 'assert',
  list: 'list',
  rename: 'rename',
  'large-blob': 'large blob',
  delete: 'delete',
  'fingerprint-enrol': 'fingerprint enrol',
  'fingerprint-list': 'fingerprint list',
  'always-uv': 'always UV',
  'min-pin-length': 'minimum PIN length',
  reset: 'reset',
} as const;

export type Step = keyof typeof STEPS;

/** In the order of the table above, which is theirs. */
export const STEP_NAMES = Object.keys(STEPS) as readonly Step[];

/** Steps that somebody does not offer, each with the reason. */
export type Lacks = Readonly<Partial<Record<Step, string>>>;

const NO_MANAGEMENT = 'a CTAP 2.0 key has no credential management';
const NO_CONFIG = 'authenticatorConfig came with CTAP 2.1';

/** What keys of a generation do not offer. That they say so in getInfo is checked with the library (`keydesk.ts`). */
export const PROFILE_LACKS: Readonly<Record<Ctap2ProfileName, Lacks>> = {
  '2.0': {
    list: NO_MANAGEMENT,
    rename: NO_MANAGEMENT,
    delete: NO_MANAGEMENT,
    'large-blob': 'large blobs came with CTAP 2.1',
    'fingerprint-enrol': 'a CTAP 2.0 key enrols no fingerprints',
    'fingerprint-list': 'a CTAP 2.0 key enrols no fingerprints',
    'always-uv': NO_CONFIG,
    'min-pin-length': NO_CONFIG,
  },
  '2.1-pre': {
    rename: 'the prototype of credential management has no rename',
    'large-blob': 'large blobs came with CTAP 2.1',
    'always-uv': NO_CONFIG,
    'min-pin-length': NO_CONFIG,
  },
  '2.1': {},
  '2.3': {},
};
