/** What a broker knows of the topics' settings: read when first needed, and anew when told so. */

import type { Watcher } from '../client/watch.ts';
import { CONFIG_CHANGES, topicConfigPath } from './paths.ts';
import { decodeConfig, decodeConfigChange, MalformedZnode } from './records.ts';
import { DEFAULT_MIN_ISR, MIN_ISR } from './settings.ts';
import type { Zk } from './Zk.ts';

export class TopicConfigs {
  private readonly onMalformed: (error: MalformedZnode) => void;
  private readonly known = new Map<string, Readonly<Record<string, string>>>();
  private lastChange = '';

  constructor(onMalformed: (error: MalformedZnode) => void) {
    this.onMalformed = onMalformed;
  }

  minIsrOf(topic: string): number {
    const value = this.known.get(topic)?.[MIN_ISR] ?? '';
    return /^\d{1,2}$/.test(value) ? Number(value) : DEFAULT_MIN_ISR;
  }

  /** A malformed one counts as empty. */
  async load(zk: Zk, topic: string, isFresh = false): Promise<void> {
    if (this.known.has(topic) && !isFresh) return;
    const path = topicConfigPath(topic);
    const found = await zk.read(path);
    if (found === null) {
      this.known.delete(topic);
      return;
    }
    this.known.set(
      topic,
      this.tolerant({}, () => decodeConfig(path, found.data)),
    );
  }

  /** At the start of a session: nothing that was known counts, and no change that was told. */
  async begin(zk: Zk, watcher: Watcher): Promise<void> {
    this.known.clear();
    this.lastChange = (await zk.children(CONFIG_CHANGES, watcher)).at(-1) ?? '';
  }

  /** Topics whose settings have been changed; they are loaded. */
  async readChanges(zk: Zk, watcher: Watcher): Promise<readonly string[]> {
    const names = await zk.children(CONFIG_CHANGES, watcher);
    const topics = new Set<string>();
    for (const name of names.filter((one) => one > this.lastChange)) {
      const path = `${CONFIG_CHANGES}/${name}`;
      const found = await zk.read(path);
      const topic = this.tolerant('', () => decodeConfigChange(path, found?.data ?? null));
      if (topic !== '') topics.add(topic);
      this.lastChange = name;
    }
    for (const topic of topics) await this.load(zk, topic, true);
    return [...topics];
  }

  private tolerant<T>(otherwise: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      this.onMalformed(error);
      return otherwise;
    }
  }
}
