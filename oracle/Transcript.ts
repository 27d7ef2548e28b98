/**
 * What was said in one case, byte for byte, and its text form, in which exchanges with the real
 * server are kept.
 */

import { fromHex, toHex } from '../src/base/bytes.ts';
import { utf8Decode, utf8Encode } from '../src/base/utf8.ts';

/** `on`: the name of a connection. Payloads are without their lengths. */
export type Line =
  | { readonly type: 'open'; readonly on: string }
  | { readonly type: 'in'; readonly on: string; readonly bytes: Uint8Array }
  | { readonly type: 'out'; readonly on: string; readonly bytes: Uint8Array }
  /** By the server, or by the client in a `drop`. */
  | { readonly type: 'closed'; readonly on: string }
  /** An answer was due and did not come. */
  | { readonly type: 'silence'; readonly on: string }
  | { readonly type: 'word'; readonly word: string; readonly text: string }
  | { readonly type: 'elapse'; readonly ms: number };

export interface Transcript {
  readonly name: string;
  /** The last zxid before the case. */
  readonly base: number;
  readonly lines: readonly Line[];
}

export function formatTranscripts(transcripts: readonly Transcript[]): string {
  return transcripts
    .map(({ name, base, lines }) => {
      const head = `case ${name}\nbase ${base}\n`;
      return head + lines.map((line) => `${formatLine(line)}\n`).join('');
    })
    .join('\n');
}

export function parseTranscripts(text: string): Transcript[] {
  return text.split(/\n(?=case )/).map((part) => {
    const [name = '', base = '', ...lines] = part.trimEnd().split('\n');
    return {
      name: name.replace(/^case /, ''),
      base: Number(base.replace(/^base /, '')),
      lines: lines.map(parseLine),
    };
  });
}

function formatLine(line: Line): string {
  switch (line.type) {
    case 'in':
      return `${line.on} < ${pack(line.bytes)}`;
    case 'out':
      return `${line.on} > ${pack(line.bytes)}`;
    case 'word':
      return `- word ${line.word} ${toHex(utf8Encode(line.text))}`;
    case 'elapse':
      return `- elapse ${line.ms}`;
    default:
      return `${line.on} ${line.type}`;
  }
}

function parseLine(line: string): Line {
  const [on = '', verb = '', ...rest] = line.split(' ');
  switch (verb) {
    case '<':
      return { type: 'in', on, bytes: unpack(rest[0] ?? '') };
    case '>':
      return { type: 'out', on, bytes: unpack(rest[0] ?? '') };
    case 'word':
      return { type: 'word', word: rest[0] ?? '', text: utf8Decode(fromHex(rest[1] ?? '')) };
    case 'elapse':
      return { type: 'elapse', ms: Number(rest[0]) };
    case 'open':
    case 'closed':
    case 'silence':
      return { type: verb, on };
    default:
      throw new Error(`a transcript says ${line}`);
  }
}

/** Hex, in which six and more equal bytes become `(count*byte)`. */
function pack(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    const byte = toHex(bytes.subarray(at, at + 1));
    parts.push(end - at < 6 ? byte.repeat(end - at) : `(${end - at}*${byte})`);
    at = end;
  }
  return parts.join('');
}

function unpack(text: string): Uint8Array {
  const hex = text.replaceAll(/\((\d+)\*(..)\)/g, (_, count: string, byte: string) =>
    byte.repeat(Number(count)),
  );
  return fromHex(hex);
}
