// The import table of the house: who may lean on whom. A new arrow is a change to this file, so it is seen in review.

/** Packages and core modules appear under these paths once resolved. */
const npm = (...names) => names.map((name) => `node_modules/${name.replace('/', '\\/')}/`);
const core = (...names) => names.map((name) => `^(node:)?${name}$`);
const files = (...names) => names.map((name) => `^src/${name.replaceAll('.', '\\.')}$`);

const sdk = npm('@aws-sdk/client-cognito-identity-provider', '@smithy');

/**
 * One row per room: what a file in it may import besides its own room. `except` names the files that may reach further,
 * `types` the rooms of which it takes types only, and `values` the files in those that are plain data and so may be taken whole.
 */
const rooms = {
  ctap: {
    rooms: [],
    outside: [...core('crypto', 'zlib'), ...npm('cbor-x', 'tldts')], // zlib: large blobs are compressed (CTAP 2.2 §6.10.3)
    except: files('ctap/hid/node-hid-port.ts', 'ctap/hid/udp-port.ts'),
  },
  softkey: {
    rooms: ['ctap'],
    outside: [...core('crypto', 'dgram', 'fs', 'fs/promises', 'events', 'path'), ...npm('write-file-atomic')],
  },
  // What the helpdesk's client and the triggers say to each other is said in one file, which leans on nothing.
  cognito: {
    rooms: ['shared'],
    outside: [...sdk, ...npm('aws-jwt-verify'), ...files('triggers/on-behalf/message.ts')],
  },
  // Pure decisions: what they lean on is handed in, so that a local pool runs the very functions that Lambda runs.
  triggers: {
    rooms: [],
    outside: [],
    except: ['^src/triggers/lambda/', '^src/triggers/local/'],
  },
  // Their entries in Lambda, whose runtime brings the SDK; nobody else may import them.
  'triggers/lambda': {
    rooms: ['triggers'],
    outside: [
      ...core('crypto'),
      ...npm('@aws-sdk/client-cognito-identity-provider', '@aws-sdk/client-dynamodb', '@aws-sdk/client-kms'),
      ...npm('@aws-sdk/client-sesv2'),
    ],
    forbid: ['^src/triggers/local/'],
  },
  // What stands for tables and keys beside a local pool.
  'triggers/local': {
    rooms: ['triggers'],
    outside: [...core('crypto', 'fs/promises'), ...npm('write-file-atomic')],
    forbid: ['^src/triggers/lambda/'],
  },
  pool: {
    rooms: ['triggers', 'shared'],
    outside: [
      ...core('crypto', 'http', 'fs', 'fs/promises', 'path', 'events', 'zlib'), // zlib: checksums of the state file
      ...npm('jose', '@simplewebauthn/server', 'tldts', 'write-file-atomic', 'zod'), // tldts: no passkeys for public suffixes
    ],
    forbid: ['^src/triggers/lambda/'],
  },
  // What a PIN may be is known in one file, which leans on nothing; ctap may not reach for it outside itself.
  shared: { rooms: [], outside: [...npm('zod'), ...files('ctap/pin/pin-rules.ts')] },
  // Between ctap, which knows no sentences, and the two programs that need its errors as codes.
  failures: { rooms: ['ctap', 'passport', 'shared'], outside: [] },
  // What app and command line keep on one computer, and write at the same time: the journal of enrolments, records, files.
  station: {
    rooms: ['ctap', 'failures', 'shared'],
    outside: [...core('crypto', 'fs/promises', 'path'), ...npm('zod', 'write-file-atomic')],
  },
  // What was done at this station, by whom: written by app and command line, and read by whoever checks on them.
  audit: {
    rooms: ['failures', 'station', 'shared'],
    outside: [...core('crypto', 'fs/promises', 'path', 'timers/promises'), ...npm('zod', 'write-file-atomic')],
  },
  // What a key is and whether the station allows it. Knows no cable, no file and no window.
  passport: { rooms: ['ctap', 'shared'], outside: [...core('crypto'), ...npm('jose', 'zod')] },
  // What the helpdesk does, for app and command line: the runbook, the operator's credentials and other people's sessions live here.
  helpdesk: {
    rooms: ['audit', 'cognito', 'ctap', 'failures', 'station', 'shared'],
    outside: [
      ...core('crypto', 'fs/promises', 'os', 'path'), // os: the audit log names the computer
      ...npm('zod', '@aws-sdk/client-kms'),
      ...files('triggers/on-behalf/message.ts'),
    ],
  },
  // What somebody is asked, and the signature over it. Asks no key itself, and keeps no file: both are handed in.
  approval: {
    rooms: ['failures', 'shared'],
    outside: ['^src/ctap/codec/', ...core('crypto'), ...npm('canonicalize', 'zod')],
  },
  preload: { rooms: [], types: ['shared'], outside: npm('electron') },
  renderer: {
    rooms: ['cognito'],
    types: ['shared'],
    values: files(
      'shared/messages.ts',
      'shared/fingerprint-feedback.ts',
      'shared/passport-messages.ts',
      'shared/last-tries.ts',
      'shared/pin-coach.ts',
      'shared/rp-id-pattern.ts',
    ),
    outside: [...npm('svelte', 'bits-ui', '@lucide/svelte', 'tailwindcss', 'lean-qr')],
    forbid: ['^src/cognito/admin/', '^src/cognito/on-behalf'], // other people's sessions are never the window's
  },
  main: {
    rooms: ['shared', 'ctap', 'failures', 'passport', 'station', 'audit', 'approval', 'helpdesk', 'cognito/admin'],
    outside: [
      ...core('.*'),
      ...npm('electron', 'write-file-atomic', 'zod'),
      // The window of a kiosk is destroyed at once, so main tells the pool that its person has left: one unsigned call.
      ...files('cognito/account.ts', 'cognito/connection.ts', 'cognito/errors.ts'),
    ],
    except: files('main/demo.ts'),
  },
  cli: {
    rooms: [
      'approval',
      'audit',
      'ctap',
      'failures',
      'passport',
      'station',
      'softkey',
      'cognito',
      'helpdesk',
      'pool',
      'shared',
    ],
    outside: [...core('.*'), ...npm('commander', 'zod'), '^package\\.json$'],
  },
};

