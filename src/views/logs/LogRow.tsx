/** One server's row of the log bars. */

import { type KeyboardEvent, memo } from 'react';
import { shortZxid } from '../../lab/format.ts';
import type { ServerView } from '../../lab/model.ts';
import { useHandles } from '../LabContext.ts';
import { roleWord } from '../ring/describe.ts';
import { cellId } from './cellId.ts';
import {
  type CellKind,
  describeKind,
  describeTxnOf,
  glyphOf,
  type LogColumn,
  logRow,
} from './logTable.ts';

export interface LogRowProps {
  readonly server: ServerView;
  readonly columns: readonly LogColumn[];
  readonly committedZxid: number;
  readonly voterCount: number;
  /** Zxid of the cell that the Tab key reaches; null when it is in another row. */
  readonly activeZxid: number | null;
  readonly selectedZxid: number | null;
  readonly onChoose: (id: string, zxid: number) => void;
  readonly onMove: (event: KeyboardEvent<HTMLElement>, id: string, zxid: number) => void;
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { server, columns, committedZxid, voterCount, activeZxid, selectedZxid } = props;
  const kinds = logRow(server, columns, committedZxid);
  const isDown = server.process !== 'up' && server.process !== 'paused';
  return (
    <tr className={isDown ? 'logs-row logs-row-down' : 'logs-row'}>
      <RowHead server={server} isDown={isDown} />
      {columns.map((column, index) => {
        const { txn } = column;
        const kind = kinds[index] ?? 'missing';
        const isProposing = server.state === 'LEADING' && !isDown && !txn.committed;
        return (
          <LogCell
            key={txn.zxid}
            id={server.id}
            column={column}
            kind={kind}
            acks={isProposing && kind !== 'missing' ? `${txn.acks.length}/${voterCount}` : ''}
            isActive={txn.zxid === activeZxid}
            isSelected={txn.zxid === selectedZxid}
            onChoose={props.onChoose}
            onMove={props.onMove}
          />
        );
      })}
    </tr>
  );
});

function RowHead({ server, isDown }: { server: ServerView; isDown: boolean }) {
  const { choices } = useHandles();
  const isLeader = server.state === 'LEADING' && server.established && !isDown;
  const name = `${server.id}, ${roleWord(server)}${isDown ? '; its disk stays' : ''}`;
  return (
    <th
      scope="row"
      className="logs-name"
      title={`${name}; log ends at ${shortZxid(server.lastLogged)}`}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-label={name}
        onClick={() => choices.setState({ selection: { type: 'server', id: server.id } })}
      >
        {server.id}
        {isLeader && <Crown />}
      </button>
    </th>
  );
}

function Crown() {
  return (
    <svg className="logs-crown" viewBox="0 0 12 10" width="11" height="9" aria-hidden="true">
      <path d="M1 9V2l2.7 2.6L6 1l2.3 3.6L11 2v7z" />
    </svg>
  );
}

interface LogCellProps {
  readonly id: string;
  readonly column: LogColumn;
  readonly kind: CellKind;
  readonly acks: string;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onChoose: (id: string, zxid: number) => void;
  readonly onMove: (event: KeyboardEvent<HTMLElement>, id: string, zxid: number) => void;
}

const LogCell = memo(function LogCell(props: LogCellProps) {
  const { id, column, kind, acks, isActive, isSelected, onChoose, onMove } = props;
  const { txn, epoch, isFirstOfEpoch } = column;
  const isNumbered = isFirstOfEpoch && kind !== 'missing';
  const name = `${shortZxid(txn.zxid)}, ${describeTxnOf(txn)}: ${describeKind(kind)}`;
  const text = acks === '' ? name : `${name}, ${acks.replace('/', ' of ')} acknowledged`;
  return (
    <td className={`logs-cell logs-${kind} ${isSelected ? 'is-selected' : ''}`}>
      <button
        type="button"
        id={cellId(id, txn.zxid)}
        tabIndex={isActive ? 0 : -1}
        aria-label={`${id}: ${text}`}
        aria-pressed={isSelected}
        title={text}
        onClick={() => onChoose(id, txn.zxid)}
        onKeyDown={(event) => onMove(event, id, txn.zxid)}
      >
        <span
          className={isNumbered ? 'logs-box logs-box-numbered' : 'logs-box'}
          data-epoch={epoch % 4}
          aria-hidden="true"
        >
          {isNumbered && <sup>{epoch}</sup>}
          {kind === 'missing' ? '' : acks === '' ? glyphOf(txn.op) : <small>{acks}</small>}
        </span>
      </button>
    </td>
  );
});
