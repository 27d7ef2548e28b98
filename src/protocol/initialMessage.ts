/**
 * What the server that dials says first on an election connection: who it is, and where it can be
 * reached, for it may be unknown to the other one.
 * Source: QuorumCnxManager.startConnection, InitialMessage.parse.
 */

import type { Result } from '../base/result.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import { attemptDecode, writeBytes } from './codec.ts';
import type { DecodeError } from './DecodeError.ts';
import { DecodeFault } from './DecodeError.ts';
import { JuteReader } from './JuteReader.ts';

/** One address (3.5 and later). */
const VERSION_1 = -65_536;
/** Several, with '|' between them (3.6 and later, if multiAddress.enabled). */
const VERSION_2 = -65_535;
const ADDRESS_BYTES_MAX = 2048;

/** The longest initial message. */
export const INITIAL_MESSAGE_BYTES_MAX = 8 + 8 + 4 + ADDRESS_BYTES_MAX;

export interface InitialMessage {
  readonly sid: number;
  /** `host:electionPort` each. None in the oldest form, which is a sid alone. */
  readonly addresses: readonly string[];
}

/** Asserts nothing about the addresses: the sender's configuration vouches for them. */
export function encodeInitialMessage({ sid, addresses }: InitialMessage): Uint8Array {
  return writeBytes((w) => {
    w.exactLong(addresses.length > 1 ? VERSION_2 : VERSION_1);
    w.exactLong(sid);
    w.buffer(utf8Encode(addresses.join('|')));
  });
}

/** Of the beginning of a stream: 'truncated' says that more must come before it can be told. */
export function decodeInitialMessage(
  bytes: Uint8Array,
): Result<{ readonly value: InitialMessage; readonly consumed: number }, DecodeError> {
  return attemptDecode(() => {
    const r = new JuteReader(bytes, ADDRESS_BYTES_MAX);
    const version = r.exactLong();
    if (version >= 0) return { value: { sid: version, addresses: [] }, consumed: r.offset };
    if (version !== VERSION_1 && version !== VERSION_2) {
      throw new DecodeFault('badValue', 0, `protocol version ${version}`);
    }
    const sid = r.exactLong();
    const at = r.offset;
    const text = r.buffer();
    if (text === null || text.length === 0) {
      throw new DecodeFault('unreasonableLength', at, 'no address');
    }
    const addresses = utf8Decode(text).split('|');
    for (const address of addresses) {
      if (!isAddress(address)) throw new DecodeFault('badValue', at, 'badly formed address');
    }
    return { value: { sid, addresses }, consumed: r.offset };
  });
}

function isAddress(text: string): boolean {
  const port = /^(?:[^\s:[\]]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}
