import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CompleteWebAuthnRegistrationCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type {
  AuthFlowType,
  InitiateAuthCommandOutput,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';

import { REQUEST_RATES } from '../../src/pool/http/request-rates.js';
import type { PoolOptions, RunningPool } from '../../src/pool/pool.js';
import type { Mail } from '../../src/pool/users/mail.js';
import { startPool } from '../../src/pool/pool.js';
import {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/shared/webauthn-json.js';
import { TestKey } from './test-key.js';
import type { Quirks } from './test-key.js';
import { VirtualClock } from './virtual-clock.js';

export interface Tokens {
  accessToken: string;
  idToken: string;
  refreshToken: string;
}

/** Where the clock stands still, a second's requests would be all there are. */
const UNCOUNTED = Object.fromEntries(Object.keys(REQUEST_RATES).map((category) => [category, Infinity]));

type AuthOutput = InitiateAuthCommandOutput | RespondToAuthChallengeCommandOutput;

/** A running pool with the SDK pointed at it, a clock that only tests move, and its mail. */
export class PoolUnderTest {
  readonly pool: RunningPool;
  /** Called as an administrator where the operation asks for a signature. */
  readonly sdk: CognitoIdentityProviderClient;
  readonly mail: Mail[];
  readonly clock: VirtualClock;

  private constructor(pool: RunningPool, mail: Mail[], clock: VirtualClock) {
    this.pool = pool;
    this.mail = mail;
    this.clock = clock;
    this.sdk = new CognitoIdentityProviderClient({
      endpoint: pool.endpoint,
      region: pool.region,
      credentials: pool.adminKey,
      maxAttempts: 1,
    });
  }

  static async start(options: PoolOptions = {}): Promise<PoolUnderTest> {
    const mail: Mail[] = [];
    const clock = new VirtualClock(Date.now());
    const { now, after } = clock;
    const onMail = (sent: Mail) => mail.push(sent);
    const pool = await startPool({ now, after, onMail, requestRates: UNCOUNTED, ...options });
    return new PoolUnderTest(pool, mail, clock);
  }

  pass(milliseconds: number): void {
    this.clock.pass(milliseconds);
    // Signatures carry the time of day: the SDK's clock moves along.
    this.sdk.config.systemClockOffset += milliseconds;
  }

  get now(): number {
    return this.clock.now();
  }

  async stop(): Promise<void> {
    this.sdk.destroy();
    await this.pool.close();
  }

  /** Makes a confirmed user with a permanent password, as an administrator. */
  async addUser(
    username: string,
    password = 'Correct-horse-1',
    attributes: Record<string, string> = {},
  ): Promise<string> {
    const made = await this.sdk.send(
      new AdminCreateUserCommand({
        UserPoolId: this.pool.userPoolId,
        Username: username,
        UserAttributes: [
          ...Object.entries({ email: `${username}@example.com`, email_verified: 'true', ...attributes }).map(
            ([Name, Value]) => ({ Name, Value }),
          ),
        ],
        MessageAction: 'SUPPRESS',
      }),
    );
    await this.sdk.send(
      new AdminSetUserPasswordCommand({
        UserPoolId: this.pool.userPoolId,
        Username: username,
        Password: password,
        Permanent: true,
      }),
    );
    return made.User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  }

  initiate(
    username: string,
    parameters: Record<string, string> = {},
    AuthFlow: AuthFlowType = 'USER_AUTH',
    ClientId = this.pool.clientId,
  ): Promise<InitiateAuthCommandOutput> {
    return this.sdk.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow,
        AuthParameters: { USERNAME: username, ...parameters },
      }),
    );
  }

  answer(
    question: AuthOutput,
    username: string,
    responses: Record<string, string>,
    clientId = this.pool.clientId,
  ): Promise<RespondToAuthChallengeCommandOutput> {
    return this.sdk.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: question.ChallengeName,
        Session: question.Session,
        ChallengeResponses: { USERNAME: username, ...responses },
      }),
    );
  }

  async signInWithPassword(username: string, password = 'Correct-horse-1'): Promise<Tokens> {
    return tokensOf(await this.initiate(username, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password }));
  }

  async creationOptions(accessToken: string): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const started = await this.sdk.send(new StartWebAuthnRegistrationCommand({ AccessToken: accessToken }));
    return PublicKeyCredentialCreationOptionsJSON.parse(started.CredentialCreationOptions);
  }

  async register(accessToken: string, key: TestKey, quirks: Quirks = {}): Promise<void> {
    const answer = key.create(await this.creationOptions(accessToken), quirks);
    await this.complete(accessToken, answer);
  }

  async complete(accessToken: string, answer: object): Promise<void> {
    // A JSON document: the SDK's type wants an index signature, which a parsed answer has not.
    const Credential = JSON.parse(JSON.stringify(answer)) as Record<string, never>;
    await this.sdk.send(new CompleteWebAuthnRegistrationCommand({ AccessToken: accessToken, Credential }));
  }

  /** A user with a passkey on a new key. */
  async enrolled(username: string): Promise<{ key: TestKey; tokens: Tokens; sub: string }> {
    const sub = await this.addUser(username);
    const tokens = await this.signInWithPassword(username);
    const key = new TestKey();
    await this.register(tokens.accessToken, key);
    return { key, tokens, sub };
  }

  async signInWithKey(username: string, key: TestKey, quirks: Quirks = {}): Promise<Tokens> {
    const question = await this.initiate(username, { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    const CREDENTIAL = JSON.stringify(key.get(requestOptions(question), quirks));
    return tokensOf(await this.answer(question, username, { CREDENTIAL }));
  }

  lastCode(): string {
    return this.mail.at(-1)?.code ?? '';
  }
}

export function requestOptions(question: AuthOutput): PublicKeyCredentialRequestOptionsJSON {
  const text = question.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? '';
  return PublicKeyCredentialRequestOptionsJSON.parse(JSON.parse(text));
}

export function tokensOf({ AuthenticationResult: result, ChallengeName }: AuthOutput): Tokens {
  const { AccessToken, IdToken, RefreshToken } = result ?? {};
  if (AccessToken === undefined || IdToken === undefined || RefreshToken === undefined)
    throw new Error(`No tokens: the pool asks for ${ChallengeName ?? 'nothing'}`);
  return { accessToken: AccessToken, idToken: IdToken, refreshToken: RefreshToken };
}
