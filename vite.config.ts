import { execFileSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const SERVICE = /src[\\/](base|protocol|network|server|conductor|hosts)[\\/]/;
const WORKER = /new URL\('(\.\/\w+\.worker\.ts)', import\.meta\.url\)/g;

/**
 * Vite bundles each worker apart, with its own copy of what the page has too. As entries of the
 * page's own build they share its chunks, which a browser then fetches once.
 */
function workersShareChunks(): Plugin {
  return {
    name: 'workers-share-chunks',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('.worker.ts')) return null;
      return code.replace(WORKER, (_, path: string) => {
        const file = this.emitFile({ type: 'chunk', id: resolve(dirname(id), path) });
        return `import.meta.ROLLUP_FILE_URL_${file}`;
      });
    },
  };
}

/** Which version of the page this is: links to runs say which one recorded them. */
function build(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

export default defineConfig({
  define: { 'import.meta.env.VITE_BUILD': JSON.stringify(build()) },
  // Relative addresses: dist/ runs from any path of any web host.
  base: './',
  plugins: [workersShareChunks(), react()],
  build: {
    target: 'es2022',
    // Every browser that has module workers preloads modules by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What the page and its workers share at once is one file: every worker asks for it.
        codeSplitting: {
          groups: [{ name: 'service', test: SERVICE, minShareCount: 2, tags: ['$initial'] }],
        },
      },
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'oracle/**/*.test.ts'],
    environment: 'node',
    // Modules hold no state, so the files of one thread may share them: far faster to start.
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    // For a machine that is busy with something else; a test that needs it is too slow.
    testTimeout: 60_000,
  },
});
