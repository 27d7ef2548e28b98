/** The lines that were typed, for the up and down keys and zkCli's `history`. */

const LINES_MAX = 200;

export interface NumberedLine {
  readonly number: number;
  readonly line: string;
}

export class History {
  #lines: NumberedLine[] = [];
  #count = 0;
  /** How far up from the newest line; 0 is the line being typed. */
  #up = 0;
  #draft = '';

  /** The same line twice in a row is kept once; an empty one not at all. */
  add(line: string): void {
    this.#up = 0;
    if (line === '' || line === this.#lines.at(-1)?.line) return;
    this.#lines = [...this.#lines.slice(1 - LINES_MAX), { number: this.#count, line }];
    this.#count += 1;
  }

  /** The `count` newest lines, oldest first. */
  newest(count: number): readonly NumberedLine[] {
    return this.#lines.slice(-count);
  }

  /** The line above; `typed` is what stands in the input now. The oldest line stays. */
  previous(typed: string): string {
    if (this.#up === 0) this.#draft = typed;
    this.#up = Math.min(this.#up + 1, this.#lines.length);
    return this.#shown();
  }

  /** The line below; at the bottom, what was being typed. */
  next(typed: string): string {
    if (this.#up === 0) return typed;
    this.#up -= 1;
    return this.#shown();
  }

  #shown(): string {
    return this.#up === 0 ? this.#draft : (this.#lines.at(-this.#up)?.line ?? this.#draft);
  }
}
