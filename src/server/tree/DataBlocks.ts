/** Where the data of one tree's znodes lies: small pieces in blocks, whose memory is given back. */

import { ByteBlocks } from '../../base/ByteBlocks.ts';
import type { DataNode } from './DataNode.ts';

/** So little is not worth moving data for. */
const WASTED_BYTES_MIN = 0x10000;

export class DataBlocks {
  private blocks = new ByteBlocks();

  /** What comes in may be a view of a whole message, which must not stay for its sake. */
  own(data: Uint8Array | null): Uint8Array | null {
    return data === null ? null : this.blocks.copy(data);
  }

  /**
   * Moves all data once more than half of what was copied is no longer there: so each byte is moved
   * about once for one that went. Views that somebody still reads keep their old block.
   * `heldBytes`: what `nodes` take, at least their data.
   */
  compact(nodes: ReadonlyMap<string, DataNode>, heldBytes: number): void {
    if (this.blocks.usedBytes <= 2 * heldBytes + WASTED_BYTES_MIN) return;
    this.blocks = new ByteBlocks();
    for (const node of nodes.values()) {
      const { data } = node;
      if (data !== null) node.data = this.blocks.move(data);
    }
  }
}
