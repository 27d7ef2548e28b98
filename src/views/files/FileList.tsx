/** Every file, what it holds, and what is wrong with it. */

import type { Damage } from '../../lab/files/Damage.ts';
import { describeDamage } from '../../lab/files/describeFile.ts';
import type { FileReport } from '../../lab/files/FilesReader.ts';
import { formatBytes, plural } from '../../lab/format.ts';
import { SCROLLABLE } from '../scrollable.ts';

/** Of one file. */
const DAMAGE_SHOWN = 12;

/** Where there is no room beside them, files without damage are folded. */
const WIDE = '(min-width: 861px)';

export function FileList({ files }: { files: readonly FileReport[] }) {
  const damaged = files.filter(({ damage }) => damage.length > 0).length;
  return (
    <section className="files-list" aria-label="Files" {...SCROLLABLE}>
      <details open={damaged > 0 || matchMedia(WIDE).matches}>
        <summary>
          {plural(files.length, 'file')}, {damaged === 0 ? 'nothing damaged' : `${damaged} damaged`}
        </summary>
        <ul>
          {files.map((file, index) => (
            <FileItem key={`${index} ${file.name}`} file={file} />
          ))}
        </ul>
      </details>
    </section>
  );
}

function FileItem({ file }: { file: FileReport }) {
  const { name, sizeBytes, sentences, damage } = file;
  return (
    <li>
      <h3>
        <span className="mono">{name}</span> <span className="muted">{formatBytes(sizeBytes)}</span>
      </h3>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {damage.slice(0, DAMAGE_SHOWN).map((one) => (
        <DamageLine key={`${one.type} ${one.offset}`} damage={one} />
      ))}
      {damage.length > DAMAGE_SHOWN && (
        <p>And {plural(damage.length - DAMAGE_SHOWN, 'place')} more.</p>
      )}
    </li>
  );
}

const DAMAGE_WORDS = { torn: 'Torn', corrupt: 'Damaged', differs: 'Differs' } as const;

function DamageLine({ damage }: { damage: Damage }) {
  return (
    <p className={`files-damage files-${damage.type}`}>
      <b>{DAMAGE_WORDS[damage.type]}</b> {describeDamage(damage)}
    </p>
  );
}
