/** A table that scrolls by itself when it is wider than its place. */

import type { ReactNode } from 'react';
import { SCROLLABLE } from './scrollable.ts';
import './dataTable.css';

export interface DataTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** Heads that are no mere words, as `th`. */
  readonly moreHeads?: ReactNode;
  /** Rows. */
  readonly children: ReactNode;
}

export function DataTable({ label, heads, moreHeads, children }: DataTableProps) {
  return (
    <section className="data-table" {...SCROLLABLE} aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {moreHeads}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
