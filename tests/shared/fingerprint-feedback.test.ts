import { expect, it } from 'vitest';

import { SampleStatus } from '../../src/ctap/bio-enrollment.js';
import { fingerprintFeedback, samplesLeft } from '../../src/shared/fingerprint-feedback.js';

it('each sample that the specification knows has a phrase of its own, and one of the future has one too', () => {
  const phrases = Object.values(SampleStatus).map(fingerprintFeedback);
  const ofTheFuture = fingerprintFeedback(0x42);
  expect(new Set([...phrases, ofTheFuture]).size).toBe(Object.values(SampleStatus).length + 1);
  expect(phrases.every((phrase) => /^[A-Z].*\.$/.test(phrase))).toBe(true);
});

it('what is left to do is a sentence', () => {
  expect([2, 1, 0].map(samplesLeft)).toEqual(['2 more times.', 'Once more.', 'That was the last time.']);
});
