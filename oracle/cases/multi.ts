/** multi and multiRead. */

import type { JuteWriter } from '../../src/protocol/JuteWriter.ts';
import { OpCode } from '../../src/protocol/opcodes.ts';
import {
  acl,
  type Case,
  check,
  children,
  connect,
  create,
  create2,
  createContainer,
  createTTL,
  del,
  exists,
  get,
  multi,
  multiRead,
  on,
  raw,
  set,
} from '../Case.ts';

const read = (path: string, watch = false) => ({ type: 'getData', path, watch }) as const;
const list = (path: string, watch = false) => ({ type: 'getChildren', path, watch }) as const;

const header = (w: JuteWriter, type: number, done = false, err = -1) => {
  w.int(type);
  w.bool(done);
  w.int(err);
};
const end = (w: JuteWriter) => header(w, -1, true);

/** A body of multi with one op whose record is `write`. */
const one = (type: number, write: (w: JuteWriter) => void) => (w: JuteWriter) => {
  header(w, type);
  write(w);
  end(w);
};
const pathAndVersion = (w: JuteWriter) => {
  w.ustring('/t/a');
  w.int(-1);
};
const pathAndWatch = (w: JuteWriter) => {
  w.ustring('/t');
  w.bool(false);
};

export const multiCases: readonly Case[] = [
  {
    name: 'a multi of all kinds',
    lines: [57, 71],
    steps: [
      create('/t/a'),
      multi(
        create('/t/b', { data: 'x' }),
        set('/t/a', 'y', 0),
        check('/t/a', 1),
        create('/t/b/s', { flags: 3 }),
        del('/t/b/s0000000000'),
        set('/t/a', 'z'),
        del('/t/b', 0),
      ),
      get('/t/a'),
      children('/t'),
    ],
  },
  {
    name: 'create2 in multi',
    lines: [67],
    steps: [multi(create2('/t/a', { data: 'x' }), create2('/t/a/b', { flags: 1 })), get('/t/a/b')],
  },
  {
    name: 'containers and TTL znodes in multi',
    lines: [66],
    steps: [
      multi(
        createContainer('/t/c'),
        createTTL('/t/ttl', 100_000),
        create('/t/c4', { flags: 4 }),
        createTTL('/t/s', 100_000, { flags: 6 }),
        createContainer('/t/c2', { flags: 0 }),
      ),
      multi(create2('/t/c5', { flags: 4 })),
      multi(createTTL('/t/x', 0)),
      multi(create('/t/x', { flags: 5 })),
      multi(createTTL('/t/x', 5, { flags: 1 })),
      exists('/t/c'),
      exists('/t/ttl'),
      exists('/t/c4'),
    ],
  },
  {
    name: 'a multi that fails',
    lines: [58, 61, 62],
    steps: [
      create('/t/a'),
      multi(set('/t/a', '1'), create('/t/a'), create('/t/b')),
      multi(create('/t/b'), check('/t/a', 9), del('/t/a')),
      multi(check('/t/no', 0)),
      multi(set('/t/a', '1', 0), set('/t/a', '2', 0)),
      multi(create('/t/b'), del('/t/no'), set('/t/a', 'x'), set('/t/no', 'x'), create('/t/c')),
      get('/t/a'),
      get('/t/b'),
      get('/t'),
    ],
  },
  { name: 'an empty multi', lines: [59], steps: [multi(), multiRead(), exists('/t')] },
  {
    name: 'a multi sees itself',
    lines: [60, 61, 63, 64],
    steps: [
      multi(create('/t/a'), del('/t/a')),
      multi(create('/t/a'), create('/t/a')),
      multi(create('/t/a'), create('/t/a/b'), create('/t/a/b/c')),
      multi(del('/t/a/b/c'), set('/t/a/b/c', 'x')),
      multi(del('/t/a/b'), del('/t/a/b/c')),
      multi(del('/t/a/b/c'), del('/t/a/b')),
      multi(create('/t/e', { flags: 1 }), create('/t/e/x')),
      multi(create('/t/x', { acl: [acl('world', 'anyone', 1)] }), set('/t/x', 'no')),
      get('/t'),
      get('/t/a'),
    ],
  },
  {
    name: 'invalid paths in multi',
    lines: [65],
    steps: ['', 'a', '/t/', '/t//a', '/t/.', '/t/a\0', '/', '/t/no/x'].flatMap((path) => [
      multi(create('/t/ok'), create(path)),
      multi(create('/t/ok'), set(path === '/' ? '/t/no' : path, 'x')),
      multi(create('/t/ok'), del(path)),
      multi(create('/t/ok'), check(path, 77)),
    ]),
  },
  {
    name: 'ACLs and flags in multi',
    lines: [58],
    steps: [
      multi(create('/t/a'), create('/t/b', { acl: [] })),
      multi(create('/t/a'), create('/t/b', { flags: 9 })),
      multi(create('/t/a'), create('/t/b', { acl: [acl('nope', '')] })),
    ],
  },
  {
    name: 'no ACL in multi',
    lines: [58],
    steps: [multi(create('/t/a'), create('/t/b', { acl: null })), exists('/t/a')],
  },
  {
    name: 'multiRead',
    lines: [69],
    steps: [
      create('/t/a', { data: 'x' }),
      multiRead(read('/t/a'), list('/t'), read('/t/no'), list('/t/no'), read('/t'), read('')),
      multiRead(read('/t/a', true), list('/t', true)),
      connect('b'),
      on('b', set('/t/a', 'y')),
      on('b', del('/t/a')),
    ],
  },
  {
    name: 'what does not belong into a multi',
    lines: [70],
    steps: [
      ...[OpCode.getData, OpCode.getChildren, OpCode.exists, OpCode.setACL, OpCode.sync, 99].map(
        (type) => raw(OpCode.multi, one(type, pathAndWatch)),
      ),
      ...[OpCode.delete, OpCode.check, OpCode.exists, OpCode.getChildren2, 99].map((type) =>
        raw(OpCode.multiRead, one(type, pathAndVersion)),
      ),
      raw(OpCode.multi, (w) => {
        header(w, OpCode.delete);
        pathAndVersion(w);
        header(w, OpCode.getData);
        pathAndWatch(w);
        end(w);
      }),
      raw(OpCode.multiRead, (w) => {
        header(w, OpCode.getData);
        pathAndWatch(w);
        header(w, OpCode.delete);
        pathAndVersion(w);
        end(w);
      }),
      raw(OpCode.multi, one(OpCode.multi, end)),
      raw(
        OpCode.multi,
        one(OpCode.error, (w) => w.int(-5)),
      ),
      raw(
        OpCode.multi,
        one(OpCode.closeSession, () => {}),
      ),
      exists('/t'),
    ],
  },
  {
    name: 'a multi that is cut short',
    lines: [70, 110],
    steps: [
      raw(OpCode.multi),
      raw(OpCode.multiRead),
      raw(OpCode.multi, (w) => header(w, OpCode.delete)),
      raw(OpCode.multi, (w) => {
        header(w, OpCode.delete);
        pathAndVersion(w);
      }),
      raw(OpCode.multi, (w) => header(w, OpCode.delete, true)),
      raw(OpCode.multi, (w) => header(w, -1, true, 0)),
      raw(OpCode.multi, (w) => {
        header(w, -1, false);
        w.int(0);
        end(w);
      }),
      raw(
        OpCode.multi,
        one(OpCode.create, (w) => w.ustring(null)),
      ),
      exists('/t'),
    ],
  },
  {
    name: 'watches and multi',
    lines: [68],
    steps: [
      create('/t/a'),
      connect('b'),
      on('b', get('/t/a', true), exists('/t/b', true), children('/t', true)),
      multi(set('/t/a', 'x'), check('/t/a', 9)),
      multi(create('/t/b'), create('/t/no/x')),
      multi(set('/t/a', '1'), set('/t/a', '2'), create('/t/b'), del('/t/b'), del('/t/a')),
      on('b', children('/t', true)),
      multi(create('/t/c'), create('/t/d')),
    ],
  },
];
