import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';

/** The npm packages among what built files import: neither one another nor Node's own modules. */
export function packagesAmong(imports: readonly string[], files: readonly string[]): string[] {
  const outside = imports.filter((specifier) => !files.includes(specifier) && !isBuiltin(specifier));
  return [...new Set(outside.map(packageOf))];
}

/** The part of a package.json that says what a package needs at run time. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>> | undefined;
  readonly optionalDependencies?: Readonly<Record<string, string>> | undefined;
}

/**
 * The folders of `packages` and of everything that they depend on, found the way Node does: in the nearest `node_modules` above.
 * @param root folder of the program, with its node_modules in it
 * @param manifest gives the package.json of a folder, or undefined when there is no package
 * @throws Error when a package that is not optional is not installed
 */
export function packageClosure(
  root: string,
  packages: readonly string[],
  manifest: (folder: string) => Manifest | undefined,
): string[] {
  const found = new Set<string>();
  const visit = (name: string, from: string, optional: boolean): void => {
    const folder = nodeModulesAbove(root, from)
      .map((modules) => join(modules, name))
      .find((candidate) => manifest(candidate) !== undefined);
    if (folder === undefined) {
      if (optional) return;
      throw new Error(`${name}, which ${from} needs, is not installed`);
    }
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifest(folder) ?? {};
    for (const needed of Object.keys(dependencies)) visit(needed, folder, needed in optionalDependencies);
    for (const needed of Object.keys(optionalDependencies)) visit(needed, folder, true);
  };
  for (const name of packages) visit(name, root, false);
  return [...found].sort();
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function nodeModulesAbove(root: string, from: string): string[] {
  const above: string[] = [];
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) above.push(join(folder, 'node_modules'));
  return above;
}
