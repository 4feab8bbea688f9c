import type { Socket } from 'node:dgram';

import type { ElectronApplication } from '@playwright/test';

/** From the report that a key is unplugged, in ms of main's clock. */
export interface Unplugging {
  /** To the end of the session: main has signed the person out, and destroys the window. */
  readonly signedOutMs: number;
  /** Until the runtime has closed the window. */
  readonly closedMs: number;
}

/**
 * Has main note when it hears from the simulator at `port` that its key is unplugged, and when its window goes. To be
 * called before the key is pulled out; what comes back waits for the window, and rejects where it went for something else.
 */
export async function watchUnplugging(app: ElectronApplication, port: number): Promise<() => Promise<Unplugging>> {
  const noted = await app.evaluateHandle(({ BrowserWindow }, simulator) => {
    const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel');
    let reportedAt = NaN;
    // Main asks from another socket each time it looks. What this channel tells of is in Node's documentation.
    const onSocket = (told: unknown) => {
      (told as { socket: Socket }).socket.on('message', (datagram, sender) => {
        if (sender.port === simulator && datagram.length === 0 && Number.isNaN(reportedAt))
          reportedAt = performance.now();
      });
    };
    subscribe('udp.socket', onSocket);
    const closed = new Promise<Unplugging>((resolve) => {
      for (const window of BrowserWindow.getAllWindows()) {
        const destroy = window.destroy.bind(window);
        let signedOutMs = NaN;
        window.destroy = () => {
          signedOutMs = performance.now() - reportedAt;
          destroy();
        };
        window.once('closed', () => {
          unsubscribe('udp.socket', onSocket);
          resolve({ signedOutMs, closedMs: performance.now() - reportedAt });
        });
      }
    });
    return { closed };
  }, port);
  return async () => {
    const unplugging = await noted.evaluate(({ closed }) => closed);
    await noted.dispose();
    if (Number.isNaN(unplugging.signedOutMs))
      throw new Error('The window went before its key was heard to be unplugged');
    return unplugging;
  };
}
