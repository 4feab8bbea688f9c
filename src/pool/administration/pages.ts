import type { Pool } from '../context.js';
import { firstAfter } from '../sorted.js';
import type { Query } from './page-token.js';
import { openPage, sealPage } from './page-token.js';

/** One page of a list, and the token of the next where there is more. */
export interface Page<T> {
  readonly page: readonly T[];
  readonly next: string | undefined;
}

/** What a list operation was asked for: `query` is all of it that a page token must not serve differently. */
export interface PageRequest {
  readonly query: Query;
  readonly limit: number;
  readonly token: string | undefined;
}

/**
 * A page of a list that is in the order of its keys. A token holds the last key shown, so that items which come and go
 * do not shift the pages. `fits` picks among the items; the page is filled with those that do.
 */
export function pageOf<T>(
  { config, now }: Pick<Pool, 'config' | 'now'>,
  sorted: readonly T[],
  keyOf: (item: T) => string,
  { query, limit, token }: PageRequest,
  fits: (item: T) => boolean = () => true,
): Page<T> {
  const after = token === undefined ? undefined : openPage(config, query, token, now());
  const page: T[] = [];
  for (let index = after === undefined ? 0 : firstAfter(sorted, keyOf, after); index < sorted.length; index += 1) {
    const item = sorted[index];
    if (item === undefined || !fits(item)) continue;
    const last = page.at(-1);
    if (page.length === limit && last !== undefined) return { page, next: sealPage(config, query, keyOf(last), now()) };
    page.push(item);
  }
  return { page, next: undefined };
}
