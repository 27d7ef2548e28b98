// Finds a Chromium for the end-to-end tests, and installs one when there is none.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, ROOT } from './setup.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DOWNLOAD_MS = 120_000;

/** The path of a Chromium: CHROMIUM_PATH, Playwright's own, or the system's; else undefined. */
export async function findBrowser() {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== '') {
    return isExecutable(given) ? given : fail(`CHROMIUM_PATH is not a program: ${given}`);
  }
  const { chromium } = await import('@playwright/test');
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const system = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [chromium.executablePath(), ...system].find(isExecutable);
}

/** Like findBrowser, but installs a browser if none is found, and ends the process if it can't. */
export async function ensureBrowser() {
  const found = (await findBrowser()) ?? (await downloaded()) ?? (await fromDebian());
  return found ?? fail('No Chromium found or installed: set CHROMIUM_PATH to one.');
}

function downloaded() {
  console.log('No Chromium found; asking Playwright for one ...');
  const cli = join(ROOT, 'node_modules/@playwright/test/cli.js');
  const isDone = run(process.execPath, [cli, 'install', 'chromium'], DOWNLOAD_MS);
  return isDone ? findBrowser() : undefined;
}

function fromDebian() {
  if (process.getuid?.() !== 0 || !run('apt-get', ['--version'])) return undefined;
  console.log('Installing the Debian package chromium ...');
  run('apt-get', ['update']);
  const args = ['install', '-y', '--no-install-recommends', 'chromium'];
  return run('apt-get', args) ? findBrowser() : undefined;
}

function run(command, args, timeoutMs) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { cwd: ROOT, stdio: 'ignore', env, timeout: timeoutMs };
  return spawnSync(command, args, options).status === 0;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
