// What every script needs first: a Node that is new enough, and node_modules as the lock says.
// Imported first by each script, so the version check runs before anything newer is touched.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MIN = [20, 19];

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  fail(`Ensemble needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Prints one line and ends the process; `code` 2 means that the command line was wrong. */
export function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

/** Runs `npm ci` unless node_modules already holds exactly what package-lock.json asks for. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing packages (npm ci) ...');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const isWindows = process.platform === 'win32';
  const npm = spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: isWindows });
  if (npm.status !== 0) fail('npm ci failed: the npm registry must be reachable once.');
}

// Contents are compared, not dates: a checkout or a copy changes dates at will.
function isInstalled() {
  const installedFile = `${ROOT}/node_modules/.package-lock.json`;
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    const isOtherPlatform = entry.optional === true && installed[path] === undefined;
    return path === '' || isOtherPlatform || installed[path]?.version === entry.version;
  });
}
