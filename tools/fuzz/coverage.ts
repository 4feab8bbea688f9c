import { type Profiler, Session } from 'node:inspector';

/** Code of one function that has run: 1 for each character of its text that did. */
interface Ran {
  readonly place: string;
  readonly ran: Uint8Array;
}

/** How much of our own code has run, by V8's precise coverage: what guides the search. */
export class Coverage {
  readonly #session = new Session();
  /** For each function, by its place in its script: which characters of its text have run. */
  readonly #functions = new Map<string, Uint8Array>();
  readonly #isOurs: (url: string) => boolean;
  #size = 0;

  /** @param isOurs whether the script of that URL counts */
  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    // With counts: without them V8 tells of a function once, and what runs in it later goes unnoticed.
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters of code that have run so far. */
  get size(): number {
    return this.#size;
  }

  /** Looks at what has run since the last look: code that had never run before. To be taken note of by `note`. */
  look(): Ran[] {
    let news: Ran[] = [];
    // The inspector of this very thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      const functions = result
        .filter(({ url }) => this.#isOurs(url))
        .flatMap(({ scriptId, functions }) => functions.map(({ ranges }) => ({ scriptId, ranges })));
      news = functions.flatMap(({ scriptId, ranges }) => this.#unknown(scriptId, ranges) ?? []);
    });
    return news;
  }

  note(news: readonly Ran[]): void {
    for (const { place, ran } of news) {
      const known = this.#functions.get(place) ?? new Uint8Array(ran.length);
      this.#functions.set(place, known);
      for (let index = 0; index < ran.length; index++) {
        if (ran[index] !== 1 || known[index] === 1) continue;
        known[index] = 1;
        this.#size++;
      }
    }
  }

  stop(): void {
    this.#session.disconnect();
  }

  /**
   * The first range is the whole function; those inside it, in the order of the text, have run another number of times.
   * V8 cuts them as the counts fall, so characters are compared, not ranges.
   */
  #unknown(scriptId: string, ranges: readonly Profiler.CoverageRange[]): Ran | undefined {
    const [whole] = ranges;
    if (!whole || whole.count === 0) return undefined;
    const { startOffset: start, endOffset: end } = whole;
    const ran = new Uint8Array(end - start);
    for (const { startOffset, endOffset, count } of ranges)
      ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
    const place = `${scriptId}:${start}-${end}`;
    const known = this.#functions.get(place);
    const isNew = !known || ran.some((value, index) => value === 1 && known[index] === 0);
    return isNew ? { place, ran } : undefined;
  }
}
