import { beforeAll, describe, expect, test } from 'vitest';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { connectString, javaDate } from './zkCliText.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await startTestLab();
});

describe("zkCli's commands", () => {
  test('create, ls, get, set, stat, delete', async () => {
    expect(await lab.text('create /a hello')).toBe('Created /a');
    expect(await lab.text("create /a/b 'two words'")).toBe('Created /a/b');
    expect(await lab.text('create /a/c')).toBe('Created /a/c');
    expect(await lab.text('ls /a')).toBe('[b, c]');
    expect(await lab.text('ls -R /a')).toBe('/a\n/a/b\n/a/c');
    expect(await lab.text('get /a/b')).toBe('two words');
    expect(await lab.text('get /a/c')).toBe('null');
    expect(await lab.text('set -v 0 /a bye')).toBe('');
    expect((await lab.run('set -v 0 /a bye')).text).toBe('version No is not valid : /a');
    const stat = await lab.text('stat /a');
    expect(stat).toMatch(
      new RegExp(
        [
          'cZxid = 0x1[0-9a-f]{8}',
          'ctime = Thu Jan 01 00:00:\\d\\d UTC 2026',
          'mZxid = 0x1[0-9a-f]{8}',
          'mtime = Thu Jan 01 00:00:\\d\\d UTC 2026',
          'pZxid = 0x1[0-9a-f]{8}',
          'cversion = 2',
          'dataVersion = 1',
          'aclVersion = 0',
          'ephemeralOwner = 0x0',
          'dataLength = 3',
          'numChildren = 2',
        ].join('\n'),
      ),
    );
    expect(await lab.text('get -s /a')).toBe(`bye\n${stat}`);
    expect((await lab.run('delete /a')).text).toBe('Node not empty: /a');
    expect(await lab.text('delete /a/b')).toBe('');
    expect(await lab.text('deleteall /a')).toBe('');
    expect((await lab.run('get /a')).text).toBe('Node does not exist: /a');
  });

  test('create: every mode', async () => {
    expect(await lab.text('create /modes')).toBe('Created /modes');
    expect(await lab.text('create -s /modes/n-')).toBe('Created /modes/n-0000000000');
    expect(await lab.text('create -s -e /modes/e-')).toBe('Created /modes/e-0000000001');
    expect(await lab.text('create -c /modes/box')).toBe('Created /modes/box');
    expect(await lab.text('create -t 5000 /modes/brief x')).toBe('Created /modes/brief');
    expect((await lab.run('create /modes')).text).toBe('Node already exists: /modes');
    expect((await lab.run('create -e /modes/e-0000000001/x')).text).toBe(
      'Ephemerals cannot have children: /modes/e-0000000001/x',
    );
    expect(await lab.text('getEphemerals')).toBe('[/modes/e-0000000001]');
    expect(await lab.text('getAllChildrenNumber /modes')).toBe('4');
  });

  test('ACLs and identities', async () => {
    await lab.text('create /acl x world:anyone:cdrwa');
    expect(await lab.text('getAcl /acl')).toBe("'world,'anyone\n: cdrwa");
    expect(await lab.text('setAcl /acl world:anyone:ra')).toBe('');
    expect(await lab.text('getAcl /acl')).toBe("'world,'anyone\n: ra");
    expect((await lab.run('set /acl y')).text).toBe('Insufficient permission : /acl');
    expect(await lab.text('addauth digest bob:secret')).toBe('');
    expect(await lab.text('whoami')).toMatch(/^Auth scheme: User\n(ip: .*\n)?digest: bob$/);
  });

  test('sync, config, quota', async () => {
    expect(await lab.text('sync /')).toBe('Sync is OK');
    expect(await lab.text('config -s')).toContain('\ncZxid = 0x0\n');
    await lab.text('create /q');
    expect(await lab.text('setquota -n 5 -N 6 /q')).toBe('');
    expect(await lab.text('listquota /q')).toBe(
      [
        'absolute path is /zookeeper/quota/q/zookeeper_limits',
        'Output quota for /q count=5,bytes=-1=;byteHardLimit=-1;countHardLimit=6',
        'Output stat for /q count=1,bytes=0',
      ].join('\n'),
    );
    expect(await lab.text('delquota /q')).toBe('');
    expect(await lab.text('listquota /q')).toContain('quota for /q does not exist.');
  });

  test('multi: all or nothing', async () => {
    const line = 'multi { create /m x ; set /m y ; check /m 1 ; create -s /m/s- }';
    expect(await lab.text(line)).toBe(
      'Created /m\nsetData ok, dataVersion = 1\ncheck ok\nCreated /m/s-0000000000',
    );
    const failed = await lab.run('multi { create /m2 ; check /m 7 }');
    expect(failed).toMatchObject({ ok: false, text: 'version No is not valid : /m' });
    expect((await lab.run('stat /m2')).text).toBe('Node does not exist: /m2');
  });

  test('a watch is kept, told, and removed', async () => {
    await lab.text('create /w');
    await lab.text('addWatch /w');
    expect(await lab.text('removewatches /w')).toBe('');
    expect((await lab.run('removewatches /w')).ok).toBe(false);
  });
});

