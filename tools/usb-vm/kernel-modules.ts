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
 * @throws Error when a dependency is missing or circular
 */
export function loadOrder(wanted: readonly string[], dependencies: (name: string) => readonly string[]): string[] {
  const order: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (order.includes(name)) return;
    if (path.includes(name)) throw new Error(`Kernel modules depend on each other: ${[...path, name].join(' → ')}`);
    for (const needed of dependencies(name)) visit(moduleName(needed), [...path, name]);
    order.push(name);
  };
  for (const name of wanted) visit(moduleName(name), []);
  return order;
}
