/** Checks whose clients are closed after each, however it ended. */

import type { Check } from './ClientUnderTest.ts';

/** `open`: the clients that a check has made. */
export const closingAfter =
  (check: Check, open: Set<{ close(): void }>): Check =>
  (name, body) =>
    check(name, async () => {
      try {
        await body();
      } finally {
        for (const client of open) client.close();
        open.clear();
      }
    });
