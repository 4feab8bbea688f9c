import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron';

import { cancellable } from './cancellable.js';
import { Emitter } from './emitter.js';
import type { Frame } from './frames.js';
import { NotImplementedError, type PartOf, asElectron } from './refuse.js';
import type { WebContentsPart } from './web-contents.js';

type Handler = Parameters<IpcMain['handle']>[1];

/** The main process's end of the messages from pages. */
export class IpcMainPart extends Emitter implements PartOf<IpcMain> {
  readonly #handlers = new Map<string, Handler>();

  constructor() {
    super('ipcMain', 'any');
  }

  handle(channel: string, listener: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, listener);
  }

  handleOnce(channel: string, listener: Handler): void {
    this.handle(channel, (event, ...args: unknown[]) => {
      this.removeHandler(channel);
      return listener(event, ...args) as unknown;
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** A page has called `ipcRenderer.invoke`; resolves with the handler's answer. */
  async invoked(sender: WebContentsPart, frame: Frame | undefined, channel: string, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return (await handler(asElectron<IpcMainInvokeEvent>(eventFrom(sender, frame)), ...args)) as unknown;
  }

  /** A page has called `ipcRenderer.send`. */
  received(sender: WebContentsPart, frame: Frame | undefined, channel: string, args: unknown[]): void {
    const event = eventFrom(sender, frame);
    const reply = (answer: string, ...values: unknown[]) => {
      sender.send(answer, ...values);
    };
    this.emit(channel, asElectron<IpcMainEvent>(Object.assign(event, { ports: [], reply })), ...args);
  }
}

function eventFrom(sender: WebContentsPart, frame: Frame | undefined) {
  return Object.defineProperties(
    cancellable({
      type: 'frame' as const,
      sender: asElectron<WebContents>(sender),
      senderFrame: frame ? asElectron<WebFrameMain>(frame) : null,
      frameId: frame?.frameTreeNodeId ?? -1,
    }),
    {
      processId: {
        get: () => {
          throw new NotImplementedError('event.processId');
        },
      },
    },
  );
}
