import { describe, expect, it } from 'vitest';

import { CognitoError } from '../../src/cognito/errors.js';
import { explain, explainPool, explainSignIn, signInOver } from '../../src/renderer/messages.js';
import { ERROR_CODES } from '../../src/shared/result.js';

describe('messages', () => {
  it.each(ERROR_CODES)('%s has a sentence, a next step and a detail for the helpdesk', (code) => {
    const { sentence, next, detail } = explain({ code });
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
    expect(detail).toBe(code);
  });

  it('says how many PIN tries are left', () => {
    expect(explain({ code: 'pin/wrong', retries: 5 }).sentence).toBe('That PIN is wrong. 5 tries left.');
    expect(explain({ code: 'pin/wrong', retries: 1 }).sentence).toBe('That PIN is wrong. 1 try left.');
  });

  it('keeps the detail of a failure for the helpdesk', () => {
    expect(explain({ code: 'key/refused', detail: 'CTAP2_ERR_OTHER (0x7f)' }).detail).toBe(
      'key/refused: CTAP2_ERR_OTHER (0x7f)',
    );
  });

  it('does not conclude from a key without the passkey that the account has none', () => {
    expect(explainSignIn({ code: 'key/no-passkey' }).sentence).toBe('This key has no passkey for that account here.');
  });

  it('shows the words of the pool where they are for the person', () => {
    const error = new CognitoError('weak-password', { service: 'InvalidPasswordException', detail: 'Too short' });
    expect(explainPool(error).next).toBe('Too short');
    expect(explainPool(error).detail).toBe('weak-password (InvalidPasswordException)');
  });

  it('names the member of an answer that makes no sense to the helpdesk only', () => {
    const problem = explainPool(new CognitoError('bad-answer', { detail: 'Session' }));
    expect(problem.sentence).not.toContain('Session');
    expect(problem.detail).toBe('bad-answer: Session');
  });

  it('has a sentence for what is no error of the pool at all', () => {
    expect(explainPool(new RangeError('odd')).detail).toContain('odd');
  });

  it('tells what is done about a sign-in that is over', () => {
    const problem = signInOver(new CognitoError('not-authorized'), 'Try again.');
    expect(problem).toMatchObject({ next: 'Try again.', detail: 'not-authorized' });
  });
});
