/** One znode as the tree shows it: data, stat, watches and ACL. */

import type { Choices } from '../../lab/choices.ts';
import { formatBytes, plural, readableText, shortZxid } from '../../lab/format.ts';
import type { EnsembleState, WatchView } from '../../lab/model.ts';
import type { Znode } from '../../server/tree/DataNode.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { cursorOf } from '../tree/useTreeRows.ts';
import { ObjectButton, ParticipantButton } from './ObjectButton.tsx';
import { Field, Fields, Gone, Title } from './parts.tsx';
import { aclWord, hexLines, statLines } from './znodeText.ts';

const viewAsOf = (choices: Choices) => choices.viewAs;
const watchesOf = (state: EnsembleState) => state.watches;
const sessionsOf = (state: EnsembleState) => state.sessions;

/** Data beyond this is counted, not shown. */
const TEXT_MAX = 4_000;
const HEX_LINES_MAX = 64;

export function ZnodeInspector({ path }: { path: string }) {
  const { lab } = useHandles();
  const viewAs = useChoices(viewAsOf);
  const zxid = useEnsemble((state) => cursorOf(state, viewAs));
  const tree = lab.recorder.history.treeAt(zxid);
  const node = tree.getNode(path);
  const where = viewAs === 'committed' ? `committed at ${shortZxid(zxid)}` : `as ${viewAs} sees it`;
  if (node === undefined) {
    return (
      <>
        <Title kind="Znode" name={path} />
        <Gone>It does not exist, {where}.</Gone>
        <Watches path={path} />
      </>
    );
  }
  return (
    <>
      <Title kind="Znode" name={path} note={where} />
      <Data data={node.data} />
      <StatFields node={node} />
      <Watches path={path} />
      <Acl tree={tree} node={node} />
    </>
  );
}

function Data({ data }: { data: Uint8Array | null }) {
  if (data === null) return <p className="muted">Its data is null.</p>;
  if (data.length === 0) return <p className="muted">No data.</p>;
  const text = readableText(data);
  return (
    <div className="inspector-data">
      {text === null ? (
        <p className="muted">{formatBytes(data.length)} that are no text.</p>
      ) : (
        <pre className="mono">
          {text.slice(0, TEXT_MAX)}
          {text.length > TEXT_MAX && `… (${plural(text.length, 'character')})`}
        </pre>
      )}
      <details open={text === null}>
        <summary>Bytes</summary>
        <pre className="mono inspector-bytes">{hexLines(data, HEX_LINES_MAX)}</pre>
      </details>
    </div>
  );
}

function StatFields({ node }: { node: Znode }) {
  const sessions = useEnsemble(sessionsOf);
  return (
    <Fields>
      {statLines(node.stat()).map(({ name, value, zxid }) => {
        const client = name === 'ephemeralOwner' ? (sessions[value]?.client ?? null) : null;
        return (
          <Field key={name} name={name}>
            {zxid > 0 ? (
              <>
                <span className="mono">{value}</span>{' '}
                <ObjectButton selection={{ type: 'txn', zxid }}>{shortZxid(zxid)}</ObjectButton>
              </>
            ) : (
              <span className="mono">{value}</span>
            )}
            {client !== null && (
              <>
                {' '}
                <ParticipantButton id={client} />
              </>
            )}
          </Field>
        );
      })}
    </Fields>
  );
}

function Watches({ path }: { path: string }) {
  const watches = useEnsemble(watchesOf).filter((watch) => watch.path === path);
  if (watches.length === 0) return null;
  return (
    <table className="inspector-table">
      <caption>Watches</caption>
      <tbody>
        {watches.map((watch) => (
          <Watch key={`${watch.server} ${watch.sessionId} ${watch.kind}`} watch={watch} />
        ))}
      </tbody>
    </table>
  );
}

function Watch({ watch }: { watch: WatchView }) {
  const { kind, server, sessionId } = watch;
  const client = useEnsemble((state) => state.sessions[sessionId]?.client ?? null);
  return (
    <tr>
      <th scope="row">{kind}</th>
      <td>
        of{' '}
        {client === null ? (
          <span className="mono">{sessionId}</span>
        ) : (
          <ParticipantButton id={client} />
        )}
      </td>
      <td>
        at <ParticipantButton id={server} />
      </td>
    </tr>
  );
}

function Acl({ tree, node }: { tree: DataTree; node: Znode }) {
  return (
    <Fields>
      <Field name="ACL">
        {tree.getACL(node).map((acl) => (
          <span key={aclWord(acl)} className="mono inspector-line">
            {aclWord(acl)}
          </span>
        ))}
      </Field>
    </Fields>
  );
}
