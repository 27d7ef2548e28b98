import { describe, expect, it } from 'vitest';
import { liveChecks } from '../../checks/allChecks.ts';
import type { InvariantView } from '../../lab/model.ts';
import { definitionOf, summarise } from './describeInvariants.ts';

const rule = (id: string, state: InvariantView['state']): InvariantView => ({
  id,
  title: `Rule ${id}`,
  state,
  witness: '',
});

describe('invariants', () => {
  it('says how many hold, or which is broken', () => {
    const holding = ['a', 'b'].map((id) => rule(id, 'holds'));
    expect(summarise(holding)).toEqual({ brokenCount: 0, text: '2 rules hold' });
    expect(summarise(holding.slice(1)).text).toBe('1 rule holds');
    expect(summarise([...holding, rule('c', 'broken')]).text).toBe('Broken: Rule c');
    expect(summarise([rule('c', 'broken'), rule('d', 'broken')]).text).toBe('2 rules are broken');
  });

  it('explains every rule that is checked', () => {
    for (const { id } of liveChecks()) expect(definitionOf(id), id).not.toBe('');
  });
});
