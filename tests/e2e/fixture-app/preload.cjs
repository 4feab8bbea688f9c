/* global document */
/* eslint-disable @typescript-eslint/no-require-imports -- a sandboxed preload is CommonJS */
const { contextBridge, ipcRenderer } = require('electron');

class Point {
  x = 1;
  length() {
    return this.x;
  }
}

contextBridge.exposeInMainWorld('fixture', {
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  note: (...args) => {
    ipcRenderer.send('note', ...args);
  },
  onNoted: (listener) => {
    const forward = (_event, ...args) => listener(...args);
    ipcRenderer.on('noted', forward);
    return () => {
      ipcRenderer.removeListener('noted', forward);
    };
  },
  constant: { deep: [1, { two: 2 }] },
  point: () => new Point(),
  sum: (...numbers) => numbers.reduce((a, b) => a + b, 0),
  callMeBack: (callback) => callback('called back'),
  later: async (value) => value,
  fail: () => {
    throw new RangeError('out of range');
  },
  failLater: () => Promise.reject(new Error('later')),
  types: (bytes, date) => ({ bytes: bytes instanceof Uint8Array, date: date instanceof Date }),
  sees: () => ({
    pageGlobal: typeof globalThis.fromPage,
    require: typeof require,
    requireFs: attempt(() => require('fs')),
    sandboxed: process.sandboxed,
    ranBeforePage: globalThis.ranBeforePage,
    isTop: globalThis.top === globalThis,
  }),
});
globalThis.ranBeforePage = document.querySelector('script') === null;

function attempt(act) {
  try {
    act();
    return 'allowed';
  } catch {
    return 'refused';
  }
}
