import { heapUsed } from '../../tests/e2e/heap.js';
import { KioskStation, tapIn } from '../../tests/e2e/kiosk-station.js';
import { countTapIn } from './tap-in.js';
import { watchUnplugging } from './unplugging.js';

/** Pull-outs that are timed, and changes of person over which memory is looked at. */
const TIMED = 50;
const CHANGES = 200;
/** By then everything is loaded that is loaded once, and nothing is timed any more. */
const WARM = TIMED;
const PEOPLE = ['ana', 'ben'] as const;

/**
 * A kiosk in the runtime of this machine, with keys on UDP. Counted: what one tap-in takes. Timed: from the moment at which a key is pulled out to
 * the end of its person's window, which includes the time until main looks again; and, by main's own clock, from the report of the unplugging to
 * the end of the session, and to that of the window, which the runtime has to see to. Weighed: main's memory from one person to the next.
 */
export async function measureKiosk() {
  const station = await KioskStation.open({ people: PEOPLE });
  try {
    const { app, window: first } = await station.launch();
    let window = first;
    const fromPullOut: number[] = [];
    const fromReport: number[] = [];
    const fromReportToClosed: number[] = [];
    let warm = 0;
    for (let change = 0; change < CHANGES; change += 1) {
      const guest = station.guest(PEOPLE[change % PEOPLE.length] ?? PEOPLE[0]);
      await tapIn(window, guest);
      const gone = window.waitForEvent('close');
      const signedOut = change < TIMED ? await watchUnplugging(app, guest.port) : undefined;
      const pulled = performance.now();
      guest.key.unplug();
      await gone;
      const pullOutMs = performance.now() - pulled;
      if (signedOut) {
        const { signedOutMs, closedMs } = await signedOut();
        fromPullOut.push(pullOutMs);
        fromReport.push(signedOutMs);
        fromReportToClosed.push(closedMs);
      }
      window = await station.nextWindow(window);
      if (change === WARM) warm = await heapUsed(app);
    }
    const bytes = (await heapUsed(app)) - warm;
    return {
      perTapIn: { '2.1': await countTapIn('2.1'), '2.3': await countTapIn('2.3') },
      pullOutToSignedOutMs: spreadOf(fromPullOut),
      unplugReportToSignedOutMs: spreadOf(fromReport),
      unplugReportToClosedMs: spreadOf(fromReportToClosed),
      changes: CHANGES,
      mainBytesPerChange: Math.round(bytes / (CHANGES - 1 - WARM)),
    };
  } finally {
    await station.close();
  }
}

/** Of times in ms, of which there are some. */
function spreadOf(times: readonly number[]) {
  const sorted = times.map((ms) => Math.round(ms * 10) / 10).sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
}
