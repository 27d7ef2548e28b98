/** A client that does nothing wrong, and must not notice what others do. */

import { decode } from '../../../../protocol/codec.ts';
import { KeeperErrorCode } from '../../../../protocol/errors.ts';
import { DataResponse, REPLY_HEADER_BYTES, ReplyHeader } from '../../../../protocol/records.ts';
import { type ClientRequest, encodeRequest } from '../../../../protocol/requests.ts';
import type { FuzzedClient } from './FuzzedEnsemble.ts';

export class Witness {
  private readonly client: FuzzedClient;
  private readonly path: string;
  private xid = 0;

  /** `client` has a session. */
  constructor(client: FuzzedClient) {
    this.client = client;
    this.path = `/witness-${client.sid}`;
    const { path } = this;
    this.call({ type: 'create', path, data: null, acl: open(), flags: 0 });
  }

  /** A write of its own and what it then reads. */
  check(value: number): void {
    const { path } = this;
    const data = new Uint8Array([value >> 8, value & 0xff]);
    this.call({ type: 'setData', path, data, version: -1 });
    const read = decode(DataResponse, this.call({ type: 'getData', path, watch: true }));
    const got = read.ok ? read.value.data : null;
    if (got?.[0] !== data[0] || got?.[1] !== data[1]) throw new Error('the witness reads another');
  }

  private call(request: ClientRequest): Uint8Array {
    this.xid += 1;
    const { received } = this.client.socket;
    this.client.sendFrame(encodeRequest(this.xid, request));
    if (this.client.isClosed) throw new Error('the witness was closed');
    const reply = received.splice(0).at(-1);
    const header = decode(ReplyHeader, reply ?? new Uint8Array(0));
    const isAnswer = header.ok && header.value.xid === this.xid;
    if (reply === undefined || !isAnswer || header.value.err !== KeeperErrorCode.OK) {
      throw new Error(`the witness: ${request.type}: ${JSON.stringify(header)}`);
    }
    return reply.subarray(REPLY_HEADER_BYTES);
  }
}

function open() {
  return [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
}
