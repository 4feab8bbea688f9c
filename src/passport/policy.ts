import { z } from 'zod';

import { HelpdeskRules, KioskRules, Mode } from '../shared/mode.js';
import { CertificationLevel, type PolicyStatus } from '../shared/passport.js';
import { RpId } from '../shared/rp-id.js';
import { JsonTextError, type LocatedJson, parseLocated } from './located-json.js';

/**
 * What a station is, and what it demands of security keys. Every member is optional, and what is absent is not demanded; an unknown one is refused,
 * because it is most likely a demand with a typo.
 */
const Policy = z.strictObject({
  /** The models that may be enrolled, as UUIDs; proved by attestation as far as the metadata reaches. */
  allowedAaguids: z
    .array(z.guid().transform((text) => text.toLowerCase()))
    .min(1)
    .optional(),
  /** Counts what FIDO's metadata says, never what a key claims. */
  minimumCertification: CertificationLevel.exclude(['none']).optional(),
  /** Code points: the key itself must insist on PINs at least as long. */
  minPinLength: z.int().min(4).max(63).optional(),
  /** Only passkeys of a verified person, on keys that can verify one. */
  requireUserVerification: z.boolean().optional(),
  /** The attestation of every new passkey must lead to a root that the metadata names. `minimumCertification` implies it. */
  requireAttestation: z.boolean().optional(),
  /**
   * The one member that allows instead of demanding: relying parties that may learn which very key a passkey was made on,
   * where they ask for it and the key has that enabled (platform-managed enterprise attestation, CTAP 2.2 §7.1).
   */
  enterpriseRpIds: z.array(RpId).min(1).optional(),
  /** Which desk the station is; without it, what it was started as. */
  mode: Mode.optional(),
  helpdesk: HelpdeskRules.optional(),
  kiosk: KioskRules.optional(),
});
export type Policy = z.infer<typeof Policy>;

/** A policy that cannot be used. */
export interface PolicyError {
  /** From 1; undefined when the file could not be read at all. */
  readonly line?: number;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** The station's policy as it is in force. `locked`: there is one that cannot be read, so nothing may be changed. */
export type PolicyState =
  | { readonly state: 'none' }
  | { readonly state: 'active'; readonly policy: Policy }
  | { readonly state: 'locked'; readonly error: PolicyError };

/** Reads a policy file. The first thing that is wrong is told with its line: never is a policy used in part. */
export function loadPolicy(text: string): { ok: true; policy: Policy } | { ok: false; error: PolicyError } {
  let json: LocatedJson;
  try {
    // Editors on Windows like to put a byte order mark in front.
    json = parseLocated(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { ok: false, error: { line: error.line, reason: `This is no JSON: ${error.message}` } };
  }
  const parsed = Policy.safeParse(json.value);
  if (parsed.success) return { ok: true, policy: parsed.data };
  const errors = parsed.error.issues.map((issue) => explain(issue, json));
  errors.sort((a, b) => a.line - b.line);
  return { ok: false, error: errors[0] ?? { reason: 'It is not valid' } };
}

/** The state that a policy file leads to; `undefined` for a station that has none. */
export function policyState(text: string | undefined): PolicyState {
  if (text === undefined) return { state: 'none' };
  const loaded = loadPolicy(text);
  return loaded.ok ? { state: 'active', policy: loaded.policy } : { state: 'locked', error: loaded.error };
}

/** Relying parties that may learn which very key it is. Without a policy, and under one that cannot be read: none. */
export function enterpriseRpIdsOf(state: PolicyState): readonly string[] {
  return state.state === 'active' ? (state.policy.enterpriseRpIds ?? []) : [];
}

/** What window and command line are told of it. */
export function statusOf(state: PolicyState): PolicyStatus {
  return state.state === 'locked' ? { state: 'locked', ...state.error } : { state: state.state };
}

function explain(issue: z.core.$ZodIssue, json: LocatedJson): { line: number; reason: string } {
  if (issue.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    const [within] = issue.path;
    const known = Object.keys(shapeOf(within)).join(', ');
    return {
      line: json.lineOf([...issue.path, name]),
      reason: `"${name}" is no member of ${within === undefined ? 'a policy' : `"${String(within)}"`}. Known are ${known}`,
    };
  }
  const name = issue.path.length === 0 ? 'A policy' : `"${issue.path.map(String).join('.')}"`;
  return { line: json.lineOf(issue.path), reason: `${name}: ${expectation(issue)}` };
}

/** The members that there are: of a policy, or of one of its members. */
function shapeOf(member: PropertyKey | undefined): object {
  if (member === 'helpdesk') return HelpdeskRules.shape;
  if (member === 'kiosk') return KioskRules.shape;
  return Policy.shape;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'an object in braces',
  array: 'a list in brackets',
  string: 'a text in quotes',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_format' && issue.format === 'regex' && issue.path[0] === 'helpdesk') return issue.message;
  if (issue.code === 'invalid_format' && issue.format === 'regex')
    return 'expected the domain name of a relying party, such as login.example.com';
  if (issue.code === 'invalid_format') return 'expected an AAGUID such as 2fc0579f-8113-47ea-b116-bb5a8db9202a';
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return issue.origin === 'array' ? 'expected at least one entry' : `expected ${String(issue.minimum)} or more`;
  if (issue.code === 'too_big') return `expected ${String(issue.maximum)} or less`;
  return issue.message;
}

/** Where a policy may be: a file that somebody named must be there, the station's own may be missing. */
export interface PolicyFile {
  readonly path: string;
  readonly isNamed: boolean;
}

/** The state that a file leads to. One that cannot be read locks the station like one that makes no sense: it is never passed over. */
export async function readPolicy(
  { path, isNamed }: PolicyFile,
  readText: (path: string) => Promise<string>,
): Promise<PolicyState> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && !isNamed) return policyState(undefined);
    const why = error instanceof Error ? error.message : String(error);
    return { state: 'locked', error: { reason: `The file cannot be read: ${why}` } };
  }
  return policyState(text);
}
