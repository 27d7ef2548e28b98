// A real Apache ZooKeeper on loopback, as Debian's package `zookeeper` installs it.
// node oracle/ensemble.mjs [SERVERS]   starts them, prints the connect string, stops at ctrl-C.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
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

const JARS = ['/usr/share/java/zookeeper.jar', '/usr/share/java/slf4j-simple.jar'];
const ROOT = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;

/** `super:test`, as the server keeps it. */
export const SUPER_DIGEST = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=';

export const NOT_INSTALLED =
  'skipped: no Apache ZooKeeper here (apt-get install -y --no-install-recommends zookeeper)';

export function isInstalled() {
  return existsSync(JARS[0] ?? '');
}

/**
 * @typedef {object} RealOptions
 * @property {number} [size] servers; 1 is a standalone one
 * @property {Record<string, string>} [properties] -D of the JVM
 * @property {Record<string, string>} [settings] lines of zoo.cfg
 * @property {string} [dataDir] of a standalone server that has a disk already
 * @property {readonly number[]} [ours] those of the servers that are ours, counted from 0
 * @property {readonly number[]} [observers] those that do not vote
 */

/** Servers with their ports and folders. Resolves when every one of them serves. */
export class RealEnsemble {
  /** @param {RealOptions} options */
  static async start(options = {}) {
    const { size = 1 } = options;
    const root = mkdtempSync(join(tmpdir(), 'ensemble-oracle-'));
    const ports = await freePorts(3 * size);
    const ensemble = new RealEnsemble(root, ports.slice(0, size), options);
    for (let i = 0; i < size; i++) ensemble.configure(i, ports);
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
   * @param {number[]} ports
   * @param {RealOptions} options
   */
  constructor(root, ports, options) {
    this.root = root;
    this.ports = ports;
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

  /**
   * @param {number} i
   * @param {number[]} ports
   */
  configure(i, ports) {
    const { size = 1, settings = {}, observers = [] } = this.options;
    mkdirSync(this.dataDir(i), { recursive: true });
    writeFileSync(join(this.dataDir(i), 'myid'), `${i + 1}\n`);
    const lines = Object.entries({
      tickTime: '2000',
      initLimit: '10',
      syncLimit: '5',
      dataDir: this.dataDir(i),
      clientPort: `${ports[i]}`,
      clientPortAddress: '127.0.0.1',
      maxClientCnxns: '0',
      '4lw.commands.whitelist': '*',
      ...settings,
    });
    for (let j = 0; size > 1 && j < size; j++) {
      const role = observers.includes(j) ? 'observer' : 'participant';
      const address = `127.0.0.1:${ports[size + j]}:${ports[2 * size + j]}:${role}`;
      lines.push([`server.${j + 1}`, address]);
    }
    const text = lines.map(([key, value]) => `${key}=${value}\n`).join('');
    writeFileSync(join(this.root, `${i}.cfg`), text);
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
    return [process.execPath, '--import', 'tsx', script, '--zoo-cfg', join(this.root, `${i}.cfg`)];
  }

  /** @param {number} i */
  realArgs(i) {
    const properties = {
      'file.encoding': 'UTF-8',
      'zookeeper.admin.enableServer': 'false',
      'zookeeper.forceSync': 'no',
      'zookeeper.extendedTypesEnabled': 'true',
      'readonlymode.enabled': 'true',
      'zookeeper.DigestAuthenticationProvider.superDigest': SUPER_DIGEST,
      'org.slf4j.simpleLogger.defaultLogLevel': 'warn',
      ...this.options.properties,
    };
    const flags = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
    const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
    const config = join(this.root, `${i}.cfg`);
    const java = ['java', '-Xmx600m', '-XX:+UseSerialGC', ...flags, '-cp', JARS.join(':')];
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

  /** @param {number} i */
  async untilServing(i) {
    const endMs = Date.now() + START_TIMEOUT_MS;
    while (!(await ask(this.ports[i] ?? 0, 'srvr')).includes('Mode: ')) {
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

/** @param {number} count */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((done, reject) => {
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            done(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return /** @type {number[]} */ (ports);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!isInstalled()) {
    console.log(NOT_INSTALLED);
  } else {
    const ensemble = await RealEnsemble.start({ size: Number(process.argv[2] ?? 3) });
    console.log(ensemble.ports.map((port) => `127.0.0.1:${port}`).join(','));
    process.once('SIGINT', () => ensemble.stop().then(() => process.exit(0)));
  }
}
