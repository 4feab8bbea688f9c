import type {
  NativeImage,
  PrintToPDFOptions,
  Session,
  WebContents,
  WebFrameMain,
  WindowOpenHandlerResponse,
} from 'electron';

import { cancellable } from './cancellable.js';
import { type Cdp, CdpError } from './cdp.js';
import { followConsole } from './console-messages.js';
import { Emitter } from './emitter.js';
import { type Frame, type FrameHost, FrameTree } from './frames.js';
import type { House } from './house.js';
import { imageFromPng } from './native-image.js';
import { LoadError } from './net-errors.js';
import { type Page, type Size, openPage } from './page.js';
import { NotImplementedError, type PartOf, asElectron } from './refuse.js';
import type { SchemeUrls } from './scheme-urls.js';
import type { FromPage, ToPage } from './world/isolated-world.js';
import { ISOLATED_WORLD, type Preload, worldScripts } from './world/scripts.js';
import { valueCodec } from './world/structured-values.js';

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

const EVENTS = [
  'before-input-event', // never fires: Chromium tells of keys only when the page has them; tests emit it themselves
  'console-message',
  'destroyed',
  'did-fail-load',
  'did-finish-load',
  'dom-ready',
  'preload-error',
  'render-process-gone',
  'will-attach-webview', // never fires: webviewTag is refused, so there is no webview to attach
  'will-frame-navigate',
  'will-navigate',
  'will-redirect',
];

const codec = valueCodec();

/** What a window wants of its page. */
interface Look {
  readonly size: Size;
  readonly preload: Preload | undefined;
  readonly runsScripts: boolean;
}

/** Inches. */
const A4 = { paperWidth: 8.27, paperHeight: 11.69 };

/** The page of a window. */
export class WebContentsPart extends Emitter implements PartOf<WebContents>, FrameHost {
  readonly id: number;
  readonly urls: SchemeUrls;
  readonly frameTree: FrameTree;
  readonly #house: House;
  readonly #page: Promise<Page>;
  /** Navigations that the main process has asked for itself: they are not put to `will-navigate`. */
  readonly #ownNavigations = new Set<{ url: string }>();
  #targetId: string | undefined;
  #mainContext: string | undefined;
  readonly #contexts = new Map<number, { frameId: string; uniqueId: string }>();
  #destroyed = false;
  #loading = false;
  #decideWindowOpen: WindowOpenHandler | undefined;

