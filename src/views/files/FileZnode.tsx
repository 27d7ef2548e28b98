/** The chosen znode at one moment of a history: its data, stat and ACL. */

import type { ZnodeLook } from '../../lab/files/FilesReader.ts';
import { Field, Fields, Gone, Title } from '../inspector/parts.tsx';
import { ZnodeData } from '../inspector/ZnodeData.tsx';
import { aclWord, statLines } from '../inspector/znodeText.ts';
import { SCROLLABLE } from '../scrollable.ts';
import '../inspector/inspector.css';

export interface FileZnodeProps {
  readonly path: string;
  readonly znode: ZnodeLook | null;
}

export function FileZnode({ path, znode }: FileZnodeProps) {
  return (
    <section className="files-znode inspector" aria-label={`Znode ${path}`} {...SCROLLABLE}>
      <Title kind="Znode" name={path} />
      {znode === null ? (
        <Gone>It does not exist at this zxid.</Gone>
      ) : (
        <>
          <ZnodeData data={znode.data} />
          <Fields>
            {statLines(znode.stat).map(({ name, value }) => (
              <Field key={name} name={name}>
                <span className="mono">{value}</span>
              </Field>
            ))}
            <Field name="ACL">
              {znode.acl.map((acl) => (
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