const only = (room, { rooms: neighbours, types = [], values = [], outside, except = [], forbid = [] }) => [
  {
    name: `${room}-imports`,
    comment: `src/${room} may import only what the table in .dependency-cruiser.cjs lists.`,
    severity: 'error',
    from: { path: `^src/${room}/`, pathNot: except },
    to: { pathNot: [`^src/${room}/`, ...[...neighbours, ...types].map((name) => `^src/${name}/`), ...outside] },
  },
  ...types.map((name) => ({
    name: `${room}-takes-types-of-${name}`,
    comment: `src/${room} may import types of src/${name}, not values: they would pull the validator into the bundle.`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: `^src/${name}/`, pathNot: values, dependencyTypesNot: ['type-only'] },
  })),
  ...forbid.map((path) => ({
    name: `${room}-never`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path },
  })),
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'warn',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '^src/(main|preload|cli)/index\\.ts$', '^src/renderer/(main|no-signatures)\\.ts$'],
      },
      to: {},
    },
    ...Object.entries(rooms).flatMap(([room, row]) => only(room, row)),
    {
      name: 'node-hid-in-one-file',
      severity: 'error',
      from: { path: '^src/ctap/hid/node-hid-port\\.ts$' },
      to: { pathNot: ['^src/ctap/', ...npm('node-hid')] },
    },
    {
      name: 'dgram-in-one-file',
      severity: 'error',
      from: { path: '^src/ctap/hid/udp-port\\.ts$' },
      to: { pathNot: ['^src/ctap/', ...core('dgram')] },
    },
    {
      name: 'demo-may-start-the-stand-ins',
      severity: 'error',
      from: { path: '^src/main/demo\\.ts$' },
      to: { pathNot: ['^src/(main|shared|ctap|softkey|pool)/', ...core('.*')] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.svelte', '.d.ts'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
