import Module, { register } from 'node:module';

const EXPORTED_AS = 'electron-standin';
const SPECIFIERS = ['electron', 'electron/main', 'electron/common'];

/** Node's CommonJS loader has no public hook on Node 20. */
interface ModuleLoader {
  _load: (request: string, ...rest: unknown[]) => unknown;
}

/** From now on `require('electron')` and `import … from 'electron'` give these exports. */
export function provideElectron(exports: Record<string, unknown>): void {
  const loader = Module as unknown as ModuleLoader;
  const load = loader._load.bind(Module);
  loader._load = (request, ...rest) => (SPECIFIERS.includes(request) ? exports : load(request, ...rest));

  // Hooks of ES modules run in a thread of their own: the exports are handed over on the global object.
  Object.defineProperty(globalThis, Symbol.for(EXPORTED_AS), { value: exports });
  const source = [
    `const electron = globalThis[Symbol.for('${EXPORTED_AS}')];`,
    `export const { ${Object.keys(exports).join(', ')} } = electron;`,
    'export default electron;',
  ].join('\n');
  const hooks = `
    const specifiers = ${JSON.stringify(SPECIFIERS)};
    export const resolve = (specifier, context, next) =>
      specifiers.includes(specifier) ? { url: '${EXPORTED_AS}:electron', shortCircuit: true } : next(specifier, context);
    export const load = (url, context, next) =>
      url === '${EXPORTED_AS}:electron' ? { format: 'module', source: ${JSON.stringify(source)}, shortCircuit: true } : next(url, context);
  `;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
}
