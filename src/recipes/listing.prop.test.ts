import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listingIn, NAMES_TOLD, sayListing } from './listing.ts';

test('what is told is read back, as far as it is told', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (names) => {
      expect(listingIn(sayListing('sees', names), 'sees')).toEqual({
        count: names.length,
        names: names.slice(0, NAMES_TOLD),
      });
    }),
  );
});

test('other steps tell nothing', () => {
  expect(sayListing('sees', ['a b', '20%'])).toBe('sees 2: a%20b 20%25');
  expect(['sees', 'sees me', 'left', 'finds 1: a'].map((step) => listingIn(step, 'sees'))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
