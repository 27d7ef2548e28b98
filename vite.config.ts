import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative addresses: dist/ runs from any path of any web host.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Every browser that has module workers preloads modules by itself.
    modulePreload: { polyfill: false },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'oracle/**/*.test.ts'],
    environment: 'node',
    // Modules hold no state, so the files of one thread may share them: far faster to start.
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    // For a machine that is busy with something else; a test that needs it is too slow.
    testTimeout: 20_000,
  },
});
