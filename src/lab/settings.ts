/** What the page's address says of the ensemble: `?servers=5&observers=1&seed=42&clients=1`. */

import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../conductor/config.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Lab } from './Lab.ts';

export interface LabSettings {
  /** Voting members. */
  readonly servers: number;
  readonly observers: number;
  readonly seed: number;
  /** Clients that are there from the beginning. */
  readonly clients: number;
}

export type SettingName = keyof LabSettings;

export const SETTING_RANGES: Readonly<Record<SettingName, { min: number; max: number }>> = {
  servers: { min: 2, max: 9 },
  observers: { min: 0, max: 4 },
  seed: { min: 0, max: 0xffff_ffff },
  clients: { min: 0, max: 8 },
};

export const DEFAULT_SETTINGS: LabSettings = {
  servers: DEFAULT_ENSEMBLE.participants,
  observers: DEFAULT_ENSEMBLE.observers,
  seed: DEFAULT_ENSEMBLE.seed,
  clients: 1,
};

export interface ParsedSettings {
  readonly settings: LabSettings;
  /** One sentence for each value that was not understood; the default stands in for it. */
  readonly problems: readonly string[];
}

const NAMES = Object.keys(DEFAULT_SETTINGS) as SettingName[];
const SHOWN_MAX = 40;

/** `query` with or without its question mark. Names of others are left alone. Never throws. */
export function parseSettings(query: string): ParsedSettings {
  const parameters = new URLSearchParams(query);
  const settings: Record<SettingName, number> = { ...DEFAULT_SETTINGS };
  const problems: string[] = [];
  for (const name of NAMES) {
    const text = parameters.get(name);
    if (text === null) continue;
    const { min, max } = SETTING_RANGES[name];
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) {
      settings[name] = value;
    } else {
      const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
      const used = DEFAULT_SETTINGS[name];
      problems.push(
        `The address says ${name}=${shown}; expected a whole number from ${min} to ${max}. ` +
          `Using ${used}.`,
      );
    }
  }
  return { settings, problems };
}

/** Without a question mark; what equals the default is left out. */
export function formatSettings(settings: LabSettings): string {
  return NAMES.filter((name) => settings[name] !== DEFAULT_SETTINGS[name])
    .map((name) => `${name}=${settings[name]}`)
    .join('&');
}

/** Nothing is to be protected here: `addauth digest super:test` lets anybody do anything. */
export const LAB_ENSEMBLE: EnsembleConfig = {
  ...DEFAULT_ENSEMBLE,
  server: {
    ...DEFAULT_ENSEMBLE.server,
    reconfigEnabled: true,
    superDigest: 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=',
  },
};

export function configOf({ servers, observers, seed }: LabSettings): EnsembleConfig {
  return { ...LAB_ENSEMBLE, participants: servers, observers, seed };
}

export interface ClientOptions {
  /** In the order in which it tries them; empty for all. */
  readonly servers: readonly ParticipantId[];
  readonly sessionTimeoutMs: number;
  readonly chroot: string;
}

export const DEFAULT_CLIENT: ClientOptions = { servers: [], sessionTimeoutMs: 6_000, chroot: '' };

/** Clients C1... at the beginning of a run. */
export async function addFirstClients(lab: Lab, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const client = lab.nextClientId();
    if (client === null) return;
    await lab.act({ type: 'addClient', client, ...DEFAULT_CLIENT, meetsClients: true });
  }
}
