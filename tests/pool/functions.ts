import type { LambdaFunction } from '../../src/pool/lambda/invoke.js';

/** A trigger's event as a function gets it. */
export interface TriggerEvent {
  version: string;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  triggerSource: string;
  request: Record<string, unknown>;
  response: Record<string, unknown>;
}

/** What a function puts in its response. */
export type Answer = (event: TriggerEvent) => unknown;

export const FUNCTION_ARN = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

/** Functions of the names of their triggers, the settings that call them, and a list of all they were called with. */
export function functionsOf(answers: Record<string, Answer>): {
  events: TriggerEvent[];
  functions: Record<string, LambdaFunction>;
  LambdaConfig: Record<string, string>;
} {
  const events: TriggerEvent[] = [];
  const functions = Object.entries(answers).map(([name, answer]): [string, LambdaFunction] => [
    name,
    async (input) => {
      const event = input as TriggerEvent; // the pool's own, of JSON
      events.push(structuredClone(event));
      const response = await answer(event);
      return typeof response === 'object' ? { ...event, response } : response;
    },
  ]);
  return {
    events,
    functions: Object.fromEntries(functions),
    LambdaConfig: Object.fromEntries(Object.keys(answers).map((name) => [name, FUNCTION_ARN(name)])),
  };
}
