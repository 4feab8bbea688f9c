import { expect, it } from 'vitest';

import { Ctap2 } from '../../src/ctap/ctap2.js';
import { CtapStatus } from '../../src/ctap/status.js';
import { ScriptedTransport } from './scripted-transport.js';

/** What holds of a command that has neither parameters nor members in its answer: all it says is its status. */
export function itIsBare(act: (ctap: Ctap2) => Promise<void>, command: number): void {
  it('is one command byte, answered with success alone', async () => {
    const transport = new ScriptedTransport(() => CtapStatus.SUCCESS);
    await act(new Ctap2(transport));
    expect(transport.asked).toEqual([{ command, parameters: new Map() }]);
  });

  it.each([
    ['nobody touched it', CtapStatus.USER_ACTION_TIMEOUT],
    ['it was declined', CtapStatus.OPERATION_DENIED],
    ['it is not the time', CtapStatus.NOT_ALLOWED],
    ['it is too old to know the command', CtapStatus.INVALID_COMMAND],
  ])('tells when %s', async (_case, status) => {
    const refused = act(new Ctap2(new ScriptedTransport(() => status)));
    await expect(refused).rejects.toMatchObject({ name: 'CtapError', status, command });
  });
}
