import { strict as assert } from 'node:assert';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { managesCredentials } from '../../src/ctap/credential-management.js';
import type { DeviceInfo } from '../../src/ctap/get-info.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import type { Ctap2ProfileName } from '../../src/softkey/profile.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import type { Client, Results, Target } from './client.js';
import { type Lacks, PROFILE_LACKS, type Step, STEP_NAMES } from './steps.js';

/** What became of one step of one client with a key of one generation. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** By the generation of keys, or by the client. */
  | { readonly kind: 'not offered'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Round {
  readonly client: string;
  readonly profile: Ctap2ProfileName;
  readonly outcomes: ReadonlyMap<Step, Outcome>;
}

/** Lets a client do everything that it and the generation offer, with a software key of its own. */
export async function conformanceRound(client: Client, profile: Ctap2ProfileName): Promise<Round> {
  const options = { fingerprints: profile !== '2.0', ...client.key?.(profile), profile };
  await checkOffer(options);
  const { unavailable } = client;
  const lacks = client.lacks(profile);
  if (unavailable !== undefined) return roundOf(client.name, profile, lacks, unavailable);
  const offered = STEP_NAMES.filter((step) => lacks[step] === undefined && PROFILE_LACKS[profile][step] === undefined);
  return roundOf(client.name, profile, lacks, await onFreshKey(options, (target) => client.run(target, offered)));
}

/**
 * What every step of a round came to.
 * @param lacks what the client does not offer
 * @param results of the steps that are offered, or why none was made
 */
export function roundOf(client: string, profile: Ctap2ProfileName, lacks: Lacks, results: Results | string): Round {
  const outcome = (step: Step): Outcome => {
    const lack = PROFILE_LACKS[profile][step] ?? lacks[step];
    if (lack !== undefined) return { kind: 'not offered', reason: lack };
    if (typeof results === 'string') return { kind: 'skipped', reason: results };
    if (!results.has(step)) return { kind: 'failed', reason: 'nothing was said of this step' };
    const reason = results.get(step);
    return reason === undefined ? { kind: 'passed' } : { kind: 'failed', reason };
  };
  return { client, profile, outcomes: new Map(STEP_NAMES.map((step) => [step, outcome(step)])) };
}

/** A software key of CTAP2. */
type KeyOptions = SoftKeyOptions & { readonly profile: Ctap2ProfileName };

async function onFreshKey<T>(options: KeyOptions, use: (target: Target) => Promise<T>): Promise<T> {
  const server = await listenUdp(new SoftKey(options), { host: '127.0.0.1', port: 0 });
  try {
    return await use({ address: `${server.host}:${server.port}`, profile: options.profile });
  } finally {
    await server.close();
  }
}

/** How a key says in getInfo that it offers a step; the others are offered by every key. */
const SHOWN_BY: Readonly<Partial<Record<Step, (info: DeviceInfo) => boolean>>> = {
  list: managesCredentials,
  rename: ({ options }) => options.get('credMgmt') === true,
  'large-blob': ({ options }) => options.get('largeBlobs') === true,
  delete: managesCredentials,
  'fingerprint-enrol': enrolsFingerprints,
  'fingerprint-list': enrolsFingerprints,
  'always-uv': ({ options }) => options.has('alwaysUv'),
  'min-pin-length': ({ options }) => options.get('setMinPINLength') === true,
};

function enrolsFingerprints({ options }: DeviceInfo): boolean {
  return options.has('bioEnroll') || options.has('userVerificationMgmtPreview');
}

/** What a key keeps silent about must not pass for what its generation never had: its getInfo and our table agree. */
async function checkOffer(options: KeyOptions): Promise<void> {
  const key = await Authenticator.open(new MemoryPort(new SoftKey(options)));
  const shown = STEP_NAMES.filter((step) => SHOWN_BY[step]?.(key.info) ?? true);
  await key.close();
  const expected = STEP_NAMES.filter((step) => PROFILE_LACKS[options.profile][step] === undefined);
  assert.deepEqual(shown, expected, `what CTAP ${options.profile} offers`);
}
