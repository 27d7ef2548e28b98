/**
 * The servers' logs side by side: one row per server, one column per txn, the newest at the right.
 * One Tab stop: arrow keys move from cell to cell, Enter chooses the txn.
 */

import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from 'react';
import type { Choices } from '../../lab/choices.ts';
import { counterIn, hexZxid, shortZxid } from '../../lab/format.ts';
import type { PlaybackState } from '../../lab/Lab.ts';
import type { EnsembleState, ServerView } from '../../lab/model.ts';
import { orderOf } from '../../network/address.ts';
import { useChoices, useEnsemble, useHandles, usePlayback } from '../LabContext.ts';
import { useSize } from '../ring/useSize.ts';
import { useAtMost } from '../useAtMost.ts';
import { cellId } from './cellId.ts';
import { LogRow } from './LogRow.tsx';
import { columnCountFor, describeTxnOf, type LogColumn, logColumns } from './logTable.ts';
import './logs.css';

/** Each step of a txn can be followed while few come; a stream of them can only be glanced at. */
const STEP_EVERY_MS = 120;
const STREAM_EVERY_MS = 800;
const STREAM_TXNS = 4;

const isPlayingOf = (state: PlaybackState) => state.isPlaying;
const txnsOf = (state: EnsembleState) => state.txns;
const serversOf = (state: EnsembleState) => state.servers;
const committedOf = (state: EnsembleState) => state.committedZxid;
const selectedZxidOf = ({ selection }: Choices) =>
  selection?.type === 'txn' ? selection.zxid : null;

export function LogBars() {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width ?? 0;
  const txns = useEnsemble(txnsOf);
  const byId = useEnsemble(serversOf);
  const newestZxid = useEnsemble(committedOf);
  const newest = useMemo(
    () => ({
      txns,
      servers: Object.values(byId).sort((a, b) => orderOf(a.id) - orderOf(b.id)),
      committedZxid: newestZxid,
    }),
    [txns, byId, newestZxid],
  );
  // Every txn moves every cell: the costliest thing on the page to paint.
  const isPlaying = usePlayback(isPlayingOf);
  const everyMs = useCallback(
    (shown: { committedZxid: number }) => {
      // What stands still must agree with all else on the page.
      if (!isPlaying) return 0;
      return newestZxid - shown.committedZxid < STREAM_TXNS ? STEP_EVERY_MS : STREAM_EVERY_MS;
    },
    [newestZxid, isPlaying],
  );
  const { servers, committedZxid, ...history } = useAtMost(newest, everyMs);
  const columnCount = columnCountFor(width);
  const columns = useMemo(
    () => logColumns({ txns: history.txns, servers, committedZxid }, columnCount),
    [history.txns, servers, committedZxid, columnCount],
  );
  return (
    <div className="logs" ref={frame}>
      {columns.length === 0 ? (
        <p className="logs-empty">
          No transactions yet. Each server's log will be a row here, each transaction a column.
        </p>
      ) : (
        <LogGrid
          servers={servers}
          columns={columns}
          committedZxid={committedZxid}
          emptyCount={columnCount - columns.length}
        />
      )}
    </div>
  );
}

interface LogGridProps {
  readonly servers: readonly ServerView[];
  readonly columns: readonly LogColumn[];
  readonly committedZxid: number;
  /** Columns that there is room for and no txn yet. */
  readonly emptyCount: number;
}

const LogGrid = memo(function LogGrid(props: LogGridProps) {
  const { servers, columns, committedZxid, emptyCount } = props;
  const { choices } = useHandles();
  const selectedZxid = useChoices(selectedZxidOf);
  const [active, setActive] = useState({ id: 'S1', zxid: 0 });
  const newest = columns.at(-1)?.txn.zxid ?? 0;
  const activeZxid = columns.some(({ txn }) => txn.zxid === active.zxid) ? active.zxid : newest;
  const voterCount = servers.filter((server) => !server.observer).length;
  const choose = useCallback(
    (id: string, zxid: number) => {
      setActive({ id, zxid });
      const isChosen = selectedZxidOf(choices.getState()) === zxid;
      choices.setState({ selection: isChosen ? null : { type: 'txn', zxid } });
    },
    [choices],
  );
  const onMove = useCallback(
    (event: KeyboardEvent<HTMLElement>, id: string, zxid: number) => {
      const next = moved(event.key, { id, zxid }, servers, columns);
      if (next === null) return;
      event.preventDefault();
      event.stopPropagation();
      setActive(next);
      document.getElementById(cellId(next.id, next.zxid))?.focus();
    },
    [servers, columns],
  );
  return (
    <table className="logs-grid" aria-label="Logs: one row per server, one column per transaction">
      <thead>
        <tr>
          <th className="logs-corner">
            <span className="visually-hidden">Server</span>
          </th>
          {columns.map((column) => (
            <ColumnHead key={column.txn.zxid} column={column} />
          ))}
          {emptyCount > 0 && <td colSpan={emptyCount} />}
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => (
          <LogRow
            key={server.id}
            server={server}
            columns={columns}
            committedZxid={committedZxid}
            voterCount={voterCount}
            activeZxid={server.id === active.id ? activeZxid : null}
            selectedZxid={selectedZxid}
            onChoose={choose}
            onMove={onMove}
          />
        ))}
      </tbody>
    </table>
  );
});

function ColumnHead({ column }: { column: LogColumn }) {
  const { txn, isFirstOfEpoch, isNumbered } = column;
  const number = isFirstOfEpoch ? shortZxid(txn.zxid) : counterIn(txn.zxid);
  return (
    <th
      scope="col"
      className={isFirstOfEpoch ? 'logs-head logs-head-epoch' : 'logs-head'}
      title={`${hexZxid(txn.zxid)}: ${describeTxnOf(txn)}`}
    >
      {isNumbered ? number : <span className="visually-hidden">{number}</span>}
    </th>
  );
}

interface Place {
  readonly id: string;
  readonly zxid: number;
}

function moved(
  key: string,
  at: Place,
  servers: readonly ServerView[],
  columns: readonly LogColumn[],
): Place | null {
  const row = servers.findIndex((server) => server.id === at.id);
  const column = columns.findIndex(({ txn }) => txn.zxid === at.zxid);
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -columns.length],
    End: [0, columns.length],
  };
  const step = steps[key];
  if (step === undefined) return null;
  const clamp = (value: number, count: number) => Math.min(Math.max(value, 0), count - 1);
  const server = servers[clamp(row + step[0], servers.length)];
  const txn = columns[clamp(column + step[1], columns.length)]?.txn;
  return server === undefined || txn === undefined ? null : { id: server.id, zxid: txn.zxid };
}
