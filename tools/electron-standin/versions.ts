/** The Electron whose API and types the stand-in follows; the version of package.json. */
export const ELECTRON_VERSION = '45.4.1';
