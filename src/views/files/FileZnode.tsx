/** The chosen znode at one moment of a history: its data, stat and ACL. */

import type { FileHistory } from '../../lab/files/FileHistory.ts';
import { Field, Fields, Gone, Title } from '../inspector/parts.tsx';
import { ZnodeData } from '../inspector/ZnodeData.tsx';
import { aclWord, statLines } from '../inspector/znodeText.ts';
import { SCROLLABLE } from '../scrollable.ts';
import '../inspector/inspector.css';

export interface FileZnodeProps {
  readonly history: FileHistory;
  readonly index: number;
  readonly path: string;
}

export function FileZnode({ history, index, path }: FileZnodeProps) {
  const tree = history.at(index)?.database.tree;
  const node = tree?.getNode(path);
  return (
    <section className="files-znode inspector" aria-label={`Znode ${path}`} {...SCROLLABLE}>
      <Title kind="Znode" name={path} />
      {tree === undefined || node === undefined ? (
        <Gone>It does not exist at this zxid.</Gone>
      ) : (
        <>
          <ZnodeData data={node.data} />
          <Fields>
            {statLines(node.stat()).map(({ name, value }) => (
              <Field key={name} name={name}>
                <span className="mono">{value}</span>
              </Field>
            ))}
            <Field name="ACL">
              {tree.getACL(node).map((acl) => (
                <span key={aclWord(acl)} className="mono inspector-line">
                  {aclWord(acl)}
                </span>
              ))}
            </Field>
          </Fields>
        </>
      )}
    </section>
  );
}
