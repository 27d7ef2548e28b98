import { expect, test } from 'vitest';
import { createChoices, type Keep, parseKept } from './choices.ts';

function memory(text: string | null): Keep & { text: string | null } {
  const keep = {
    text,
    read: () => keep.text,
    write: (written: string) => {
      keep.text = written;
    },
  };
  return keep;
}

test('what is kept comes back, what is not is forgotten', () => {
  const keep = memory(null);
  const first = createChoices(keep);
  first.setState({ selection: { type: 'server', id: 'S1' } });
  expect(keep.text).toBeNull();
  first.setState({ theme: 'dark', letterKeys: false });
  const second = createChoices(keep).getState();
  expect(second).toMatchObject({ theme: 'dark', letterKeys: false, selection: null });
});

test.each([
  [null, {}],
  ['', {}],
  ['{', {}],
  ['7', {}],
  ['null', {}],
  ['{"theme":"pink","motion":"reduced","showPings":1,"new":true}', { motion: 'reduced' }],
])('%j is taken where it fits', (text, kept) => {
  expect(parseKept(text)).toEqual(kept);
});
