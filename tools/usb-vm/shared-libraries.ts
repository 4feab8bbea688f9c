/**
 * The absolute paths of the shared libraries that `ldd` names for a program, the loader included.
 * @throws Error naming the libraries that were not found
 */
export function librariesFromLdd(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trim());
  const missing = lines.flatMap((line) => /^(\S+) => not found$/.exec(line)?.[1] ?? []);
  if (missing.length > 0) throw new Error(`Shared libraries are missing: ${missing.join(', ')}`);
  return lines.flatMap((line) => /^(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/.exec(line)?.[1] ?? []);
}
