import { contextBridge } from 'electron';

contextBridge.exposeInMainWorld('keydesk', {});
