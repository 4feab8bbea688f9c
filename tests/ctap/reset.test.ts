import { describe, expect, it } from 'vitest';

import { Ctap2 } from '../../src/ctap/ctap2.js';
import { reset } from '../../src/ctap/reset.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { ScriptedTransport } from './scripted-transport.js';

describe('reset', () => {
  it('is one command byte, answered with success alone', async () => {
    const transport = new ScriptedTransport(() => CtapStatus.SUCCESS);
    await reset(new Ctap2(transport));
    expect(transport.asked).toEqual([{ command: 7, parameters: new Map() }]);
  });

  it.each([
    ['nobody touched it', CtapStatus.USER_ACTION_TIMEOUT],
    ['it was declined', CtapStatus.OPERATION_DENIED],
    ['it is not the time', CtapStatus.NOT_ALLOWED],
    ['it is too old to know the command', CtapStatus.INVALID_COMMAND],
  ])('tells when %s', async (_case, status) => {
    const refused = reset(new Ctap2(new ScriptedTransport(() => status)));
    await expect(refused).rejects.toMatchObject({ name: 'CtapError', status, command: 7 });
  });
});
