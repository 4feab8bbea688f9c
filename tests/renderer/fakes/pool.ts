/** A user pool that answers the SDK's requests as the service does, in one process and without cryptography. */

export type Refusal = { readonly __type: string; readonly message?: string };

interface Passkey {
  CredentialId: string;
  FriendlyCredentialName: string;
  RelyingPartyId: string;
  AuthenticatorTransports: string[];
  CreatedAt: number;
}

type Body = Record<string, unknown>;

const base64Url = (value: unknown): string =>
  btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const textOf = (body: unknown): string => (body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));

export const CLIENT_ID = '1example23456789abcdefghij';

export class FakePool {
  password = 'Correct-horse-7';
  /** The password works once: a new one is asked for. */
  temporary = false;
  /** What the pool wants to know with the new password. */
  requiredAttributes: string[] = [];
  code = '482913';
  factors = ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'];
  passkeys: Passkey[] = [];
  /** Ids in the request options although no key has them: a simulated challenge. */
  simulated: string[] = [];
  /** Requests by operation name, in order. */
  readonly calls: { operation: string; input: Body }[] = [];
  /** Answers that come first, by operation: a refusal, garbage, or silence. */
  readonly faults = new Map<string, ('network' | 'nonsense' | 'silence' | Refusal)[]>();
  expiresIn = 3600;
  #sessions = 0;

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
    const answer = fault ?? this.#answer(operation, input);
    return { status: '__type' in answer ? 400 : 200, body: JSON.stringify(answer) };
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

  #answer(operation: string, input: Body): Body {
    switch (operation) {
      case 'InitiateAuth':
        return this.#initiate(input['AuthParameters'] as Body);
      case 'RespondToAuthChallenge':
        return this.#challenged(String(input['ChallengeName']), input['ChallengeResponses'] as Body);
      case 'GetTokensFromRefreshToken':
        return { AuthenticationResult: this.#tokens('anna') };
      case 'RevokeToken':
        return {};
      case 'StartWebAuthnRegistration':
        return {
          CredentialCreationOptions: {
            rp: { id: 'login.example.com', name: 'login.example.com' },
            user: { id: 'YW5uYQ', name: 'anna', displayName: '' },
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

  #initiate(parameters: Body): Body {
    const username = String(parameters['USERNAME']);
    const preferred = String(parameters['PREFERRED_CHALLENGE']);
    if (preferred === 'WEB_AUTHN' && (this.passkeys.length > 0 || this.simulated.length > 0))
      return this.#challenge('WEB_AUTHN');
    if (preferred === 'PASSWORD' && this.factors.includes('PASSWORD')) {
      return parameters['PASSWORD'] === undefined
        ? this.#challenge('PASSWORD')
        : this.#byPassword(username, parameters['PASSWORD']);
    }
    if (preferred === 'EMAIL_OTP' && this.factors.includes('EMAIL_OTP')) return this.#challenge('EMAIL_OTP');
    const available = this.factors.filter((factor) => factor !== 'WEB_AUTHN' || this.passkeys.length > 0);
    return { ...this.#challenge('SELECT_CHALLENGE'), AvailableChallenges: available };
  }

  #challenged(name: string, responses: Body): Body {
    const username = String(responses['USERNAME']);
    switch (name) {
      case 'SELECT_CHALLENGE':
        if (responses['ANSWER'] === 'PASSWORD') return this.#byPassword(username, responses['PASSWORD']);
        return this.#challenge(String(responses['ANSWER']));
      case 'PASSWORD':
        return this.#byPassword(username, responses['PASSWORD']);
      case 'EMAIL_OTP':
        return responses['EMAIL_OTP_CODE'] === this.code
          ? { AuthenticationResult: this.#tokens(username) }
          : { __type: 'CodeMismatchException' };
      default:
        return { AuthenticationResult: this.#tokens(username) };
    }
  }

  #byPassword(username: string, password: unknown): Body {
    if (password !== this.password) return { __type: 'NotAuthorizedException' };
    return this.temporary ? this.#challenge('NEW_PASSWORD_REQUIRED') : { AuthenticationResult: this.#tokens(username) };
  }

  #challenge(name: string): Body {
    this.#sessions += 1;
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
      NEW_PASSWORD_REQUIRED: {
        requiredAttributes: JSON.stringify(this.requiredAttributes.map((one) => `userAttributes.${one}`)),
      },
    };
    return {
      ChallengeName: name,
      Session: `session-${this.#sessions}`.padEnd(24, 'x'),
      ChallengeParameters: parameters[name] ?? {},
    };
  }

  #tokens(username: string): Body {
    const claims = {
      token_use: 'id',
      aud: CLIENT_ID,
      sub: 'c0ffee00-0000-4000-8000-000000000001',
      'cognito:username': username,
      auth_time: 1_763_900_000,
      exp: 1_763_903_600,
    };
    return {
      AccessToken: `access-${this.calls.length}`,
      IdToken: `${base64Url({ alg: 'RS256' })}.${base64Url(claims)}.c2ln`,
      RefreshToken: 'refresh-1',
      ExpiresIn: this.expiresIn,
      TokenType: 'Bearer',
    };
  }
}
