/** What is timed: a PIN-protected create and get of one passkey, getInfo, or a PING of 1 KiB. */
export type Work = 'pair' | 'info' | 'ping';

export interface Timing {
  /** Of each round. */
  readonly ms: readonly number[];
  /** CPU time of the client's process, of all rounds. */
  readonly cpuMs: number;
}

/** Somebody's client of security keys, which does some work on the key at HOST:PORT for a number of rounds. */
export interface BenchClient {
  readonly name: string;
  /** Why it cannot do that here, if it cannot. */
  cannot(work: Work): string | undefined;
  run(address: string, work: Work, rounds: number): Promise<Timing>;
}
