/**
 * What a person reads after each sample of an enrolment, by the number that the key gives it (CTAP 2.2 §6.7.4,
 * lastEnrollSampleStatus), for window and command line alike. Plain data: nothing else comes with it into the window.
 */
const FEEDBACK: Readonly<Record<number, string>> = {
  0x00: 'Good.',
  0x01: 'Too high: move your finger down.',
  0x02: 'Too low: move your finger up.',
  0x03: 'Too far left: move your finger right.',
  0x04: 'Too far right: move your finger left.',
  0x05: 'Too fast: leave your finger on the sensor a little longer.',
  0x06: 'Too slow: move your finger a little faster.',
  0x07: 'Not clear enough: clean the sensor and your finger, and press lightly.',
  0x08: 'Too slanted: put your finger on straight.',
  0x09: 'Too short: leave your finger on the sensor a little longer.',
  0x0a: 'That did not fit the samples before: use the same finger.',
  0x0b: 'The key knows this finger already: use another one.',
  0x0c: 'There is no room for another fingerprint.',
  0x0d: 'No finger came: put it on the sensor.',
  0x0e: 'Lift your finger, then put it on again.',
};

/** The phrase for one sample; those that keys of the future may send get one too. */
export function fingerprintFeedback(status: number): string {
  return FEEDBACK[status] ?? 'That did not work: lift your finger, then put it on again.';
}

/** How much is still to do, as a sentence. */
export function samplesLeft(remaining: number): string {
  if (remaining === 0) return 'That was the last time.';
  return remaining === 1 ? 'Once more.' : `${remaining} more times.`;
}
