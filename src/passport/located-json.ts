/**
 * JSON for files that people write by hand: every value knows its line, a member that stands there twice is refused, and what is
 * wrong is said in words. JSON.parse tells neither lines nor twins.
 */

/** The text is no JSON. `line` counts from 1. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

export interface LocatedJson {
  readonly value: unknown;
  /** The line, from 1, of the member or element that `path` leads to, or of the nearest one around it. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Deeper than any file that a person writes. */
const MAX_DEPTH = 64;
const SPACE = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex -- control characters are what JSON forbids in texts
const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** @throws JsonTextError */
export function parseLocated(text: string): LocatedJson {
  const lines = new Map<string, number>();
  const parser = new Parser(text, lines);
  const value = parser.document();
  return {
    value,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(pathKey(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return lines.get(pathKey([])) ?? 1;
    },
  };
}

function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

class Parser {
  readonly #text: string;
  readonly #lines: Map<string, number>;
  #at = 0;
  /** How far lines were counted, and how many there are up to there: a long file is gone through once. */
  #counted = { at: 0, line: 1 };

  constructor(text: string, lines: Map<string, number>) {
    this.#text = text;
    this.#lines = lines;
  }

  document(): unknown {
    const value = this.#value([]);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#error('there is more after the end');
    return value;
  }

  #value(path: readonly PropertyKey[]): unknown {
    this.#skipSpace();
    if (path.length > MAX_DEPTH) throw this.#error('it is nested too deeply');
    if (!this.#lines.has(pathKey(path))) this.#lines.set(pathKey(path), this.#line());
    if (this.#take('{')) return this.#object(path);
    if (this.#take('[')) return this.#array(path);
    return this.#scalar('a value');
  }

  #object(path: readonly PropertyKey[]): unknown {
    const members = new Map<string, unknown>();
    this.#skipSpace();
    if (this.#take('}')) return {};
    do {
      this.#skipSpace();
      const line = this.#line();
      if (this.#peek() !== '"') throw this.#error('a member name in double quotes is expected');
      const name = String(this.#scalar('a member name'));
      if (members.has(name)) throw new JsonTextError(line, `the member "${name}" stands there twice`);
      this.#lines.set(pathKey([...path, name]), line);
      this.#skipSpace();
      if (!this.#take(':')) throw this.#error(`a colon is expected after "${name}"`);
      members.set(name, this.#value([...path, name]));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#error('a comma or } is expected');
    return Object.fromEntries(members);
  }

  #array(path: readonly PropertyKey[]): unknown[] {
    const elements: unknown[] = [];
    this.#skipSpace();
    if (this.#take(']')) return elements;
    do {
      elements.push(this.#value([...path, elements.length]));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#error('a comma or ] is expected');
    return elements;
  }

  #scalar(expected: string): unknown {
    SCALAR.lastIndex = this.#at;
    const [token] = SCALAR.exec(this.#text) ?? [];
    if (token === undefined)
      throw this.#error(this.#peek() === '"' ? 'this text has no end on its line' : `${expected} is expected`);
    try {
      const value: unknown = JSON.parse(token);
      this.#at += token.length;
      return value;
    } catch {
      throw this.#error('this text has an escape that JSON does not know');
    }
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  #line(): number {
    let { at, line } = this.#counted;
    for (let next = this.#text.indexOf('\n', at); next >= 0 && next < this.#at; next = this.#text.indexOf('\n', at)) {
      line += 1;
      at = next + 1;
    }
    this.#counted = { at, line };
    return line;
  }

  #error(problem: string): JsonTextError {
    return new JsonTextError(this.#line(), this.#at < this.#text.length ? problem : 'it ends too early');
  }
}
