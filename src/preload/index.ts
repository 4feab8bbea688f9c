import { contextBridge, ipcRenderer } from 'electron';

import type { Input, KeydeskApi, Output, Request } from '../shared/ipc.js';
import type { Result } from '../shared/result.js';

// The sandboxed page gets these two functions and nothing else of Electron. What passes is checked by main.
const api: KeydeskApi = {
  request: async <R extends Request>(name: R, input: Input<R>) =>
    (await ipcRenderer.invoke(name, input)) as Result<Output<R>>,
  on: (name, listener) => {
    const receive = (_event: unknown, payload: Parameters<typeof listener>[0]) => {
      listener(payload);
    };
    ipcRenderer.on(name, receive);
    return () => ipcRenderer.off(name, receive);
  },
};

contextBridge.exposeInMainWorld('keydesk', api);
