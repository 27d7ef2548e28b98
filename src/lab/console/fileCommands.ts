/** Files of ZooKeeper's: looking at them, running them, and the disks of servers as files. */

import type { JsonValue } from '../../client/trace.ts';
import type { FilesReader } from '../files/FilesReader.ts';
import { formatBytes, hexZxid, listOf, plural } from '../format.ts';
import type { Lab } from '../Lab.ts';
import type { ServerView } from '../model.ts';
import { addFirstClients, configOf, DEFAULT_SETTINGS } from '../settings.ts';
import { Arguments } from './Arguments.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { findServer, serverNames } from './targets.ts';

const files: Command = {
  name: 'files',
  group: 'files',
  usage: 'files [server | run [zxid]]',
  summary:
    "Opens snapshots and logs: files server those on a server's disk; without a word, a place to " +
    'drop or choose some. files run starts an ensemble with what is open, as of a zxid.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const word = args.optional();
    if (word === 'run') return runFiles(lab, args);
    const server = word === null ? null : findServer(lab, word);
    args.end();
    if (server !== null) return openDisk(lab, server);
    lab.files.setState({ isShown: true });
    return done('Drop snapshot.* and log.* files anywhere on the page, or choose them.');
  },
  complete: (lab, words) => (words.length === 0 ? [...serverNames(lab), 'run'] : []),
};

async function openDisk(lab: Lab, server: ServerView): Promise<ExecResult> {
  const { lookAt } = await import('../files/lookAt.ts');
  const { serverDirectory } = await import('../files/serverDirectory.ts');
  const sources = serverDirectory(server.sid, lab.diskOf(server.sid)).map(({ name, bytes }) => ({
    name,
    sizeBytes: bytes.length,
    read: () => Promise.resolve(bytes.slice()),
  }));
  const opened = await lookAt(lab, `${server.id}'s disk`, sources);
  if (!opened.ok) return failed(opened.error);
  return done(await reportOf(opened.value), findingsOf(opened.value));
}

/** What the dialog says of each file. */
async function reportOf({ files: all }: FilesReader): Promise<string> {
  const { describeDamage } = await import('../files/describeFile.ts');
  return all
    .map(({ name, sentences, damage }) => {
      return `${name}: ${[...sentences, ...damage.map(describeDamage)].join(' ')}`;
    })
    .join('\n');
}

const findingsOf = ({ files: all }: FilesReader): JsonValue =>
  all.map(({ name, sizeBytes, damage }) => ({
    name,
    sizeBytes,
    damage: damage.map((one) => ({ ...one })),
  }));

async function runFiles(lab: Lab, args: Arguments): Promise<ExecResult> {
  const word = args.optional();
  args.end();
  const { opened } = lab.files.getState();
  if (opened === null) return failed('No files are open; drop some on the page.');
  const { zxids, reached, newest } = opened.timeline;
  const index = word === null ? newest : zxids.indexOf(toZxid(word));
  const zxid = zxids[index];
  if (zxid === undefined || reached[index] === 0) {
    return failed(`The files do not lead to ${word ?? 'any zxid'}.`);
  }
  const { participants: servers, observers, seed } = lab.config;
  const { clients } = DEFAULT_SETTINGS;
  const config = configOf({ servers, observers, seed, clients });
  const start = await opened.startFrom(index, config);
  if (!start.ok) return failed(start.error);
  lab.restart(start.value.config, start.value.base);
  lab.files.setState({ isShown: false });
  await addFirstClients(lab, clients);
  const upTo = hexZxid(zxid);
  return done(`${plural(servers + observers, 'server')} start with the files up to ${upTo}.`, upTo);
}

function toZxid(word: string): number {
  if (/^0x[0-9a-f]{1,13}$/i.test(word)) return Number.parseInt(word.slice(2), 16);
  throw new Mistake(`Expected a zxid such as 0x100000002, got "${word}".`);
}

const disk: Command = {
  name: 'disk',
  group: 'files',
  usage: 'disk server',
  summary:
    "Downloads a server's disk as a directory that Apache ZooKeeper opens: all that it wrote, flushed " +
    'or not, as long as no power cut has taken it.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const server = findServer(lab, args.next('a server such as 3 or leader'));
    args.end();
    const { serverDirectory } = await import('../files/serverDirectory.ts');
    const { writeTar } = await import('../files/tar.ts');
    const directory = serverDirectory(server.sid, lab.diskOf(server.sid));
    const { nowUs } = lab.ensemble.getState();
    const timeS = Math.floor((lab.config.server.timeOriginMs + nowUs / 1000) / 1000);
    const archive = `${server.id}.tar`;
    lab.host.save(archive, writeTar(directory, timeS));
    const size = directory.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const names = directory.map(({ name }) => name);
    return done(`${archive}, ${formatBytes(size)}: ${listOf(names)}.`, names);
  },
  complete: (lab, words) => (words.length === 0 ? serverNames(lab) : []),
};

export const FILE_COMMANDS: readonly Command[] = [files, disk];
