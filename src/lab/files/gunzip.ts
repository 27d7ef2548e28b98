/** Decompression with a limit, since a small file can hold any number of zeros. */

export interface Decompressed {
  /** What could be decompressed. */
  readonly bytes: Uint8Array;
  /** Why that is not all; null if it is. */
  readonly fault: string | null;
}

export async function gunzip(bytes: Uint8Array, bytesMax: number): Promise<Decompressed> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  let fault: string | null = null;
  const source = new Blob([new Uint8Array(bytes)]).stream();
  const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > bytesMax) {
        fault = `holds more than ${bytesMax} bytes`;
        await reader.cancel();
        break;
      }
      parts.push(value);
    }
  } catch {
    fault = 'the gzip stream is broken or unfinished';
  }
  return { bytes: new Uint8Array(await new Blob(parts).arrayBuffer()), fault };
}
