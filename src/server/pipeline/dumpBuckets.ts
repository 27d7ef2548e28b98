/** What expires when, as the `dump` word prints it. Source: ExpiryQueue.dump. */

import { javaDate } from '../../base/javaDate.ts';
import type { ServerContext } from '../context.ts';

interface Bucket<T> {
  readonly expiryMs: number;
  readonly elements: readonly T[];
}

/** Lines; `title` says what the sets are of. */
export function dumpBuckets<T>(
  title: string,
  buckets: readonly Bucket<T>[],
  describe: (element: T) => string,
  { config }: Pick<ServerContext, 'config'>,
): readonly string[] {
  const count = buckets.reduce((sum, { elements }) => sum + elements.length, 0);
  return [
    `${title} Sets (${buckets.length})/(${count}):`,
    ...buckets.flatMap(({ expiryMs, elements }) => [
      `${elements.length} expire at ${javaDate(config.timeOriginMs + expiryMs)}:`,
      ...elements.map((element) => `\t${describe(element)}`),
    ]),
  ];
}