  constructor(house: House, id: number, { size, preload, runsScripts }: Look, onFirstPaint: () => void) {
    super('webContents', EVENTS);
    this.id = id;
    this.urls = house.urls;
    this.#house = house;
    this.frameTree = new FrameTree(this);
    const scripts = worldScripts(preload, house.process);
    this.#page = openPage(house.chromium(), size, scripts, (page) => {
      this.#wire(page, scripts.binding, onFirstPaint);
    }).then(async (page) => {
      if (!runsScripts) await page.cdp.send('Emulation.setScriptExecutionDisabled', { value: true });
      return page;
    });
    this.#deliver = async (message) => {
      const { cdp } = await this.#page;
      if (this.#mainContext === undefined) return; // as in Electron, nobody listens before a page is there
      const expression = `globalThis[${JSON.stringify(scripts.deliver)}]?.(${JSON.stringify(JSON.stringify(message))})`;
      await cdp.send('Runtime.evaluate', { expression, uniqueContextId: this.#mainContext });
    };
  }

  readonly #deliver: (message: ToPage) => Promise<void>;

  get mainFrame(): WebFrameMain {
    return asElectron<WebFrameMain>(this.frameTree.main);
  }

  get session(): Session {
    return this.#house.session;
  }

  /** Chromium's id of the page, by which Playwright knows it. */
  get targetId(): string | undefined {
    return this.#targetId;
  }

  getURL(): string {
    return this.frameTree.main.url;
  }

  getType(): 'window' {
    return 'window';
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isLoading(): boolean {
    return this.#loading;
  }

  /** Loads a page; resolves when it has finished loading, rejects with a {@link LoadError} when it cannot be loaded. */
  async loadURL(url: string): Promise<void> {
    this.#assertAlive();
    if (/^file:/i.test(url)) throw new NotImplementedError('Loading file: URLs');
    const target = this.urls.toPage(new URL(url).href);
    const { cdp } = await this.#page;
    const finished = this.#finishedLoading(url);
    finished.catch(() => undefined); // of interest only once the navigation has begun
    const navigation = { url: withoutFragment(target) };
    this.#ownNavigations.add(navigation);
    this.#loading = true;
    const { errorText, loaderId } = await cdp.send('Page.navigate', { url: target });
    this.#ownNavigations.delete(navigation);
    if (errorText) {
      this.#loading = false;
      throw this.failed(errorText, url);
    }
    if (loaderId !== undefined) await finished; // without a loader it was a step within the document
  }

  reload(): void {
    this.#assertAlive();
    this.#background(this.#page.then(({ cdp }) => cdp.send('Page.reload')));
  }

  /** Sends a message to the preload's listeners. */
  send(channel: string, ...args: unknown[]): void {
    this.#assertAlive();
    const values = codec.encode(args);
    this.#background(this.#deliver({ kind: 'message', channel, values }));
  }

  /** Evaluates code in the page's own world, under the page's CSP; the result must be JSON. */
  async executeJavaScript(code: string, userGesture = false): Promise<unknown> {
    this.#assertAlive();
    const { cdp } = await this.#page;
    if (this.#loading) await this.#finishedLoading(this.getURL());
    const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
      expression: code,
      userGesture,
      awaitPromise: true,
      returnByValue: true,
      allowUnsafeEvalBlockedByCSP: false,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async capturePage(): Promise<NativeImage> {
    this.#assertAlive();
    const { cdp } = await this.#page;
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'png' });
    return imageFromPng(Buffer.from(data, 'base64'));
  }

  /** On A4 only, which the caller must say: Electron's own default is another. */
  async printToPDF({ pageSize, ...others }: PrintToPDFOptions): Promise<Buffer> {
    this.#assertAlive();
    const [other] = Object.keys(others);
    if (other !== undefined || pageSize !== 'A4')
      throw new NotImplementedError(`printToPDF with ${other ?? 'another page size than A4'}`);
    const { cdp } = await this.#page;
    const { data } = await cdp.send('Page.printToPDF', A4);
    return Buffer.from(data, 'base64');
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#decideWindowOpen = handler;
  }

  /** Closes the page; asks its `beforeunload` first when told to. */
  close({ waitForBeforeUnload = false }: { waitForBeforeUnload?: boolean } = {}): void {
    if (this.#destroyed) return;
    this.#background(
      this.#page.then(({ cdp, targetId }): Promise<unknown> => {
        return waitForBeforeUnload
          ? cdp.send('Page.close')
          : this.#house.chromium().browser.send('Target.closeTarget', { targetId });
      }),
    );
  }

  /** The protocol's end for the page. */
  async devTools(): Promise<Cdp> {
    return (await this.#page).cdp;
  }

  /** Brings the window to the front. */
  bringToFront(): void {
    this.#background(this.#page.then(({ cdp }) => cdp.send('Page.bringToFront')));
  }

  /** Sets what `prefers-color-scheme` says, or leaves it to the system. */
  setColorScheme(scheme: 'light' | 'dark' | 'system'): void {
    const features = [{ name: 'prefers-color-scheme', value: scheme === 'system' ? '' : scheme }];
    this.#background(this.#page.then(({ cdp }) => cdp.send('Emulation.setEmulatedMedia', { features })));
  }

  /** Puts a navigation of a frame to the app's listeners; false when one of them has prevented it. */
  allowsNavigation(frame: Frame | undefined, pageUrl: string, isRedirect: boolean): boolean {
    const isMainFrame = frame === this.frameTree.main;
    if (isMainFrame && this.#isOwnNavigation(withoutFragment(pageUrl))) return true;
    // A reload, perhaps Playwright's, leads nowhere new; Chromium does not say who has asked for it.
    if (isMainFrame && withoutFragment(this.urls.toApp(pageUrl)) === withoutFragment(this.getURL())) return true;
    const details = {
      url: this.urls.toApp(pageUrl),
      isMainFrame,
      isSameDocument: false,
      frame: frame ? asElectron<WebFrameMain>(frame) : null,
      initiator: null,
    };
    const event = cancellable(details);
    if (isRedirect) {
      this.emit('will-redirect', event, details.url, false, isMainFrame);
      return !event.defaultPrevented;
    }
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, details.url, false, true);
    if (isMainFrame && !event.defaultPrevented) this.#loading = true;
    return !event.defaultPrevented;
  }

  /** Reports that a page could not be loaded. */
  failed(reason: string, url: string): LoadError {
    const error = new LoadError(reason, url);
    this.emit('did-fail-load', cancellable({}), error.errno, error.code, url, true, 0, 0);
    return error;
  }

  /** The page wants to open a window: the app's handler may only deny it. */
  decideWindowOpen(
    pageUrl: string,
    frameName: string,
    features: string,
    disposition: 'default' | 'new-window' | 'foreground-tab',
  ): void {
    const details = {
      url: this.urls.toApp(pageUrl),
      frameName,
      features,
      disposition,
      referrer: { url: '', policy: 'default' as const },
    };
    const decision: WindowOpenHandlerResponse | undefined = this.#decideWindowOpen?.(details);
    if (decision?.action !== 'deny')
      throw new NotImplementedError(`Opening a child window (${details.url}): a window-open handler that denies`);
  }

  /** The page's process has died. */
  crashed(exitCode: number): void {
    this.emit('render-process-gone', cancellable({}), { reason: 'crashed', exitCode });
  }

  /** Chromium has closed the page. */
  gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  #wire(page: Page, binding: string, onFirstPaint: () => void): void {
    const { cdp, targetId } = page;
    this.#targetId = targetId;
    this.frameTree.follow(cdp, targetId);
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { frameId?: string };
      if (context.name !== ISOLATED_WORLD || frameId === undefined) return;
      this.#contexts.set(context.id, { frameId, uniqueId: context.uniqueId });
      if (frameId === targetId) this.#mainContext = context.uniqueId;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (this.#contexts.get(executionContextId)?.uniqueId === this.#mainContext) this.#mainContext = undefined;
      this.#contexts.delete(executionContextId);
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      const frameId = this.#contexts.get(executionContextId)?.frameId;
      if (name === binding && frameId !== undefined)
        this.#receive(JSON.parse(payload) as FromPage, this.frameTree.get(frameId));
    });
    cdp.on('Page.windowOpen', ({ url, windowName, windowFeatures }) => {
      // A click on a link that asks for a window; calls of window.open come by the binding. The window itself is closed at once.
      this.decideWindowOpen(url, windowName, windowFeatures.join(','), 'foreground-tab');
    });
    cdp.on('Page.frameNavigated', ({ frame: { securityOrigin } }) => {
      if (securityOrigin !== '://') this.#house.origins.add(this.urls.toApp(securityOrigin));
    });
    cdp.on('Page.domContentEventFired', () => {
      if (!this.#showsErrorPage()) this.emit('dom-ready');
    });
    cdp.on('Page.loadEventFired', () => {
      if (this.getURL() === '' || this.#showsErrorPage()) return;
      this.#loading = false;
      this.emit('did-finish-load');
    });
    cdp.on('Page.lifecycleEvent', ({ name, frameId }) => {
      if (frameId === targetId && this.getURL() !== '' && (name === 'firstPaint' || name === 'load')) onFirstPaint();
    });
    followConsole(cdp, (line) => {
      this.emit(
        'console-message',
        cancellable({ ...line, sourceId: this.urls.toApp(line.sourceId), frame: this.mainFrame }),
      );
    });
  }

  #receive(message: FromPage, frame: Frame | undefined): void {
    switch (message.kind) {
      case 'invoke': {
        const { id, channel, values } = message;
        const answer = this.#house.ipcMain
          .invoked(this, frame, channel, codec.decode(values) as unknown[])
          .then((value): ToPage => ({ kind: 'settled', id, ok: true, value: codec.encode(value) }));
        this.#background(
          answer
            .catch((error: unknown): ToPage => ({ kind: 'settled', id, ok: false, reason: String(error) }))
            .then(this.#deliver),
        );
        return;
      }
      case 'send':
        this.#house.ipcMain.received(this, frame, message.channel, codec.decode(message.values) as unknown[]);
        return;
      case 'open-window':
        this.decideWindowOpen(
          message.url,
          message.frameName,
          message.features,
          message.features === '' ? 'foreground-tab' : 'new-window',
        );
        return;
      case 'preload-error': {
        const error = Object.assign(new Error(message.message), { stack: message.stack });
        if (!this.emit('preload-error', cancellable({}), '', error))
          process.stderr.write(`Unable to load preload script\n${message.stack}\n`);
      }
    }
  }

  /** Whether the main process has asked for this itself; each asking counts once. */
  #isOwnNavigation(url: string): boolean {
    const own = [...this.#ownNavigations].find((navigation) => navigation.url === url);
    return own !== undefined && this.#ownNavigations.delete(own);
  }

  /** Resolves once the page has loaded, rejects when it goes away instead. */
  #finishedLoading(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const finished = () => {
        this.off('destroyed', gone);
        resolve();
      };
      const gone = () => {
        this.off('did-finish-load', finished);
        reject(new LoadError('ERR_ABORTED', url));
      };
      this.once('did-finish-load', finished);
      this.once('destroyed', gone);
    });
  }

  #showsErrorPage(): boolean {
    return this.getURL().startsWith('chrome-error:');
  }

  /** Waits for something the caller does not wait for. A page that goes away in the middle is no failure of the app. */
  #background(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof CdpError)) throw error;
      if (process.env['KEYDESK_STANDIN_LOG'] === '1') process.stderr.write(`electron-standin: ${error.message}\n`);
    });
  }

  #assertAlive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
}

const withoutFragment = (url: string) => url.replace(/#.*$/, '');
