// A real Apache ZooKeeper on loopback.
// node oracle/ensemble.mjs [SERVERS [3.8 | 3.9]]   starts them, prints the connect string, stops at
// ctrl-C.
import { spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRelease, findReleases, NOT_INSTALLED } from './releases.mjs';

const ROOT = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;
const PORT_MIN = 10_000;
const PORT_MAX = 30_000;
/** Another one in each process. */
let nextPort = PORT_MIN + ((process.pid * 61) % (PORT_MAX - PORT_MIN));

/** `super:test`, as the server keeps it. */
export const SUPER_DIGEST = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=';

/**
 * @typedef {object} RealOptions
 * @property {import('./releases.mjs').Release} [release] the installed one, unless given
 * @property {number} [size] servers; 1 is a standalone one
 * @property {Record<string, string>} [properties] -D of the JVM
 * @property {Record<string, string>} [settings] lines of zoo.cfg
 * @property {string} [dataDir] of a standalone server that has a disk already
 * @property {readonly number[]} [ours] those of the servers that are ours, counted from 0; they
 *   get the properties as lines of zoo.cfg
 * @property {string} [jaas] the text of a JAAS file
 * @property {readonly number[]} [observers] those that do not vote
 */

/** Servers with their ports and folders. Resolves when every one of them serves. */
export class RealEnsemble {
  /** @param {RealOptions} options */
  static async start(options = {}) {
    const { size = 1 } = options;
    const root = mkdtempSync(join(tmpdir(), 'ensemble-oracle-'));
    const ports = await freePorts(3 * size);
    const ensemble = new RealEnsemble(root, ports, options);
    for (let i = 0; i < size; i++) ensemble.configure(i);
    for (let i = 0; i < size; i++) ensemble.run(i);
    try {
      await Promise.all(ensemble.ports.map((_, i) => ensemble.untilServing(i)));
    } catch (failure) {
      await ensemble.stop();
      throw failure;
    }
    return ensemble;
  }

  /**
   * @param {string} root
   * @param {number[]} allPorts first those for clients
   * @param {RealOptions} options
   */
  constructor(root, allPorts, options) {
    this.root = root;
    this.allPorts = allPorts;
    this.ports = allPorts.slice(0, options.size ?? 1);
    this.options = options;
    /** @type {import('node:child_process').ChildProcess[]} */
    this.children = [];
  }

  /** @param {number} i */
  dataDir(i) {
    return this.options.dataDir ?? join(this.root, `data${i}`);
  }

  /** @param {number} i */
  log(i) {
    return readFileSync(join(this.root, `${i}.out`), 'utf8');
  }

  /** @param {number} i */
  configure(i) {
    const { size = 1, settings = {}, observers = [], jaas } = this.options;
    if (jaas !== undefined) writeFileSync(this.jaasFile, jaas);
    mkdirSync(this.dataDir(i), { recursive: true });
    writeFileSync(join(this.dataDir(i), 'myid'), `${i + 1}\n`);
    const lines = Object.entries({
      tickTime: '2000',
      initLimit: '10',
      syncLimit: '5',
      dataDir: this.dataDir(i),
      clientPort: `${this.ports[i]}`,
      clientPortAddress: '127.0.0.1',
      maxClientCnxns: '0',
      '4lw.commands.whitelist': '*',
      ...settings,
    });
    const isOurs = this.options.ours?.includes(i) ?? false;
    for (let j = 0; (size > 1 || isOurs) && j < size; j++) {
      lines.push([`server.${j + 1}`, this.member(j)]);
    }
    if (observers.includes(i)) lines.push(['peerType', 'observer']);
    for (const [key, value] of isOurs ? Object.entries(this.properties()) : []) {
      lines.push([key.replace(/^zookeeper\./, ''), value]);
    }
    const text = lines.map(([key, value]) => `${key}=${value}\n`).join('');
    writeFileSync(join(this.root, `${i}.cfg`), text);
  }

  get jaasFile() {
    return join(this.root, 'jaas.conf');
  }

  /** The server as the others are told of it. @param {number} i */
  member(i) {
    const { size = 1, observers = [] } = this.options;
    const role = observers.includes(i) ? 'observer' : 'participant';
    const [client, quorum, election] = [0, size, 2 * size].map((from) => this.allPorts[from + i]);
    return `127.0.0.1:${quorum}:${election}:${role};127.0.0.1:${client}`;
  }

