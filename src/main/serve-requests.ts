import { ipcMain, type WebFrameMain } from 'electron';

import { type Handlers, type Request, requests } from '../shared/ipc.js';
import { answerRequest, failed } from './answer-request.js';

/** Answers the window's requests, and nobody else's. */
export function serveRequests(handlers: Handlers, isTrusted: (frame: WebFrameMain | null) => boolean): void {
  for (const name of Object.keys(requests) as Request[]) {
    ipcMain.handle(name, (event, raw: unknown) =>
      isTrusted(event.senderFrame) ? answerRequest(handlers, name, raw) : failed({ code: 'ipc/untrusted' }),
    );
  }
}
