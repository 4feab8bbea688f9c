/** Orders by key, code unit by code unit, which stays the same whatever the locale. */
export const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The first index of a sorted list whose key is beyond this one. */
export function firstAfter<T>(sorted: readonly T[], keyOf: (item: T) => string, key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && compareKeys(keyOf(item), key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
