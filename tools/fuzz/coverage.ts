import { type Profiler, Session } from 'node:inspector';

/** Which blocks of our own code have run, by V8's precise coverage: what guides the search. */
export class Coverage {
  readonly #session = new Session();
  readonly #blocks = new Set<string>();
  readonly #isOurs: (url: string) => boolean;

  /** @param isOurs whether the script of that URL counts */
  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks that have run so far. */
  get size(): number {
    return this.#blocks.size;
  }

  /** Looks at what has run since the last look. Returns whether there is a block that never ran before. */
  grows(): boolean {
    const before = this.#blocks.size;
    // The inspector of this very thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      for (const script of result) if (this.#isOurs(script.url)) this.#note(script);
    });
    return this.#blocks.size > before;
  }

  stop(): void {
    this.#session.disconnect();
  }

  #note({ scriptId, functions }: Profiler.ScriptCoverage): void {
    for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges))
      if (count > 0) this.#blocks.add(`${scriptId}:${startOffset}-${endOffset}`);
  }
}
