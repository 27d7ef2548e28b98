// Loaded into `npm run serve` by the benchmark: tells its memory when asked for it.
process.on('message', () => {
  // Twice: buffers that one collection frees are counted until the next.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ residentBytes: rss, liveBytes: heapUsed + external });
});
// Nobody has to hang up for it to end.
process.channel?.unref();
