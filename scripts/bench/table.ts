// What a measurement gives, and how it is printed.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the project aims at, as people say it: `<= 3 s`. */
  readonly target?: string;
  /** Between what the values lay, how many there were. */
  readonly note?: string;
}

const format = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Math.round(value * 100) / 100);

export function printTable(figures: readonly Figure[]): void {
  for (const { name, value, unit, target = '', note = '' } of figures) {
    const amount = `${format(value).padStart(12)} ${unit.padEnd(9)}`;
    console.log(`${name.padEnd(52)}${amount}${target.padEnd(16)}${note}`.trimEnd());
  }
}

/** `share` 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const spread = (values: readonly number[]): string =>
  `${values.length} runs, ${format(Math.min(...values))} to ${format(Math.max(...values))}`;
