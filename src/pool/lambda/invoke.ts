import { ServiceError } from '../errors.js';
import type { After } from '../timer.js';

/** A Lambda function in this process: gets an event, and gives back the event with its response filled in. */
export type LambdaFunction = (event: unknown) => Promise<unknown>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html (important considerations) */
const TIME_LIMIT_MS = 5000;
const TRIES = 3;

/**
 * Calls a function as the service does: synchronously, 5 seconds each, a call that timed out again, three times in all.
 * What the function throws is UserLambdaValidationException; three time-outs are UnexpectedLambdaException; what is no
 * JSON is InvalidLambdaResponseException. The function gets a copy of the event, as over a wire.
 */
export async function invoke(trigger: string, lambda: LambdaFunction, event: object, after: After): Promise<unknown> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const outcome = await within(after, () => lambda(copied(event)));
    if (outcome.kind === 'threw')
      throw new ServiceError('UserLambdaValidationException', `${trigger} failed with error ${outcome.text}.`);
    if (outcome.kind === 'returned') return asJson(outcome.value);
  }
  throw new ServiceError(
    'UnexpectedLambdaException',
    `${trigger} invocation failed due to error Socket timeout while invoking Lambda function.`,
  );
}

type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly text: string }
  | { readonly kind: 'timed-out' };

async function within(after: After, act: () => Promise<unknown>): Promise<Outcome> {
  let cancel = (): void => undefined;
  const late = new Promise<Outcome>((resolve) => {
    cancel = after(TIME_LIMIT_MS, () => {
      resolve({ kind: 'timed-out' });
    });
  });
  return Promise.race([settled(act), late]).finally(() => {
    cancel();
  });
}

async function settled(act: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: 'returned', value: await act() };
  } catch (error) {
    return { kind: 'threw', text: error instanceof Error ? error.message : String(error) };
  }
}

const copied = (event: object): unknown => JSON.parse(JSON.stringify(event));

/** What a function returns crosses a wire too: what JSON cannot carry is no answer. */
function asJson(value: unknown): unknown {
  let json: unknown;
  try {
    [json] = JSON.parse(JSON.stringify([value])) as [unknown];
  } catch {
    throw unrecognizable();
  }
  // In a list what has no JSON, as undefined, is null.
  if (json === null) throw unrecognizable();
  return json;
}

export const unrecognizable = (): ServiceError =>
  new ServiceError('InvalidLambdaResponseException', 'Unrecognizable lambda output');
