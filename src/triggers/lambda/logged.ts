import type { Trigger } from '../decide.js';
import { Refusal } from '../refusal.js';

/**
 * A trigger as a Lambda handler: a refusal leaves a line of JSON in the function's log, with what the caller is not told,
 * and goes on to Cognito. No names, addresses or numbers of people are logged.
 * @param write gets each line
 */
export const logged =
  (name: string, trigger: Trigger, write: (line: string) => void = toLog): Trigger =>
  async (event) => {
    try {
      return await trigger(event);
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'internal';
      const cause: unknown = error instanceof Error ? error.cause : undefined;
      // Of foreign errors the class only: their texts may quote what they were given.
      const why = cause instanceof Error ? cause.name : cause;
      write(`${JSON.stringify({ trigger: name, refused: code, ...(why !== undefined && { why }) })}\n`);
      throw error;
    }
  };

const toLog = (line: string): void => {
  process.stdout.write(line);
};
