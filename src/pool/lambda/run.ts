import { z } from 'zod';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { invoke, unrecognizable } from './invoke.js';
import type { TriggerName, TriggerResponse } from './triggers.js';
import { responses } from './triggers.js';

/** What differs from one event to the next; the rest of the event is of the pool. */
export interface TriggerCall {
  /** For example `PreSignUp_AdminCreateUser`. */
  readonly source: string;
  readonly userName: string;
  readonly clientId: string;
  readonly request: object;
  /** The response as the function gets it: every member it may fill in. */
  readonly response: object;
  readonly version?: string;
}

const FUNCTION_ARN = /^arn:aws:lambda:[\w-]+:\d{12}:function:([\w-]+)(:[\w$-]+)?$/;
const Returned = z.object({ response: z.unknown() });
const Config = z.union([z.string(), z.object({ LambdaArn: z.string() }).transform(({ LambdaArn }) => LambdaArn)]);

/**
 * Runs one of the pool's triggers; undefined when the pool has none of that name. Throws UserLambdaValidation-,
 * UnexpectedLambda- or InvalidLambdaResponseException.
 */
export async function runTrigger<T extends TriggerName>(
  pool: Pool,
  trigger: T,
  call: TriggerCall,
): Promise<TriggerResponse<T> | undefined> {
  const arn = arnOf(pool, trigger);
  if (arn === undefined) return undefined;
  const name = FUNCTION_ARN.exec(arn)?.[1];
  const lambda = name === undefined ? undefined : pool.functions.get(name);
  if (!lambda)
    throw new ServiceError(
      'UnexpectedLambdaException',
      `${trigger} invocation failed due to error ResourceNotFoundException.`,
    );
  const event = {
    version: call.version ?? '1',
    region: pool.config.region,
    userPoolId: pool.config.userPoolId,
    userName: call.userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: call.clientId },
    triggerSource: call.source,
    request: call.request,
    response: call.response,
  };
  const returned = Returned.safeParse(await invoke(trigger, lambda, event, pool.after));
  const response = responses[trigger].safeParse(returned.data?.response);
  if (!response.success) throw unrecognizable();
  // The schema was looked up by the same name as the type.
  return response.data as TriggerResponse<T>;
}

function arnOf(pool: Pool, trigger: TriggerName): string | undefined {
  const { LambdaConfig } = pool.store.settings.pool;
  const members = trigger === 'PreTokenGeneration' ? ['PreTokenGenerationConfig', trigger] : [trigger];
  return members.map((member) => Config.safeParse(LambdaConfig[member]).data).find((arn) => arn !== undefined);
}
