/** What a kernel module says of itself in its `.modinfo` section: the names of the modules that must be loaded before it. */
export function moduleDependencies(module: Buffer): string[] {
  // The section is a run of NUL-terminated `key=value` strings; `depends=` is in it exactly once, possibly empty.
  const at = module.indexOf('\0depends=');
  if (at < 0) throw new Error('Not a kernel module: it has no depends= entry');
  const start = at + '\0depends='.length;
  const value = module.toString('latin1', start, module.indexOf(0, start));
  return value === '' ? [] : value.split(',').map(moduleName);
}

/** The kernel takes `-` and `_` in a module's name for the same letter; its files use both. */
export function moduleName(nameOrFile: string): string {
  return nameOrFile.replace(/\.ko$/, '').replaceAll('-', '_');
}

/**
 * The order in which `insmod` can load `wanted`: each module after the ones that it depends on, none twice.
 * The package has no modules.dep (depmod makes it on the computer where a kernel is installed), so the modules are asked.
 * @throws Error when modules depend on each other in a circle
 */
export async function loadOrder(
  wanted: readonly string[],
  dependencies: (name: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const order: string[] = [];
  const visit = async (name: string, path: readonly string[]): Promise<void> => {
    if (order.includes(name)) return;
    if (path.includes(name)) throw new Error(`Kernel modules depend on each other: ${[...path, name].join(' → ')}`);
    for (const needed of await dependencies(name)) await visit(moduleName(needed), [...path, name]);
    order.push(name);
  };
  for (const name of wanted) await visit(moduleName(name), []);
  return order;
}
