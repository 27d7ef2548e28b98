/** The numbers that Curator keeps in znodes: big-endian, two's complement (java.nio.ByteBuffer). */

export function encodeInt64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

/** Null unless it is eight bytes. */
export function decodeInt64(bytes: Uint8Array | null): bigint | null {
  return bytes?.length === 8 ? viewOf(bytes).getBigInt64(0) : null;
}

export function encodeInt32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/** Null unless it is four bytes. */
export function decodeInt32(bytes: Uint8Array | null): number | null {
  return bytes?.length === 4 ? viewOf(bytes).getInt32(0) : null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
