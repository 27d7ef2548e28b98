/** Something that is counted under a name that it is told when it is printed. */

export type MetricValue = readonly [name: string, value: number];

export interface Metric {
  add(value: number): void;
  reset(): void;
  values(name: string): readonly MetricValue[];
}
