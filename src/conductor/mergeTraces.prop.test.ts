import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { mergeTraces } from './mergeTraces.ts';

const times = fc.array(fc.nat(20), { maxLength: 12 }).map((list) => list.sort((a, b) => a - b));

test('merging is sorting by time, participant, sequence', () => {
  fc.assert(
    fc.property(fc.array(times, { maxLength: 5 }), (lists) => {
      const traces = lists.map((list, i) => ({
        order: i,
        events: list.map(
          (atUs, sequence): TraceEvent => ({
            atUs,
            who: serverId(i),
            type: 'acceptedEpoch',
            epoch: sequence,
          }),
        ),
      }));
      // Sorting is stable, and the lists come in the order of their participants.
      const sorted = traces.flatMap(({ events }) => events).sort((a, b) => a.atUs - b.atUs);
      expect(mergeTraces(traces)).toEqual(sorted);
    }),
  );
});
