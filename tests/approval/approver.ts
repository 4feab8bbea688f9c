import type { ApprovalRequest, ApprovalWish } from '../../src/approval/request.js';
import { newRequest } from '../../src/approval/request.js';
import { approve } from '../../src/approval/approve.js';
import type { Approval } from '../../src/approval/approval.js';
import type { Verification } from '../../src/approval/verify-approval.js';
import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { decodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { fromBase64url, toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { CoseAlgorithm } from '../../src/ctap/codec/cose.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import type { PublicKeyCredentialRequestOptionsJSON } from '../../src/shared/webauthn-json.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { creation, ORIGIN, PIN, RP_ID } from '../ctap/options.js';
import { Person } from '../ctap/person.js';

export { ORIGIN, RP_ID };

/** A Tuesday. */
export const NOW = Date.UTC(2026, 10, 24, 9, 0, 0);
export const SUB = '94482458-e0a1-7005-dd3f-0c1d2e3f4a5b';
export const ALGORITHMS = [
  ['ES256', CoseAlgorithm.ES256],
  ['EdDSA', CoseAlgorithm.EDDSA],
  ['RS256', CoseAlgorithm.RS256],
] as const;
/** The software key looks for primes of RSA. */
export const GENERATING_RSA_MS = 30_000;

export const WISH: ApprovalWish = {
  action: 'person.sign-out',
  text: 'Sign Zoë Strauß out everywhere, and disable the account.',
  facts: { username: 'zoe', caseId: '2026-117' },
  station: 'Front desk',
  pool: 'eu-west-1_AbCdEfGhI',
  approver: { sub: SUB, username: 'ana' },
};

export function requestOf(wish: Partial<ApprovalWish> = {}): ApprovalRequest {
  return newRequest({ ...WISH, ...wish }, { now: NOW });
}

/** How a test has the key answer otherwise than it was asked. */
export interface Twist {
  readonly origin?: string;
  readonly rpId?: string;
  readonly options?: Partial<PublicKeyCredentialRequestOptionsJSON>;
}

export interface Enrolled {
  readonly alg?: number;
  readonly rpId?: string;
  readonly sub?: string;
}

/** Somebody with a software key that holds their passkey. */
export class Approver {
  readonly credentialId: string;
  /** COSE_Key, base64url. */
  readonly publicKey: string;
  readonly #authenticator: Authenticator;

  private constructor(authenticator: Authenticator, credentialId: string, publicKey: string) {
    this.#authenticator = authenticator;
    this.credentialId = credentialId;
    this.publicKey = publicKey;
  }

  static async enrol({ alg = CoseAlgorithm.ES256, rpId = RP_ID, sub = SUB }: Enrolled = {}): Promise<Approver> {
    const authenticator = await Authenticator.open(new MemoryPort(new SoftKey({ profile: '2.1' })));
    await authenticator.clientPin?.setPin(encodePin(PIN));
    await authenticator.refresh();
    const options = creation({
      rp: { id: rpId, name: 'Example' },
      user: { id: toBase64url(utf8(sub)), name: 'ana', displayName: 'Ana' },
      pubKeyCredParams: [{ type: 'public-key', alg }],
    });
    const context = { authenticator, interaction: new Person(PIN) };
    const { id, response } = await create(options, `https://${rpId}`, context);
    const { attestedCredential } = decodeAuthenticatorData(fromBase64url(response.authenticatorData));
    return new Approver(authenticator, id, toBase64url(attestedCredential?.publicKeyBytes ?? new Uint8Array()));
  }

  /** Enters the PIN and touches. */
  approve(request: ApprovalRequest, { origin = ORIGIN, rpId = RP_ID, options = {} }: Twist = {}): Promise<Approval> {
    return approve(request, {
      rpId,
      credentialIds: [this.credentialId],
      now: () => Date.parse(request.requestedAt),
      get: (asked) =>
        get({ ...asked, ...options }, origin, {
          authenticator: this.#authenticator,
          interaction: new Person(PIN),
        }),
    });
  }

  /** What a verifier knows who has this passkey in its records. */
  expected(changes: Partial<Verification> = {}): Verification {
    const { publicKey, credentialId } = this;
    return { publicKey, credentialId, sub: SUB, rpId: RP_ID, origin: ORIGIN, now: NOW + 1000, ...changes };
  }
}
