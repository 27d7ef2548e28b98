import { describe, expect, it } from 'vitest';
import { ElectionLinks } from './ElectionLinks.ts';
import { participants, RecordingContext } from './testing/RecordingContext.ts';

function message(text: string) {
  return { bytes: new Uint8Array([text.length]), summary: { kind: 'NOTIFICATION', text } as const };
}

function linksOf(sid: number) {
  const context = new RecordingContext(sid, participants(3));
  return { context, links: new ElectionLinks(context) };
}

const DIAL_3 = { type: 'connectPeer', link: 'election', peer: 3 };
const DIAL_1 = { type: 'connectPeer', link: 'election', peer: 1 };

describe('ElectionLinks', () => {
  it('dials a peer that it has something to say to, once', () => {
    const { context, links } = linksOf(2);
    links.send(1, message('a'));
    links.send(1, message('b'));
    expect(context.take()).toEqual([DIAL_1]);
  });

  it('says only the newest message when the connection is there', () => {
    const { context, links } = linksOf(2);
    links.send(1, message('a'));
    links.send(1, message('bb'));
    context.take();
    links.onConnected(1, 7, true);
    expect(context.take()).toEqual([{ type: 'sendPeer', connection: 7, ...message('bb') }]);
  });

  it('says the last message again on a new connection', () => {
    const { context, links } = linksOf(2);
    links.send(1, message('a'));
    links.onConnected(1, 7, true);
    links.onDisconnected(1, 7);
    context.take();
    links.onConnected(1, 8, true);
    expect(context.take()).toEqual([{ type: 'sendPeer', connection: 8, ...message('a') }]);
  });

  it('gives up its own dial to a higher sid, and is dialled back', () => {
    const { context, links } = linksOf(2);
    links.send(3, message('a'));
    expect(context.take()).toEqual([DIAL_3]);
    links.onConnected(3, 7, true);
    expect(context.take()).toEqual([{ type: 'disconnectPeer', connection: 7 }]);
    links.onConnected(3, 8, false);
    expect(context.take()).toEqual([{ type: 'sendPeer', connection: 8, ...message('a') }]);
  });

  it('answers the dial of a lower sid by dialling it, whatever connection it believes in', () => {
    const { context, links } = linksOf(3);
    links.send(1, message('a'));
    links.onConnected(1, 7, true);
    context.take();
    links.onConnected(1, 8, false);
    expect(context.take()).toEqual([
      { type: 'disconnectPeer', connection: 8 },
      { type: 'disconnectPeer', connection: 7 },
      DIAL_1,
    ]);
  });

  it('replaces the connection of a higher sid by its newer one', () => {
    const { context, links } = linksOf(1);
    links.onConnected(3, 7, false);
    links.onConnected(3, 8, false);
    expect(context.take()).toEqual([{ type: 'disconnectPeer', connection: 7 }]);
    links.onDisconnected(3, 7);
    links.send(3, message('a'));
    expect(context.take()).toEqual([{ type: 'sendPeer', connection: 8, ...message('a') }]);
  });

  it('dials again with the next message after a refusal', () => {
    const { context, links } = linksOf(2);
    links.send(1, message('a'));
    links.onRefused(1);
    context.take();
    links.send(1, message('b'));
    expect(context.take()).toEqual([DIAL_1]);
  });

  it('talks to strangers, who may want to join', () => {
    const { context, links } = linksOf(2);
    links.onConnected(9, 7, false);
    links.send(9, message('a'));
    expect(context.take()).toEqual([{ type: 'sendPeer', connection: 7, ...message('a') }]);
  });
});
