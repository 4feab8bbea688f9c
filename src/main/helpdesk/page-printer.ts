import { BrowserWindow } from 'electron';

import { FailureError } from '../../failures/failure-error.js';
import { HARDENED } from '../security.js';
import type { Printer } from './receipts.js';

/** Prints pages by windows that nobody sees, that have no preload and run no scripts, and that are gone afterwards. */
export const pagePrinter: Printer = {
  pdfOf: (html) => onPage(html, ({ webContents }) => webContents.printToPDF({ pageSize: 'A4' })),
  print: (html) =>
    onPage(
      html,
      ({ webContents }) =>
        new Promise<void>((resolve, reject) => {
          webContents.print({}, (isPrinted, reason) => {
            if (isPrinted) resolve();
            else reject(notPrinted(reason));
          });
        }),
    ).catch((error: unknown) => {
      if (error instanceof FailureError) throw error;
      throw new FailureError({ code: 'helpdesk/no-printer' }, { cause: error }); // a runtime that cannot print
    }),
};

async function onPage<T>(html: string, use: (window: BrowserWindow) => Promise<T>): Promise<T> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: { ...HARDENED, devTools: false, javascript: false },
  });
  try {
    await window.loadURL(`data:text/html;charset=utf-8;base64,${Buffer.from(html).toString('base64')}`);
    return await use(window);
  } finally {
    window.destroy();
  }
}

/** The words of Chromium for somebody who has closed its dialog. */
const CANCELLED = 'Print job canceled';

function notPrinted(reason: string): FailureError {
  return new FailureError(
    reason === CANCELLED ? { code: 'cancelled' } : { code: 'helpdesk/no-printer', detail: reason },
  );
}
