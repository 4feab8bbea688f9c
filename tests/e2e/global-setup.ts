import { describeRuntime, findElectron } from '../../tools/electron-runtime.js';

/** Says once per run what the specs run on. */
export default function globalSetup(): void {
  process.stdout.write(`runtime: ${describeRuntime(findElectron())}\n`);
}
