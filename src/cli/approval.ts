import { type Approval, readApproval } from '../approval/approval.js';
import type { ApprovalRequest } from '../approval/request.js';
import { verifyApproval } from '../approval/verify-approval.js';
import { FailureError } from '../failures/failure-error.js';
import { JsonTextError, parseLocated } from '../passport/located-json.js';
import { RpId } from '../shared/rp-id.js';
import type { Context } from './context.js';
import { fromEnvironment } from './pool-settings.js';
import { printable } from './printable.js';
import { usage } from './problem.js';
import { originFor } from './relying-party.js';
import { textOf } from './text-file.js';

export interface VerifyOptions {
  readonly publicKey?: string;
  readonly rpId?: string;
  readonly origin?: string;
  readonly at?: string;
}

/** An approval of the longest texts is a tenth of this. */
const LIMIT = {
  bytes: 1 << 20,
  tooLong: () => new FailureError({ code: 'approval/malformed', detail: 'it is too long' }),
};

/** Says whether an approval holds. */
export async function verify(file: string, options: VerifyOptions, context: Context): Promise<void> {
  const at = options.at === undefined ? Date.now() : Date.parse(options.at);
  if (Number.isNaN(at)) throw usage(`${printable(options.at ?? '')} is no time.`, 'Write it as 2026-11-24T09:00:30Z.');
  const verified = await verifiedApproval(file, options, at, context);
  context.terminal.result(asJson(verified, at), asText(verified, at));
}

/** The same for now, and uses it up. */
export async function use(file: string, options: VerifyOptions, context: Context): Promise<void> {
  const at = Date.now();
  const verified = await verifiedApproval(file, options, at, context);
  await context.station().usedApprovals().use(verified.approval.request);
  context.terminal.result(asJson(verified, at), `${asText(verified, at)}\nIt is used up.`);
}

/** Shows an approval, and verifies nothing. */
export async function show(file: string, { terminal, signal }: Context): Promise<void> {
  const approval = await approvalIn(file, signal);
  const { request, credentialId } = approval;
  const text = `Not verified: \`keydesk approval verify\` does that.\n${described(request, credentialId)}`;
  terminal.result({ verified: false, ...approval }, text);
}

interface Verified {
  readonly approval: Approval;
  /** Where the public key is from, in words. */
  readonly keyFrom: string;
}

async function verifiedApproval(
  file: string,
  options: VerifyOptions,
  now: number,
  context: Context,
): Promise<Verified> {
  const rpId = await relyingParty(options, context);
  const origin = options.origin ?? originFor(rpId, undefined);
  const approval = await approvalIn(file, context.signal);
  const { keyFrom, ...key } = await keyOf(approval, options, context);
  verifyApproval(approval, { ...key, rpId, origin, now });
  return { approval, keyFrom };
}

/** Never from the approval itself. */
async function relyingParty(options: VerifyOptions, { env, signal }: Context): Promise<string> {
  const rpId = options.rpId ?? (await fromEnvironment(env['KEYDESK_POOL'], signal))['rpId'];
  const parsed = RpId.safeParse(rpId);
  if (parsed.success) return parsed.data;
  throw usage(
    'It is not known for which relying party the approval must be.',
    'Give its domain with --rp-id, or set KEYDESK_POOL.',
  );
}

/** From the file that was named, or from the record of the passkey that the approval says it was signed with. */
async function keyOf(
  { credentialId }: Approval,
  { publicKey: file }: VerifyOptions,
  { station, signal }: Context,
): Promise<{ publicKey: string; credentialId?: string; sub?: string | undefined; keyFrom: string }> {
  if (file !== undefined) return { publicKey: (await textOf(file, signal)).trim(), keyFrom: file };
  const records = await station().findRecords();
  const record = records?.kept().find((known) => known.credentialId === credentialId);
  if (record?.publicKey === undefined)
    throw new FailureError({ code: 'approval/no-key', detail: `for the passkey ${credentialId}` });
  const { publicKey, sub, nickname } = record;
  return { publicKey, credentialId, sub, keyFrom: `"${nickname}" in the records of this station` };
}

async function approvalIn(file: string, signal: AbortSignal): Promise<Approval> {
  const text = await textOf(file, signal, LIMIT);
  try {
    // JSON.parse would take the last of two members of one name, and another reader the first.
    return readApproval(parseLocated(text).value);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const detail = `line ${error.line}: ${printable(error.message)}`;
    throw new FailureError({ code: 'approval/malformed', detail }, { cause: error });
  }
}

function asJson({ approval: { request, credentialId }, keyFrom }: Verified, at: number) {
  return { verified: true, at: new Date(at).toISOString(), request, credentialId, keyFrom };
}

function asText({ approval: { request, credentialId }, keyFrom }: Verified, at: number): string {
  return [
    `The approval holds, at ${new Date(at).toISOString()}.`,
    described(request, credentialId),
    `  public key       ${printable(keyFrom)}`,
  ].join('\n');
}

/** Its texts are such as can be shown as they are, or it would not have been read; `printable` holds whatever comes. */
function described(request: ApprovalRequest, credentialId: string): string {
  const { text, action, facts, approver, station, pool, requestedAt, expiresAt, id } = request;
  return [
    `  "${printable(text)}"`,
    `  action           ${action}`,
    ...Object.entries(facts).map(([name, value]) => `    ${`${name} `.padEnd(15)}${printable(value)}`),
    `  approver         ${printable(approver.username)} (${approver.sub})`,
    `  with the passkey ${credentialId}`,
    `  asked at         ${requestedAt}, until ${expiresAt}`,
    `  station          ${printable(station)}`,
    `  user pool        ${pool}`,
    `  request          ${id}`,
  ].join('\n');
}