  /** Starts a server, or starts it again with its data. @param {number} i */
  run(i) {
    const out = openSync(join(this.root, `${i}.out`), 'a');
    const [command, ...args] = this.options.ours?.includes(i) ? this.ownArgs(i) : this.realArgs(i);
    this.children[i] = spawn(command ?? '', args, { cwd: ROOT, stdio: ['ignore', out, out] });
    closeSync(out);
  }

  /** @param {number} i */
  ownArgs(i) {
    const script = join('scripts', 'serveEnsemble.ts');
    const jaas = this.options.jaas === undefined ? [] : ['--jaas', this.jaasFile];
    const config = join(this.root, `${i}.cfg`);
    return [process.execPath, '--import', 'tsx', script, '--zoo-cfg', config, ...jaas];
  }

  properties() {
    return {
      'file.encoding': 'UTF-8',
      'zookeeper.admin.enableServer': 'false',
      'zookeeper.forceSync': 'no',
      'zookeeper.extendedTypesEnabled': 'true',
      'readonlymode.enabled': 'true',
      'zookeeper.DigestAuthenticationProvider.superDigest': SUPER_DIGEST,
      'org.slf4j.simpleLogger.defaultLogLevel': 'warn',
      ...this.options.properties,
    };
  }

  /** @param {number} i */
  realArgs(i) {
    const flags = Object.entries(this.properties()).map(([key, value]) => `-D${key}=${value}`);
    if (this.options.jaas !== undefined) {
      flags.push(`-Djava.security.auth.login.config=${this.jaasFile}`);
    }
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
    const config = join(this.root, `${i}.cfg`);
    const { classPath = '' } = this.options.release ?? findReleases()[0] ?? {};
    const java = ['java', '-Xmx600m', '-XX:+UseSerialGC', ...flags, '-cp', classPath];
    return [...java, main, config];
  }

  /** SIGKILL. @param {number} i */
  async kill(i) {
    const child = this.children[i];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  /** Those that run. */
  alive() {
    const isAlive = (child) => child.exitCode === null && child.signalCode === null;
    return [...this.children.keys()].filter((i) => isAlive(this.children[i]));
  }

  /** Writes, too. @param {number} i */
  async untilServing(i) {
    const endMs = Date.now() + START_TIMEOUT_MS;
    while (!(await ask(this.ports[i] ?? 0, 'srvr')).match(/Mode: (?!read-only)/)) {
      if (Date.now() > endMs || this.children[i]?.exitCode !== null) {
        throw new Error(`ZooKeeper ${i + 1} did not come up:\n${this.log(i).slice(-2000)}`);
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  /** Kills all and deletes the data, but for a `dataDir` that was given. */
  async stop() {
    await Promise.all(this.children.map((_, i) => this.kill(i)));
    rmSync(this.root, { recursive: true, force: true });
  }
}

/**
 * The answer to a four-letter word; empty if there is none.
 * @param {number} port
 * @param {string} word
 * @returns {Promise<string>}
 */
export function ask(port, word) {
  return new Promise((done) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(word));
    socket.setTimeout(5000, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {}).on('close', () => done(text));
  });
}

/**
 * Below those that the system gives to whoever dials, so that a server finds its port free when it
 * starts again.
 * @param {number} count
 */
async function freePorts(count) {
  const ports = [];
  while (ports.length < count) {
    nextPort = nextPort < PORT_MAX ? nextPort + 1 : PORT_MIN;
    // Of its own: another ensemble may look for ports meanwhile.
    const port = nextPort;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  const server = createServer();
  return new Promise((done) => {
    server.on('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , size = '3', minor = '3.8'] = process.argv;
  const release = findRelease(minor);
  if (release === undefined) {
    console.log(NOT_INSTALLED);
  } else {
    const ensemble = await RealEnsemble.start({ size: Number(size), release });
    console.log(ensemble.ports.map((port) => `127.0.0.1:${port}`).join(','));
    process.once('SIGINT', () => ensemble.stop().then(() => process.exit(0)));
  }
}
