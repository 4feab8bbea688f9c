import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatMessage, type Message, outcomes, parseMessage } from '../../tools/usb-vm/results.js';

const name = fc.stringMatching(/^[a-z][a-z0-9 ,-]{0,30}[a-z]$/);
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constantFrom('plan' as const, 'ok' as const), name }),
  fc.record({ kind: fc.constant('ok' as const), name, figure: fc.string({ unit: 'binary' }) }),
  fc.record({ kind: fc.constant('not ok' as const), name, reason: fc.string({ unit: 'binary' }) }),
  fc.constant({ kind: 'done' as const }),
);

describe('what the guest tells the host', () => {
  it('is understood again, however odd the reason, through a serial line', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const line = formatMessage(sent);
        expect(line).not.toMatch(/[\r\n]/);
        expect(parseMessage(`${line}\r`)).toEqual(sent);
      }),
    );
  });

  it.each(['', 'USB', 'usb ok a', 'USB okay a', 'USB ok', 'USB not ok a', 'USB done soon', '[  4.2] USB ok a'])(
    'is not %j',
    (line) => {
      expect(parseMessage(line)).toBeUndefined();
    },
  );

  it('keeps a reason that was cut short', () => {
    expect(parseMessage('USB not ok list: "a \\"')).toEqual({ kind: 'not ok', name: 'list', reason: '"a \\"' });
  });
});

describe('outcomes', () => {
  const plan: Message[] = ['list', 'info', 'pin'].map((name) => ({ kind: 'plan', name }));

  it('are one for each planned check, in order', () => {
    const messages: Message[] = [
      ...plan,
      { kind: 'ok', name: 'list' },
      { kind: 'not ok', name: 'info', reason: 'no AAGUID' },
      { kind: 'ok', name: 'pin' },
      { kind: 'done' },
    ];
    expect(outcomes(messages, undefined)).toEqual([
      { name: 'list', failure: undefined },
      { name: 'info', failure: 'no AAGUID' },
      { name: 'pin', failure: undefined },
    ]);
  });

  it('count silence as failure, with the reason why it fell silent', () => {
    const results = outcomes([...plan, { kind: 'ok', name: 'list' }], 'Kernel panic - not syncing');
    expect(results.map(({ failure }) => failure)).toEqual([
      undefined,
      'no answer: Kernel panic - not syncing',
      'no answer: Kernel panic - not syncing',
    ]);
  });

  it('count silence as failure even when the guest says that it is done', () => {
    expect(outcomes([...plan, { kind: 'done' }], undefined).every(({ failure }) => failure !== undefined)).toBe(true);
  });
});
