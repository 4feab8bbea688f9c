import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { InitiateAuthCommand, RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider';

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** A user pool with passkeys, passwords and ALLOW_USER_AUTH, and a way to get people in it. */
export interface OpenPool {
  readonly client: CognitoIdentityProviderClient;
  readonly userPoolId: string;
  /** Of a client without a secret that does not tell who exists. */
  readonly clientId: string;
  readonly rpId: string;
  /** A confirmed user with a permanent password, a verified e-mail address and no passkey. */
  newUser(): Promise<Person>;
  close(): Promise<void>;
  /** The code that was last mailed to a user; left out where the mail cannot be read. */
  readonly lastCode?: (username: string) => string;
  /** Lets time pass, in milliseconds; left out where the clock cannot be set. */
  readonly pass?: (milliseconds: number) => void;
}

/** Why a pool is not tested, or not in everything; what is left out is tested. */
export interface Reasons {
  readonly notAtAll?: string | undefined;
  readonly noMail?: string | undefined;
  readonly noClock?: string | undefined;
}

/** The end of a title that says why a test is skipped. */
export const because = (reason: string | undefined): string => (reason === undefined ? '' : ` (skipped: ${reason})`);

/** A pool and somebody in it, once the pool is open. */
export type AtPool = () => { readonly pool: OpenPool; readonly visitor: Visitor };

/** Somebody who signs in at a pool. */
export class Visitor {
  readonly person: Person;
  readonly #pool: OpenPool;

  constructor(pool: OpenPool, person: Person) {
    this.#pool = pool;
    this.person = person;
  }

  initiate(parameters: Record<string, string> = {}) {
    return this.#pool.client.send(
      new InitiateAuthCommand({
        ClientId: this.#pool.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: this.person.username, ...parameters },
      }),
    );
  }

  respond(question: Question, responses: Record<string, string>) {
    const { ChallengeName, Session } = question;
    return this.#pool.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: this.#pool.clientId,
        ChallengeName,
        Session,
        ChallengeResponses: { USERNAME: this.person.username, ...responses },
      }),
    );
  }

  async signIn() {
    const answer = await this.initiate({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: this.person.password });
    const { AccessToken = '', IdToken = '', RefreshToken = '' } = answer.AuthenticationResult ?? {};
    return { AccessToken, IdToken, RefreshToken };
  }
}

type Answer = Awaited<ReturnType<Visitor['initiate']>>;
/** What a challenge is answered by. */
export type Question = Pick<Answer, 'ChallengeName' | 'Session'>;
