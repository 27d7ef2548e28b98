/** Whether what came back for one request is an answer that ZooKeeper could have given. */

import { type Codec, decodePrefix } from '../../../../protocol/codec.ts';
import { errorName, KeeperErrorCode } from '../../../../protocol/errors.ts';
import { opName, Xid } from '../../../../protocol/opcodes.ts';
import {
  REPLY_HEADER_BYTES,
  REQUEST_HEADER_BYTES,
  ReplyHeader,
  RequestHeader,
} from '../../../../protocol/records.ts';
import { isClientOp, type ResponseName, responseCodecs } from '../../../../protocol/requests.ts';

/** The error code, or null if the connection was closed instead. Throws if it is neither. */
export function checkReply(
  sent: Uint8Array,
  received: readonly Uint8Array[],
  isClosed: boolean,
): number | null {
  const asked = decodePrefix(RequestHeader, sent);
  if (!asked.ok) {
    if (isClosed && received.every(isNotification)) return null;
    throw new Error(`no header in ${sent.length} bytes, and not closed`);
  }
  const { xid, type } = asked.value.value;
  const replies = received.filter((payload) => !isNotification(payload) || xid === -1);
  const reply = replies.at(-1);
  if (reply === undefined) {
    if (isClosed) return null;
    throw new Error(`opcode ${type} is not answered`);
  }
  const header = decodePrefix(ReplyHeader, reply);
  if (!header.ok) throw new Error('a reply without a header');
  const { xid: answered, err } = header.value.value;
  const isPing = opName(type) === 'ping';
  if (answered !== (isPing ? Xid.ping : xid)) throw new Error(`xid ${answered} for ${xid}`);
  if (xid !== -1 && replies.length !== 1) throw new Error(`${replies.length} answers`);
  if (errorName(err) === undefined) throw new Error(`error code ${err}`);
  // A failure of SASL comes with a token, too, which is null.
  if (err === KeeperErrorCode.OK || opName(type) === 'sasl') checkBody(type, reply);
  else if (reply.length !== REPLY_HEADER_BYTES) throw new Error('an error with a body');
  if (!isClientOp(type) && !(isClosed && err === KeeperErrorCode.UNIMPLEMENTED)) {
    throw new Error(`opcode ${type} is answered by ${err}`);
  }
  return err;
}

export function isNotification(payload: Uint8Array): boolean {
  return payload.length > REQUEST_HEADER_BYTES && payload.subarray(0, 4).every((it) => it === 0xff);
}

function checkBody(type: number, reply: Uint8Array): void {
  const codec = responseCodecs[opName(type) as ResponseName] as Codec<unknown>;
  const body = reply.subarray(REPLY_HEADER_BYTES);
  const decoded = decodePrefix(codec, body);
  if (!decoded.ok) throw new Error(`the answer cannot be read: ${decoded.error.message}`);
  if (decoded.value.consumed !== body.length) throw new Error('the answer is too long');
}
