/** A user pool that answers the SDK's requests as the service does, in one process. Its tokens are signed for real. */

import { authenticationResult, keySet, USER_HANDLE } from '../../cognito/signed-tokens.js';

export type Refusal = { readonly __type: string; readonly message?: string };

interface Passkey {
  CredentialId: string;
  FriendlyCredentialName: string;
  RelyingPartyId: string;
  AuthenticatorTransports: string[];
  CreatedAt: number;
}

type Body = Record<string, unknown>;

const textOf = (body: unknown): string => (body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));

const ISSUER = 'https://pool.test/eu-west-1_AbCdEfGhI';

export class FakePool {
  password = 'Correct-horse-7';
  /** The password works once: a new one is asked for. */
  temporary = false;
  /** What the pool wants to know with the new password. */
  requiredAttributes: string[] = [];
  code = '482913';
  /** Asked for after a password: names of challenges, of which one is chosen where there are several. */
  secondFactors: string[] = [];
  /** What may be set up as a second factor, where one must be. */
  toSetUp: string[] = [];
  /** Whether a sign-up has to be confirmed with the code. */
  confirms = true;
  /** Claims of ID tokens besides the usual ones. */
  claims: Readonly<Record<string, unknown>> = {};
  factors = ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'];
  passkeys: Passkey[] = [];
  /** Ids in the request options although no key has them: a simulated challenge. */
  simulated: string[] = [];
  /** Requests by operation name, in order. */
  readonly calls: { operation: string; input: Body }[] = [];
  /** Answers that come first, by operation: a refusal, garbage, or silence. */
  readonly faults = new Map<string, ('network' | 'nonsense' | 'silence' | Refusal)[]>();
  /** Whether a refresh token is good for one refresh, which gives the next one. */
  rotates = false;
  /** Whether the keys that it publishes can be had. */
  keysAreThere = true;
  expiresIn = 3600;
  /** The clock that tokens are issued by. */
  now: () => number = Date.now;
  readonly #secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  #sessions = 0;
  #refreshTokens = 0;

  /** The one that is good. */
  get refreshToken(): string {
    return `refresh-token-${this.#refreshTokens}`;
  }

  operations(): string[] {
    return this.calls.map(({ operation }) => operation);
  }

  add(id: string, name = 'Roaming passkey', createdAt = 1_763_000_000): void {
    this.passkeys.push({
      CredentialId: id,
      FriendlyCredentialName: name,
      RelyingPartyId: 'login.example.com',
      AuthenticatorTransports: ['usb'],
      CreatedAt: createdAt,
    });
  }

