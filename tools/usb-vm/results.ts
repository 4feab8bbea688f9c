/**
 * What the guest tells the host, one line each, over a serial port of its own:
 *
 *     USB plan NAME              a check that will be made
 *     USB ok NAME: "figure"      a JSON string, where there is something to tell
 *     USB not ok NAME: "reason"  a JSON string, so that it stays on one line
 *     USB done
 */
export type Message =
  | { readonly kind: 'plan'; readonly name: string }
  | { readonly kind: 'ok'; readonly name: string; readonly figure?: string }
  | { readonly kind: 'not ok'; readonly name: string; readonly reason: string }
  | { readonly kind: 'done' };

/** A check's outcome as the host counts it. */
export interface Outcome {
  readonly name: string;
  /** Undefined when it passed. */
  readonly failure: string | undefined;
}

/** One line, without its end. Names hold no colon and no line end. */
export function formatMessage(message: Message): string {
  switch (message.kind) {
    case 'done':
      return 'USB done';
    case 'not ok':
      return `USB not ok ${message.name}: ${JSON.stringify(message.reason)}`;
    case 'ok':
      return `USB ok ${message.name}${message.figure === undefined ? '' : `: ${JSON.stringify(message.figure)}`}`;
    case 'plan':
      return `USB plan ${message.name}`;
  }
}

/** Undefined for a line that is none of ours. */
export function parseMessage(line: string): Message | undefined {
  const match = /^USB (plan|ok|not ok|done)(?: ([^:]+))?(?:: (".*"))?$/.exec(line.trim());
  if (!match) return undefined;
  const [, kind, name, reason] = match;
  if (kind === 'done') return name === undefined ? { kind } : undefined;
  if (name === undefined) return undefined;
  if (kind === 'plan') return reason === undefined ? { kind, name } : undefined;
  if (kind === 'ok') return { kind, name, ...(reason !== undefined && { figure: parseReason(reason) }) };
  return reason === undefined ? undefined : { kind: 'not ok', name, reason: parseReason(reason) };
}

/**
 * The outcome of every planned check, in the order of the plan. What was planned and never answered has failed:
 * success is never inferred from silence.
 * @param ending why the machine stopped, when that was not "done"
 */
export function outcomes(messages: readonly Message[], ending: string | undefined): Outcome[] {
  const answers = new Map<string, string | undefined>();
  for (const message of messages) {
    if (message.kind === 'ok') answers.set(message.name, undefined);
    if (message.kind === 'not ok') answers.set(message.name, message.reason);
  }
  const planned = messages.flatMap((message) => (message.kind === 'plan' ? [message.name] : []));
  const names = new Set([...planned, ...answers.keys()]);
  return Array.from(names, (name) => ({
    name,
    failure: answers.has(name) ? answers.get(name) : `no answer: ${ending ?? 'the guest ended without making it'}`,
  }));
}

function parseReason(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text; // cut short or garbled on the way: still worth showing
  }
}
