/* global document */
globalThis.fromPage = 'page';
globalThis.apiAtFirstScript = typeof globalThis.fixture;
document.title = 'Fixture';
try {
  globalThis.evaluated = new Function('return "allowed"')();
} catch {
  globalThis.evaluated = 'blocked';
}