  /** What goes over the wire for one request; undefined for a pool that never answers. */
  async respond(operation: string, input: Body): Promise<{ status: number; body: string } | undefined> {
    this.calls.push({ operation, input });
    const fault = this.faults.get(operation)?.shift();
    if (fault === 'network') throw new TypeError('Failed to fetch');
    if (fault === 'silence') return undefined;
    if (fault === 'nonsense') return { status: 200, body: '<html>Please sign in to the guest network</html>' };
    await Promise.resolve();
    const answer = fault ?? (await this.#answer(operation, input));
    return { status: '__type' in answer ? 400 : 200, body: JSON.stringify(answer) };
  }

  /** The keys that it publishes. */
  async keys(uri: string): Promise<ArrayBuffer> {
    if (!this.keysAreThere) throw new TypeError('Failed to fetch');
    if (uri !== `${ISSUER}/.well-known/jwks.json`) throw new TypeError(`Nothing is at ${uri}`);
    return new TextEncoder().encode(JSON.stringify(await keySet())).buffer;
  }

  /** The SDK's request handler: what `requestHandler` of the client takes. */
  handler() {
    return {
      handle: async (
        request: { headers: Record<string, string>; body?: unknown },
        { abortSignal }: { abortSignal?: unknown } = {},
      ) => {
        const operation = (request.headers['x-amz-target'] ?? '').split('.').pop() ?? '';
        const answer = await this.respond(operation, JSON.parse(textOf(request.body)) as Body);
        if (!answer) {
          const signal = abortSignal as AbortSignal; // the client's own
          return await new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('aborted'));
            });
          });
        }
        const body = new Blob([answer.body]).stream();
        return { response: { statusCode: answer.status, headers: {}, body, reason: '' } };
      },
    };
  }

  async #answer(operation: string, input: Body): Promise<Body> {
    switch (operation) {
      case 'InitiateAuth':
        if (input['Session'] !== undefined) return { AuthenticationResult: await this.#tokens('anna') };
        return this.#initiate(input['AuthParameters'] as Body);
      case 'RespondToAuthChallenge':
        return this.#challenged(String(input['ChallengeName']), input['ChallengeResponses'] as Body);
      case 'GetTokensFromRefreshToken':
        if (!this.rotates)
          return { AuthenticationResult: { ...(await this.#tokens('anna')), RefreshToken: undefined } };
        if (input['RefreshToken'] !== this.refreshToken) return { __type: 'RefreshTokenReuseException' };
        this.#refreshTokens += 1;
        return { AuthenticationResult: await this.#tokens('anna') };
      case 'RevokeToken':
      case 'GlobalSignOut':
        return {};
      case 'AssociateSoftwareToken':
        return { SecretCode: this.#secret, Session: this.#session() };
      case 'VerifySoftwareToken':
        return input['UserCode'] === this.code
          ? { Status: 'SUCCESS', Session: this.#session() }
          : { __type: 'EnableSoftwareTokenMFAException' };
      case 'SignUp':
        return { UserConfirmed: !this.confirms, UserSub: 'x', Session: this.#session(), ...this.#delivery };
      case 'ConfirmSignUp':
        return input['ConfirmationCode'] === this.code
          ? { Session: this.#session() }
          : { __type: 'CodeMismatchException' };
      case 'ResendConfirmationCode':
      case 'ForgotPassword':
        return this.#delivery;
      case 'ConfirmForgotPassword':
        if (input['ConfirmationCode'] !== this.code) return { __type: 'CodeMismatchException' };
        this.password = String(input['Password']);
        return {};
      case 'StartWebAuthnRegistration':
        return {
          CredentialCreationOptions: {
            rp: { id: 'login.example.com', name: 'login.example.com' },
            user: { id: USER_HANDLE, name: 'anna', displayName: '' },
            challenge: 'Y2hhbGxlbmdlMTIzNDU2',
            pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            timeout: 60_000,
          },
        };
      case 'CompleteWebAuthnRegistration':
        this.add((input['Credential'] as { id: string }).id, 'Roaming passkey', 1_763_900_000);
        return {};
      case 'ListWebAuthnCredentials':
        return { Credentials: this.passkeys };
      case 'DeleteWebAuthnCredential': {
        const found = this.passkeys.some((one) => one.CredentialId === input['CredentialId']);
        if (!found) return { __type: 'ResourceNotFoundException' };
        this.passkeys = this.passkeys.filter((one) => one.CredentialId !== input['CredentialId']);
        return {};
      }
      default:
        return { __type: 'UnknownOperationException' };
    }
  }

  readonly #delivery = { CodeDeliveryDetails: { DeliveryMedium: 'EMAIL', Destination: 'a***@e***' } };

  #session(): string {
    this.#sessions += 1;
    return `session-${this.#sessions}`.padEnd(24, 'x');
  }

  #initiate(parameters: Body): Body | Promise<Body> {
    const username = String(parameters['USERNAME']);
    const preferred = String(parameters['PREFERRED_CHALLENGE']);
    if (preferred === 'WEB_AUTHN' && (this.passkeys.length > 0 || this.simulated.length > 0))
      return this.#challenge('WEB_AUTHN');
    if (preferred === 'PASSWORD' && this.factors.includes('PASSWORD')) {
      return parameters['PASSWORD'] === undefined
        ? this.#challenge('PASSWORD')
        : this.#byPassword(username, parameters['PASSWORD']);
    }
    if (/_OTP$/.test(preferred) && this.factors.includes(preferred)) return this.#challenge(preferred);
    const available = this.factors.filter((factor) => factor !== 'WEB_AUTHN' || this.passkeys.length > 0);
    return { ...this.#challenge('SELECT_CHALLENGE'), AvailableChallenges: available };
  }

  async #challenged(name: string, responses: Body): Promise<Body> {
    const username = String(responses['USERNAME']);
    switch (name) {
      case 'SELECT_CHALLENGE':
        if (responses['ANSWER'] === 'PASSWORD') return this.#byPassword(username, responses['PASSWORD']);
        return this.#challenge(String(responses['ANSWER']));
      case 'SELECT_MFA_TYPE':
        return this.#challenge(String(responses['ANSWER']));
      case 'PASSWORD':
        return this.#byPassword(username, responses['PASSWORD']);
      case 'MFA_SETUP':
        return responses['EMAIL'] === undefined
          ? { AuthenticationResult: await this.#tokens(username) }
          : this.#challenge('EMAIL_OTP');
      case 'EMAIL_OTP':
      case 'SMS_OTP':
      case 'SMS_MFA':
      case 'SOFTWARE_TOKEN_MFA':
        return responses[`${name}_CODE`] === this.code
          ? { AuthenticationResult: await this.#tokens(username) }
          : { __type: 'CodeMismatchException' };
      default:
        return { AuthenticationResult: await this.#tokens(username) };
    }
  }

  async #byPassword(username: string, password: unknown): Promise<Body> {
    if (password !== this.password) return { __type: 'NotAuthorizedException' };
    if (this.temporary) return this.#challenge('NEW_PASSWORD_REQUIRED');
    if (this.toSetUp.length > 0) return this.#challenge('MFA_SETUP');
    const [only, ...more] = this.secondFactors;
    if (only === undefined) return { AuthenticationResult: await this.#tokens(username) };
    return this.#challenge(more.length === 0 ? only : 'SELECT_MFA_TYPE');
  }

  #challenge(name: string): Body {
    const parameters: Record<string, Record<string, string>> = {
      WEB_AUTHN: {
        CREDENTIAL_REQUEST_OPTIONS: JSON.stringify({
          challenge: 'Y2hhbGxlbmdlMTIzNDU2',
          rpId: 'login.example.com',
          timeout: 180_000,
          userVerification: 'required',
          allowCredentials: [...this.passkeys.map((one) => one.CredentialId), ...this.simulated].map((id) => ({
            type: 'public-key',
            id,
          })),
        }),
      },
      EMAIL_OTP: { CODE_DELIVERY_DESTINATION: 'a***@e***' },
      SMS_OTP: { CODE_DELIVERY_DESTINATION: '+*******4567' },
      SMS_MFA: { CODE_DELIVERY_DESTINATION: '+*******4567' },
      SELECT_MFA_TYPE: { MFAS_CAN_CHOOSE: JSON.stringify(this.secondFactors) },
      MFA_SETUP: { MFAS_CAN_SETUP: JSON.stringify(this.toSetUp) },
      NEW_PASSWORD_REQUIRED: {
        requiredAttributes: JSON.stringify(this.requiredAttributes.map((one) => `userAttributes.${one}`)),
      },
    };
    return {
      ChallengeName: name,
      Session: this.#session(),
      ChallengeParameters: parameters[name] ?? {},
    };
  }

  async #tokens(username: string) {
    const { claims: id, expiresIn, refreshToken: RefreshToken } = this;
    const result = await authenticationResult({ issuer: ISSUER, now: this.now(), username, expiresIn, id });
    return { ...result, RefreshToken };
  }
}
