/** kazoo, the Python client: the checks are Python, in kazoo/checks.py. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClientUnderTest } from '../ClientUnderTest.ts';

// Debian's own: another Python on the path would not have its packages.
const PYTHON = '/usr/bin/python3';
const CHECKS = join(import.meta.dirname, '../kazoo/checks.py');

export const kazoo: ClientUnderTest = {
  name: 'kazoo',
  serveOptions: ['--jaas', join(import.meta.dirname, '../jaas.conf')],

  missing() {
    const isThere = spawnSync(PYTHON, ['-c', 'import kazoo']).status === 0;
    return isThere ? null : 'apt-get install -y --no-install-recommends python3-kazoo';
  },

  async run({ connectString, controlUrl, token }, check) {
    const child = spawn(PYTHON, ['-B', CHECKS, connectString, controlUrl, token], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    for await (const line of createInterface({ input: child.stdout })) {
      const { name, error } = JSON.parse(line) as { name: string; error: string | null };
      await check(name, () => {
        if (error !== null) throw new Error(error);
      });
    }
    const code = await ended;
    await check('runs to its end', () => {
      if (code !== 0) throw new Error(`exit code ${code}`);
    });
  },
};