test('after close every command says so, until connect', async () => {
  const { run, text } = await startTestLab();
  expect(await text('close')).toBe('');
  expect((await run('ls /')).text).toBe('Not connected');
  expect(await text('connect')).toMatch(/^Session 0x[0-9a-f]+$/);
  expect(await text('ls /')).toBe('[zookeeper]');
});

test('config -c is what a client connects to', () => {
  const line = 'server.1=a:2888:3888:participant;0.0.0.0:2181';
  expect(connectString(`${line}\nserver.2=b:1:2:observer;b:2182\nversion=0`)).toBe(
    '0.0.0.0:2181,b:2182',
  );
});

test('dates are those of Java', () => {
  expect(javaDate(0)).toBe('Thu Jan 01 00:00:00 UTC 1970');
});

describe('mistakes say in one line what was expected', () => {
  test.each([
    ['get', 'Expected a path. Usage: get [-s] [-w] path'],
    ['get a', 'Expected a path, got "a" (Path must start with / character).'],
    ['get /a/', 'Expected a path, got "/a/" (Path must not end with / character).'],
    ['get /a /b', 'Expected nothing more, got "/b".'],
    ['get -x /a', 'Expected one of -s -w, got "-x".'],
    ['whoami -x', 'Expected no options, got "-x".'],
    ['set /a', 'Expected data. Usage: set [-s] [-v version] path data'],
    ['set -v', 'Expected a value after -v.'],
    ['set -v x /a 1', 'Expected a number after -v from -1 to 2147483647, got "x".'],
    ['set -v 1.5 /a 1', 'Expected a number after -v, whole, got "1.5".'],
    ['create -c -e /a', 'Expected only one of -c and -e.'],
    ['create -t 0 /a', 'Expected a number after -t from 1 to 1099511627775, got "0".'],
    ['create /a x oops', 'Expected an ACL such as world:anyone:cdrwa'],
    ['addWatch -m SOME /a', 'Expected PERSISTENT or PERSISTENT_RECURSIVE after -m, got "SOME".'],
    ['setquota /a', 'Expected a limit such as -n 5.'],
    ['multi create /a', 'Expected { operations } with spaces around { ; and }.'],
    ['multi { drop /a }', 'Expected create, set, delete or check, got "drop".'],
  ])('%s', async (line, expected) => {
    const before = lab.lab.actions.length;
    const { ok, text } = await lab.run(line);
    expect(ok).toBe(false);
    expect(text).toContain(expected);
    expect(text).toContain('Usage: ');
    expect(text).not.toContain('\n');
    expect(lab.lab.actions.length).toBe(before);
  });

  test('a negative number is no option', async () => {
    await lab.text('create /n -5');
    expect(await lab.text('get /n')).toBe('-5');
    expect(await lab.text('set /n -- -s')).toBe('');
    expect(await lab.text('get /n')).toBe('-s');
  });
});
