/** A program that is talked to over its standard input and heard over both of its outputs. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { until } from './until.ts';

const HEAR_TIMEOUT_MS = 20_000;

const running = new Set<Talk>();

/** Kills those that were not ended. */
export function endTalks(): void {
  for (const talk of running) talk.kill();
}

export class Talk {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly closed: Promise<number | null>;
  private text = '';
  /** How much of the text earlier calls of `hear` have passed. */
  private heard = 0;

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
      });
    }
    running.add(this);
    this.child.stdin.on('error', () => {});
    this.closed = new Promise((resolve, reject) => {
      this.child.on('close', resolve).on('error', reject);
    });
    this.closed.catch(() => null).finally(() => running.delete(this));
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Says it and hears `answer`. */
  async ask(line: string, answer: RegExp): Promise<RegExpExecArray> {
    this.say(line);
    return await this.hear(answer);
  }

  /** The next match after the last one heard. */
  async hear(pattern: RegExp): Promise<RegExpExecArray> {
    try {
      const found = await until(`${pattern}`, HEAR_TIMEOUT_MS, () =>
        pattern.exec(this.text.slice(this.heard)),
      );
      this.heard += found.index + found[0].length;
      return found;
    } catch (error) {
      throw new Error(`${(error as Error).message}, but heard:\n${this.text.slice(this.heard)}`);
    }
  }

  /** Exit code; null if it had to be killed. */
  async end(lastLine: string): Promise<number | null> {
    this.say(lastLine);
    this.child.stdin.end();
    const timer = setTimeout(() => this.kill(), HEAR_TIMEOUT_MS);
    const code = await this.closed;
    clearTimeout(timer);
    return code;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
