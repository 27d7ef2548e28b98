/** Brokers that are registered. */

import { brokerPath } from './paths.ts';
import { type BrokerInfo, decodeBroker, MalformedZnode } from './records.ts';
import type { Zk } from './Zk.ts';

const ID = /^\d{1,3}$/;

/**
 * Of the children of /brokers/ids, in the order of their ids. What is no id is left out; so is what
 * is malformed, after `onMalformed` has been told.
 */
export async function readBrokers(
  zk: Zk,
  names: readonly string[],
  onMalformed: (error: MalformedZnode) => void = () => {},
): Promise<readonly BrokerInfo[]> {
  const brokers: BrokerInfo[] = [];
  for (const name of names) {
    if (!ID.test(name)) continue;
    const path = brokerPath(Number(name));
    const found = await zk.read(path);
    if (found === null) continue;
    try {
      brokers.push(decodeBroker(path, Number(name), found.data, found.stat.czxid));
    } catch (error) {
      if (!(error instanceof MalformedZnode)) throw error;
      onMalformed(error);
    }
  }
  return brokers.sort((a, b) => a.id - b.id);
}
