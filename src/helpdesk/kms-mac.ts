import type { KMSClientConfig } from '@aws-sdk/client-kms';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';

import { callerOf, DEADLINE_MS } from '../cognito/call.js';
import { badAnswer, CognitoError } from '../cognito/errors.js';
import type { OnBehalfRequest } from '../cognito/on-behalf.js';
import { OnBehalfError } from '../cognito/on-behalf-error.js';
import { isLoopback } from '../shared/loopback.js';

export interface KmsMacSettings {
  readonly region: string;
  /** ARN, id or alias of the helpdesk's key (HMAC_256). */
  readonly keyId: string;
  /** Where a local pool answers as KMS; AWS's own address without it. */
  readonly endpoint?: string | undefined;
  /** A profile of this computer's AWS configuration. The SDK's own chain of providers decides without it. */
  readonly profile?: string | undefined;
  /** Given where something else than the SDK's chain has them: by the practice pool. */
  readonly credentials?: KMSClientConfig['credentials'];
  /** How requests are carried; the SDK's own way without it. */
  readonly requestHandler?: KMSClientConfig['requestHandler'];
  /** How long a call may take, its repetitions included, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** A number from 0 up to 1, for the length of pauses. */
  readonly random?: (() => number) | undefined;
}

/** HMAC_SHA_256. */
const MAC_BYTES = 32;

/**
 * Signs permissions with the helpdesk's key in KMS (GenerateMac). Nothing is sent, and no credentials are looked for, before
 * the first one. Rejects with OnBehalfError `mac-not-permitted`, `mac-key-unusable` or `mac-unreachable`, and with CognitoError
 * `credentials-missing`, `credentials-refused`, `bad-answer` or `aborted`. Throws RangeError for an endpoint that is not on this
 * machine.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
export function kmsMac(settings: KmsMacSettings): OnBehalfRequest['mac'] {
  const { region, keyId, endpoint, profile, credentials, requestHandler } = settings;
  const { deadlineMs = DEADLINE_MS, random = Math.random } = settings;
  if (endpoint !== undefined && !isLoopback(endpoint))
    throw new RangeError('Only a local pool stands for KMS, and it is on this machine');
  const client = new KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    ...(requestHandler !== undefined && { requestHandler }),
    maxAttempts: 1, // repetition is decided by `call`
  });
  const call = callerOf(client, { deadlineMs, random });
  return async (message, signal) => {
    const command = new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message });
    try {
      // Safe to repeat: it changes nothing.
      const { Mac } = await call('administration', 'safe', { signal }, (kms, abortSignal) =>
        kms.send(command, { abortSignal }),
      );
      if (Mac?.length !== MAC_BYTES) throw badAnswer('Mac');
      return Mac;
    } catch (error) {
      throw error instanceof CognitoError ? asMacError(error) : error;
    }
  };
}

function asMacError(error: CognitoError): CognitoError | OnBehalfError {
  const { code, detail, retryable } = error;
  if (code === 'aborted' || code === 'bad-answer' || code.startsWith('credentials-')) return error;
  if (code === 'not-permitted') return new OnBehalfError('mac-not-permitted', { cause: error, detail });
  if (retryable) return new OnBehalfError('mac-unreachable', { cause: error, detail });
  return new OnBehalfError('mac-key-unusable', { cause: error, detail: detail ?? error.service });
}
