/** The txn of a moment: what it did, whose it was, when, and where it stands. */

import { javaDate } from '../../lab/console/zkCliText.ts';
import type { Look } from '../../lab/files/FilesReader.ts';
import { hexZxid } from '../../lab/format.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { SubTxnBody, TxnBody } from '../../protocol/txns.ts';
import { txnDetail } from '../inspector/txnText.ts';
import '../inspector/objectButton.css';
import { momentText } from './momentText.ts';

export interface MomentTxnProps {
  readonly zxid: number;
  readonly look: Look;
  /** A znode was chosen. */
  readonly onSelect: (path: string) => void;
}

export function MomentTxn({ zxid, look, onSelect }: MomentTxnProps) {
  const { txn: logged } = look;
  if (logged === null) {
    return (
      <div className="files-txn">
        <p>{hexZxid(zxid)}</p>
        <p className="muted">No txn: {momentText(look)}.</p>
      </div>
    );
  }
  const { header, body } = logged.txn;
  return (
    <div className="files-txn">
      {partsOf(body).map((part, index) => (
        <p key={index}>
          <Part body={part} isInMulti={body.type === 'multi'} onSelect={onSelect} />
        </p>
      ))}
      <p className="files-origin muted">
        <span className="mono">{hexZxid(zxid)}</span> at {javaDate(header.time)} by session{' '}
        <span className="mono">{formatSessionId(header.clientId)}</span>; {logged.log}, byte{' '}
        {logged.offset}
      </p>
    </div>
  );
}

const partsOf = (body: TxnBody): readonly SubTxnBody[] =>
  body.type === 'multi' ? body.txns : [body];

interface PartProps {
  readonly body: SubTxnBody;
  readonly isInMulti: boolean;
  readonly onSelect: (path: string) => void;
}

function Part({ body, isInMulti, onSelect }: PartProps) {
  const path = 'path' in body ? body.path : null;
  return (
    <>
      {isInMulti && <span className="muted">multi</span>}
      <b>{body.type}</b>
      {path !== null && (
        <button type="button" className="object mono" onClick={() => onSelect(path)}>
          {path}
        </button>
      )}
      <span className="muted mono">{txnDetail(body)}</span>
    </>
  );
}
