import { describe, expect, it } from 'vitest';

import { CtapCommand } from '../../../src/ctap/commands.js';
import { AskPresence, neverPresence } from '../../../src/softkey/user-presence.js';
import { plug } from '../platform.js';

describe('selection', () => {
  it('succeeds with a touch, and says nothing else', async () => {
    const answer = await (await plug()).platform.ctap(CtapCommand.SELECTION);
    expect(answer).toMatchObject({ status: 'SUCCESS', keepalives: [2] });
    expect(answer.body.size).toBe(0);
  });

  it('tells a refusal from nobody being there', async () => {
    const presence = new AskPresence((waiting) => {
      if (waiting) presence.deny();
    });
    const denied = await plug({ presence });
    expect((await denied.platform.ctap(CtapCommand.SELECTION)).status).toBe('OPERATION_DENIED');
    const alone = await plug({ presence: neverPresence, touchTimeoutMs: 1 });
    expect((await alone.platform.ctap(CtapCommand.SELECTION)).status).toBe('USER_ACTION_TIMEOUT');
  });

  it('is no command of keys from before CTAP 2.1', async () => {
    const { platform } = await plug({ profile: '2.0' });
    expect((await platform.ctap(CtapCommand.SELECTION)).status).toBe('INVALID_COMMAND');
  });
});
