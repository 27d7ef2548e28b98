/** A client's end of a connection to a server, without a network: bytes in, bytes out. */

import { Socket } from 'node:net';
import { FrameSplitter } from '../../../../protocol/frames.ts';

/** What a ClientConnection takes for its socket. */
export class FuzzedSocket extends Socket {
  /** Whole frames that the server has sent, without their lengths. */
  readonly received: Uint8Array[] = [];
  /** Text, if it was a four-letter word that was asked. */
  text = '';
  isEnded = false;
  private readonly splitter = new FrameSplitter({ maxFrameBytes: 64 << 20 });
  private readonly isWord: boolean;
  private isTold = false;

  constructor(isWord: boolean) {
    super();
    this.isWord = isWord;
  }

  override write(bytes: Uint8Array): boolean {
    if (this.isWord) this.text += Buffer.from(bytes).toString('latin1');
    else {
      for (const event of this.splitter.push(bytes)) {
        if (event.type !== 'frame') throw new Error(`the server sent a ${event.type}`);
        this.received.push(event.bytes);
      }
    }
    return true;
  }

  override end(): this {
    this.isEnded = true;
    return this;
  }

  override destroy(): this {
    this.isEnded = true;
    return this;
  }

  override resetAndDestroy(): this {
    return this.destroy();
  }

  override setNoDelay(): this {
    return this;
  }

  override pause(): this {
    return this;
  }

  override resume(): this {
    return this;
  }

  /** Once, after the end: what Node does by itself. */
  tellClosed(): void {
    if (!this.isEnded || this.isTold) return;
    this.isTold = true;
    this.emit('close');
  }
}
