import { jsonLine } from '../shared/json-line.js';
import { LineReader } from './line-reader.js';
import { Problem, usage } from './problem.js';
import type { World } from './world.js';

/** Keys that a terminal in raw mode hands over. */
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';
const ERASE = new Set(['\x7f', '\b']);
/** What arrow and function keys send. */
// eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
const ESCAPE_SEQUENCE = /\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?/g;

/** Characters of standard input that are taken as one text. */
const MAX_TEXT = 1 << 20;

/**
 * The person, or the script, at the other end: results go to standard output and nothing else does; questions, touch prompts
 * and progress go to standard error; answers come from the terminal, or as lines of standard input, in the order of the
 * questions. Secrets come in no other way.
 */
export class Terminal {
  readonly #world: World;
  readonly #lines: LineReader;
  readonly #isJson: () => boolean;

  constructor(world: World, isJson: () => boolean) {
    this.#world = world;
    this.#lines = new LineReader(world.stdin);
    this.#isJson = isJson;
  }

  /** Whether a person answers, who may be asked again. */
  get isInteractive(): boolean {
    return this.#world.stdin.isTTY === true;
  }

  /** Prints what the command was run for: `value` as one line of JSON with --json, else `text`. Called once per command. */
  result(value: unknown, text: string): void {
    this.#world.stdout.write(`${this.#isJson() ? jsonLine(value) : text}\n`);
  }

  /** Tells how far a command has come: `value` as a line of JSON of its own with --json, before the result; else `text`. */
  progress(value: unknown, text: string): void {
    if (this.#isJson()) this.#world.stdout.write(`${jsonLine(value)}\n`);
    else this.say(text);
  }

  /** The same for bytes of somebody's own, which go out as they are where nobody wants JSON. */
  data(value: unknown, bytes: Uint8Array): void {
    this.#world.stdout.write(this.#isJson() ? `${jsonLine(value)}\n` : bytes);
  }

  /** Tells how a command failed. */
  failure({ code, message, next, retries, detail }: Problem): void {
    if (this.#isJson()) {
      this.#world.stdout.write(`${jsonLine({ error: { code, message, next, retries, detail } })}\n`);
      return;
    }
    const why = [code, detail].filter((part) => part !== undefined && part !== 'usage').join(': ');
    this.say(`keydesk: ${message}`);
    if (next !== '') this.say(next);
    if (why !== '') this.say(`(${why})`);
  }

  /** Tells the person something that is no result. */
  say(text: string): void {
    this.#world.stderr.write(`${text}\n`);
  }

  /** A PIN, password or code: the terminal does not show it. */
  async secret(question: string, signal = this.#world.signal): Promise<string> {
    return this.isInteractive ? this.#hidden(question, signal) : this.#line(question, signal);
  }

  async line(question: string, signal = this.#world.signal): Promise<string> {
    if (this.isInteractive) this.#world.stderr.write(question);
    return this.#line(question, signal);
  }

  /** Whether the person says yes. Without a person there is nobody to ask: that needs `option`, which says yes beforehand. */
  async confirm(question: string, option: string, signal = this.#world.signal): Promise<boolean> {
    if (!this.isInteractive) throw usage(question, `Say yes with ${option}.`);
    const answer = await this.line(`${question} Type yes to go on: `, signal);
    return answer.trim().toLowerCase() === 'yes';
  }

  /** A JSON document from standard input: from its first line to the one that completes it. Later lines answer questions. */
  async document(signal = this.#world.signal): Promise<unknown> {
    let text = '';
    for (;;) {
      const line = await this.#lines.next(signal);
      if (line === undefined) return JSON.parse(text) as unknown;
      text += `${line}\n`;
      if (!/[}\]]\s*$/.test(line)) continue;
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error; // not complete yet, or no JSON: the end tells
      }
    }
  }

  /** All that is left of standard input, as text. */
  async rest(signal = this.#world.signal): Promise<string> {
    let text = '';
    for (;;) {
      const more = await this.#lines.keys(signal);
      if (more === undefined) return text;
      text += more;
      if (text.length > MAX_TEXT) throw usage('Standard input is too long.', 'No security key has room for it.');
    }
  }

  async #line(question: string, signal: AbortSignal): Promise<string> {
    const line = await this.#lines.next(signal);
    if (line !== undefined) return line;
    if (this.isInteractive) throw cancelled();
    throw usage(
      `Standard input ended before the answer to "${question.replace(/:? *$/, '')}".`,
      'Give one line for each question, in their order.',
    );
  }

  async #hidden(question: string, signal: AbortSignal): Promise<string> {
    const { stdin, stderr } = this.#world;
    // Before the question: whoever answers it fast must not see the answer.
    stdin.setRawMode?.(true);
    stderr.write(question);
    try {
      return await this.#typed(signal);
    } finally {
      stdin.setRawMode?.(false);
      stderr.write('\n');
    }
  }

  async #typed(signal: AbortSignal): Promise<string> {
    let typed: string[] = [];
    for (;;) {
      const keys = await this.#lines.keys(signal);
      if (keys === undefined) throw cancelled();
      const characters = Array.from(keys.replaceAll(ESCAPE_SEQUENCE, ''));
      for (const [index, character] of characters.entries()) {
        if (character === '\r' || character === '\n') {
          const rest = characters.slice(index + 1).join('');
          this.#lines.putBack(character === '\r' && rest.startsWith('\n') ? rest.slice(1) : rest);
          return typed.join('');
        }
        if (character === CTRL_C) {
          this.#world.interrupt();
          signal.throwIfAborted();
          throw cancelled();
        }
        if (character === CTRL_D && typed.length === 0) throw cancelled();
        if (ERASE.has(character)) typed.pop();
        else if (character === CTRL_U) typed = [];
        else if (character >= ' ') typed.push(character);
      }
    }
  }
}

export function cancelled(): Problem {
  return new Problem('cancelled', 'Cancelled.', '');
}
