import type { WebFrameMain } from 'electron';

import type { Cdp } from './cdp.js';
import { Guarded, type PartOf, asElectron } from './refuse.js';
import type { SchemeUrls } from './scheme-urls.js';

/** What the frames of a window can ask of it. */
export interface FrameHost {
  readonly urls: SchemeUrls;
  executeJavaScript(code: string, userGesture: boolean): Promise<unknown>;
  send(channel: string, args: unknown[]): void;
}

interface ProtocolFrame {
  id: string;
  parentId?: string;
  name?: string;
  url: string;
  securityOrigin: string;
}

/** A frame as the main process sees it. */
export class Frame extends Guarded implements PartOf<WebFrameMain> {
  readonly #host: FrameHost;
  readonly #tree: FrameTree;
  readonly frameTreeNodeId: number;
  /** Chromium's id; empty for the main frame until its page is open. */
  id: string;
  readonly #parentId: string | undefined;
  #url = '';
  #origin = 'null';
  #name = '';

  constructor(host: FrameHost, tree: FrameTree, number: number, id: string, parentId: string | undefined) {
    super('WebFrameMain');
    this.#host = host;
    this.#tree = tree;
    this.frameTreeNodeId = number;
    this.id = id;
    this.#parentId = parentId;
  }

  get url(): string {
    return this.#url;
  }

  get origin(): string {
    return this.#origin;
  }

  get name(): string {
    return this.#name;
  }

  get parent(): WebFrameMain | null {
    const parent = this.#parentId === undefined ? undefined : this.#tree.get(this.#parentId);
    return parent ? asElectron<WebFrameMain>(parent) : null;
  }

  get top(): WebFrameMain | null {
    return asElectron<WebFrameMain>(this.#tree.main);
  }

  get frames(): WebFrameMain[] {
    return this.#tree.childrenOf(this.id).map((frame) => asElectron<WebFrameMain>(frame));
  }

  isDestroyed(): boolean {
    return this.#tree.get(this.id) !== this;
  }

  get detached(): boolean {
    return this.isDestroyed();
  }

  executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    this.#assertMain('executeJavaScript');
    return this.#host.executeJavaScript(code, userGesture);
  }

  send(channel: string, ...args: unknown[]): void {
    this.#assertMain('send');
    this.#host.send(channel, args);
  }

  isChildOf(id: string): boolean {
    return this.#parentId === id;
  }

  /** Takes over where the frame has gone. */
  navigated({ url, securityOrigin, name }: ProtocolFrame): void {
    this.#url = this.#host.urls.toApp(url);
    this.#origin = securityOrigin === '://' ? 'null' : this.#host.urls.toApp(securityOrigin);
    this.#name = name ?? '';
  }

  /** Takes over a change of the URL within the document. */
  movedTo(url: string): void {
    this.#url = this.#host.urls.toApp(url);
  }

  /** Preloads run in the main frame only, so only there has anybody ears. */
  #assertMain(what: string): void {
    if (this.#parentId !== undefined)
      throw new Error(`WebFrameMain.${what} works in the main frame only (stand-in runtime)`);
  }
}

/** The frames of one window, kept as Chromium reports them. */
export class FrameTree {
  readonly #children = new Map<string, Frame>();
  readonly #host: FrameHost;
  readonly main: Frame;
  #count = 1;

  constructor(host: FrameHost) {
    this.#host = host;
    this.main = new Frame(host, this, 1, '', undefined);
  }

  /** Follows the frames of a page; Chromium gives the main frame the id of its target. */
  follow(cdp: Cdp, mainId: string): void {
    this.main.id = mainId;
    cdp.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.#add(frameId, parentFrameId);
    });
    cdp.on('Page.frameNavigated', ({ frame }) => {
      (this.get(frame.id) ?? this.#add(frame.id, frame.parentId)).navigated(frame);
    });
    cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      this.get(frameId)?.movedTo(url);
    });
    cdp.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') this.#children.delete(frameId);
    });
  }

  get(id: string): Frame | undefined {
    return id === this.main.id ? this.main : this.#children.get(id);
  }

  childrenOf(id: string): Frame[] {
    return [...this.#children.values()].filter((frame) => frame.isChildOf(id));
  }

  #add(id: string, parentId: string | undefined): Frame {
    const frame = new Frame(this.#host, this, ++this.#count, id, parentId);
    this.#children.set(id, frame);
    return frame;
  }
}
