/** Notices when buffers grow by far more than a few frames can be worth. */

/** Between two looks, in which some kilobytes come in. */
const GROWTH_BYTES_MAX = 48 << 20;

export class MemoryWatch {
  private lastBytes = process.memoryUsage().arrayBuffers;
  /** The largest growth between two looks, bytes. */
  worstBytes = 0;

  check(): void {
    const { arrayBuffers } = process.memoryUsage();
    const grown = arrayBuffers - this.lastBytes;
    this.lastBytes = arrayBuffers;
    this.worstBytes = Math.max(this.worstBytes, grown);
    if (grown > GROWTH_BYTES_MAX) throw new Error(`buffers grew by ${grown} bytes`);
  }
}
