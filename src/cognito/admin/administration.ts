import type {
  CognitoIdentityProviderClientConfig,
  CognitoIdentityProviderClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-cognito-identity-provider';
import { type $Command, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from '../call.js';
import { callerOf, DEADLINE_MS } from '../call.js';
import { parseJson } from '../json.js';
import { unreadMembers } from './unread-members.js';

export interface AdministrationSettings {
  readonly region: string;
  readonly userPoolId: string;
  /** Where the pool is, if not at AWS: the local pool's address. */
  readonly endpoint?: string | undefined;
  /** A profile of this computer's AWS configuration. The SDK's own chain of providers decides without it. */
  readonly profile?: string | undefined;
  /** Given where something else than the SDK's chain has them: by the practice pool. */
  readonly credentials?: CognitoIdentityProviderClientConfig['credentials'];
  /** How requests are carried; the SDK's own way without it. */
  readonly requestHandler?: CognitoIdentityProviderClientConfig['requestHandler'];
  /** How long a call may take, its repetitions included, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** A number from 0 up to 1, for the length of pauses. */
  readonly random?: (() => number) | undefined;
}

type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  CognitoIdentityProviderClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** A way to administer one user pool, with an AWS signature on every call. Failures are thrown as CognitoErrors. */
export interface Administration {
  readonly region: string;
  readonly userPoolId: string;
  /** Reads, again when the network or the service fails for a moment; tells which members the SDK did not read. */
  read<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Command<I, O>,
    options?: CallOptions,
  ): Promise<{ answer: O; unread: string[] }>;
  /** Writes once; again only when the service had too much to do to look at it. */
  write<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Command<I, O>,
    options?: CallOptions,
  ): Promise<O>;
}

/** Opens a way; nothing is sent, and no credentials are looked for, before the first call. */
export function administer(settings: AdministrationSettings): Administration {
  const { region, userPoolId, endpoint, profile, credentials, requestHandler } = settings;
  const { deadlineMs = DEADLINE_MS, random = Math.random } = settings;
  const client = new CognitoIdentityProviderClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    ...(requestHandler !== undefined && { requestHandler }),
    maxAttempts: 1, // repetition is decided by `call`, for reads and writes apart
  });
  const call = callerOf(client, { deadlineMs, random });
  return {
    region,
    userPoolId,
    read: async (command, options = {}) => {
      let raw: unknown;
      // Below the SDK's own reader of answers, which drops what its model does not have.
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const response = result.response as { body: unknown }; // of HTTP; the stack serves other protocols, too
          const bytes = await client.config.streamCollector(response.body);
          raw = parseJson(new TextDecoder().decode(bytes));
          response.body = bytes; // the reader takes bytes as well as a stream
          return result;
        },
        { step: 'deserialize', priority: 'low', name: 'keepRawAnswer', override: true },
      );
      const answer = await call('administration', 'safe', options, (_, abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return { answer, unread: unreadMembers(raw, answer) };
    },
    write: (command, options = {}) =>
      call('administration', 'once', options, (_, abortSignal) => client.send(command, { abortSignal })),
  };
}
