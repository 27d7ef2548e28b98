/** Copies of znodes: what the service has, and beside it what each client has. */

import { plural, shortZxid } from '../../lab/format.ts';
import type { CacheOf, CacheView, Copy, CopyRow } from '../../lab/recipes/copies.ts';
import { DataTable } from '../DataTable.tsx';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';
import { ConditionMark, More } from './parts.tsx';

/** Clients that are shown; the others are counted. */
const COLUMNS_MAX = 8;

const SCOPES = { node: 'the znode', children: 'children', tree: 'all' } as const;

export function CopyTable({ view, path }: { view: CacheView; path: string }) {
  const { rows, caches, count } = view;
  const shown = caches.slice(0, COLUMNS_MAX);
  const known = rows.filter(({ version }) => version !== null).length;
  return (
    <>
      {rows.length > 0 && (
        <DataTable
          label={`Copies of ${path}`}
          heads={['znode', 'service']}
          moreHeads={shown.map((cache) => <Head key={cache.client} {...cache} />)}
        >
          {rows.map((row) => (
            <Row key={row.path} row={row} caches={shown} />
          ))}
        </DataTable>
      )}
      <More count={count - known} what="znodes" />
      <More count={caches.length - shown.length} what="clients with a copy" />
    </>
  );
}

const NO_COPY: Copy = { state: 'none', mzxid: 0 };

function Head({ client, condition, scope, count }: CacheOf) {
  return (
    <th scope="col">
      <ParticipantButton id={client} />
      <ConditionMark condition={condition} />
      <span className="copy-scope" title={plural(count, 'copy', 'copies')}>
        {SCOPES[scope]}
      </span>
    </th>
  );
}

function Row({ row, caches }: { row: CopyRow; caches: readonly CacheOf[] }) {
  const { path, name, version, copies } = row;
  return (
    <tr>
      <th scope="row">
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          {name === '' ? path : name.slice(1)}
        </ObjectButton>
      </th>
      <td>{version === null ? <span className="muted">gone</span> : `v${version}`}</td>
      {caches.map(({ client }, index) => (
        <td key={client}>
          <CopyCell copy={copies[index] ?? NO_COPY} version={version} />
        </td>
      ))}
    </tr>
  );
}

function CopyCell({ copy: { state, mzxid }, version }: { copy: Copy; version: number | null }) {
  switch (state) {
    case 'same':
      return <span className="version">v{version}</span>;
    case 'older':
      return <span className="version version-stale">older, {shortZxid(mzxid)}</span>;
    case 'extra':
      return <span className="version version-stale">still {shortZxid(mzxid)}</span>;
    case 'missing':
      return <span className="version version-stale">not yet</span>;
    case 'none':
      return <span className="muted">–</span>;
  }
}
