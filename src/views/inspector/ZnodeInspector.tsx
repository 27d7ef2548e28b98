/** One znode as the tree shows it: data, stat, watches and ACL. */

import type { Choices } from '../../lab/choices.ts';
import { shortZxid } from '../../lab/format.ts';
import type { EnsembleState, WatchView } from '../../lab/model.ts';
import type { Znode } from '../../server/tree/DataNode.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import { useChoices, useEnsemble, useHandles } from '../LabContext.ts';
import { cursorOf } from '../tree/useTreeRows.ts';
import { ObjectButton, ParticipantButton } from './ObjectButton.tsx';
import { Field, Fields, Gone, Title } from './parts.tsx';
import { ZnodeData } from './ZnodeData.tsx';
import { aclWord, statLines } from './znodeText.ts';

const viewAsOf = (choices: Choices) => choices.viewAs;
const watchesOf = (state: EnsembleState) => state.watches;
const sessionsOf = (state: EnsembleState) => state.sessions;

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
      <ZnodeData data={node.data} />
      <StatFields node={node} />
      <Watches path={path} />
      <Acl tree={tree} node={node} />
    </>
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
