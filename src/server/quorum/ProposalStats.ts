/** Sizes of a leader's proposals, for four-letter words. Source: BufferStats. */

export class ProposalStats {
  /** Bytes; -1 before the first. */
  last = -1;
  min = -1;
  max = -1;

  add(bytes: number): void {
    this.last = bytes;
    this.min = this.min < 0 ? bytes : Math.min(this.min, bytes);
    this.max = Math.max(this.max, bytes);
  }
}
