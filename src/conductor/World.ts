/**
 * What there is, apart from time: members and their lives, disks, links. Applies actions to it,
 * and takes in what the participants report. Each change is told to those that it concerns and to
 * the trace.
 */

import { assert } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import { CONDUCTOR, type ParticipantId, serverId } from '../network/address.ts';
import { HEALTHY, isHealthy } from '../network/LinkModel.ts';
import type { PeerStatus } from '../network/Peer.ts';
import type { FaultTrace } from '../network/trace.ts';
import type { DiskFiles } from '../server/disk.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { Action, LinkChange } from './actions.ts';
import { checkAction } from './checkAction.ts';
import { type EnsembleConfig, serverConfigs } from './config.ts';
import { Disk, type ServerDisk } from './Disk.ts';
import { Member } from './Member.ts';
import type { OutsideInput } from './Outside.ts';
import type {
  DirectedLink,
  InputBody,
  Launch,
  ParticipantHost,
  Program,
  WindowReport,
} from './ParticipantHost.ts';

export type OpenDisk = (sid: number) => ServerDisk;

type AddClient = Extract<Action, { type: 'addClient' }>;

export class World {
  readonly members = new Map<ParticipantId, Member>();
  private readonly config: EnsembleConfig;
  private readonly host: ParticipantHost;
  private readonly random: Prng;
  /** Links that are not as in the beginning, by `from to`. */
  private readonly links = new Map<string, DirectedLink>();
  /** What the conductor has to tell the trace, in order of time. */
  private pending: TraceEvent[] = [];

  constructor(config: EnsembleConfig, host: ParticipantHost, openDisk: OpenDisk) {
    this.config = config;
    this.host = host;
    this.random = new Prng(config.seed);
    for (const server of serverConfigs(config)) {
      const id = serverId(server.sid);
      const disk = openDisk(server.sid);
      this.members.set(id, new Member(id, { type: 'server', config: server, disk }));
    }
    for (const member of this.members.values()) this.start(member, 0);
  }

  /** First thing that happens at any member; Infinity for none. */
  get nextUs(): number {
    let nextUs = Number.POSITIVE_INFINITY;
    for (const member of this.members.values()) nextUs = Math.min(nextUs, member.nextUs);
    return nextUs;
  }

  filesOf(id: ParticipantId): DiskFiles {
    const program = this.members.get(id)?.program;
    assert(program?.type === 'server', `${id} is no server`);
    return program.disk.files();
  }

  /** Why the action cannot be done now, or null. */
  check(action: Action): string | null {
    return checkAction(this.members, action);
  }

  /** Everything before `atUs` has happened, nothing at `atUs` or later; `check` has passed. */
  apply(atUs: number, index: number, action: Action): void {
    this.trace(atUs, { type: 'actionTaken', index, action: JSON.stringify(action) });
    switch (action.type) {
      case 'kill':
      case 'powerCut':
        return this.kill(this.memberOf(action.target), atUs, action.type);
      case 'restart':
        return this.start(this.memberOf(action.target), atUs);
      case 'pause':
      case 'resume':
        return this.pauseOrResume(this.memberOf(action.target), atUs, action.type);
      case 'wipe':
        return this.wipe(this.memberOf(action.target), atUs);
      case 'setLinks':
        for (const change of action.changes) this.changeLink(atUs, change);
        return;
      case 'loseMessage': {
        const { from, id } = action;
        return this.tell(this.memberOf(action.to), atUs, { type: 'lose', from, id });
      }
      case 'heal':
        for (const { from, to } of this.links.values())
          this.changeLink(atUs, { from, to, ...HEALTHY });
        return;
      case 'addClient':
        return this.addClient(atUs, action);
      case 'removeClient':
        return this.removeClient(this.memberOf(action.client), atUs);
      case 'command': {
        const { command, name, args } = action;
        return this.memberOf(action.client).tell({ atUs, type: 'command', command, name, args });
      }
      case 'expireSession':
        return this.expireSession(atUs, BigInt(action.sessionId));
    }
  }

  /** What comes for a server that is down is lost. */
  tellOutside(atUs: number, inputs: readonly OutsideInput[]): void {
    for (const { to, events } of inputs) {
      this.tell(this.memberOf(to), atUs, { type: 'outside', events });
    }
  }

  /** Takes in the reports of one window that ended at `untilUs`. */
  absorb(reports: readonly WindowReport[], untilUs: number): void {
    for (const { who, nextUs, nextMessageId, writes } of reports) {
      const member = this.memberOf(who);
      member.nextUs = nextUs;
      member.nextMessageId = nextMessageId;
      if (writes.length > 0) member.program.disk.write(writes);
      member.program.disk.settle(untilUs);
    }
    for (const { sent } of reports) {
      for (const { to, earliestUs } of sent) {
        const member = this.memberOf(to);
        if (member.isHosted) member.nextUs = Math.min(member.nextUs, earliestUs);
      }
    }
    const over = reports.filter(({ ended }) => ended !== null);
    over.sort((a, b) => (a.ended?.atUs ?? 0) - (b.ended?.atUs ?? 0) || this.compare(a.who, b.who));
    for (const report of over) this.end(report);
  }

  /** The conductor's own events up to `untilUs`. */
  takeTrace(untilUs: number): readonly TraceEvent[] {
    const { pending } = this;
    const count = pending.findIndex(({ atUs }) => atUs > untilUs);
    if (count < 0) {
      if (pending.length > 0) this.pending = [];
      return pending;
    }
    return pending.splice(0, count);
  }

  private start(member: Member, atUs: number): void {
    member.state = 'up';
    member.incarnation += 1;
    member.isHosted = true;
    member.nextUs = atUs;
    this.host.start(this.launchOf(member, atUs));
    const { id: target, incarnation } = member;
    this.trace(atUs, { type: 'processStarted', target, incarnation });
    this.tellOthers(member, atUs);
  }

  private launchOf(member: Member, atUs: number): Launch {
    const { id: who, incarnation, nextMessageId: firstMessageId } = member;
    const { seed, latencyUs, diskLatencyUs } = this.config;
    const peers = [...this.members.values()].filter((peer) => areNeighbours(peer, member));
    return {
      who,
      incarnation,
      atUs,
      seed,
      latencyUs,
      diskLatencyUs,
      firstMessageId,
      peers: peers.map(statusOf),
      links: [...this.links.values()].filter(({ from, to }) => from === who || to === who),
      program: this.programOf(member),
    };
  }

  /** Each life draws its own randomness. */
  private programOf({ id, incarnation, program }: Member): Program {
    const { seed } = this.random.fork(`program ${id} ${incarnation}`);
    const files = program.disk.files();
    if (program.type === 'client') {
      return { type: 'client', config: { ...program.config, seed }, files };
    }
    return { type: 'server', config: { ...program.config, seed }, files };
  }

  private kill(member: Member, atUs: number, cause: 'kill' | 'powerCut'): void {
    const { id: target, program } = member;
    member.state = cause === 'kill' ? 'down' : 'off';
    this.trace(atUs, { type: 'processKilled', target, cause });
    member.tell({ atUs, type: 'die', cause });
    this.tellOthers(member, atUs);
    if (cause === 'kill') {
      program.disk.keepAll();
      return;
    }
    const random = this.random.fork(`torn ${target} ${member.incarnation}`);
    const bytes = program.disk.loseUnsynced(atUs, random);
    if (bytes > 0) this.trace(atUs, { type: 'unsyncedLost', target, bytes });
  }

  private pauseOrResume(member: Member, atUs: number, type: 'pause' | 'resume'): void {
    const { id: target } = member;
    member.state = type === 'pause' ? 'paused' : 'up';
    this.trace(atUs, { type: type === 'pause' ? 'processPaused' : 'processResumed', target });
    member.tell({ atUs, type });
  }

  private wipe(member: Member, atUs: number): void {
    if (member.isRunning) this.kill(member, atUs, 'kill');
    member.program.disk.wipe();
    this.trace(atUs, { type: 'diskWiped', target: member.id });
  }

  private changeLink(atUs: number, { from, to, ...change }: LinkChange): void {
    const key = `${from} ${to}`;
    const before = this.links.get(key)?.state ?? HEALTHY;
    const state = { ...before, ...change };
    const link = { from, to, state };
    if (isHealthy(state)) this.links.delete(key);
    else this.links.set(key, link);
    this.trace(atUs, { type: 'linkChanged', from, to, ...link.state });
    for (const end of [from, to]) this.tell(this.memberOf(end), atUs, { type: 'link', link });
  }

  private addClient(atUs: number, action: AddClient): void {
    const { client: id, sessionTimeoutMs, chroot, meetsClients = false } = action;
    const { canBeReadOnly = false } = action;
    const { seed, server } = this.config;
    const all = [...this.members.values()].filter(({ program }) => program.type === 'server');
    const drawn = this.random.fork(`servers of ${id}`).shuffle(all.map((member) => member.id));
    const servers = action.servers.length > 0 ? action.servers : drawn;
    const { timeOriginMs } = server;
    const config = { id, servers, sessionTimeoutMs, chroot, seed, timeOriginMs, canBeReadOnly };
    const program = { type: 'client', config, disk: new Disk(), meetsClients } as const;
    const member = this.members.get(id) ?? new Member(id, program);
    member.program = program;
    this.members.set(id, member);
    this.start(member, atUs);
  }

  private removeClient(member: Member, atUs: number): void {
    if (member.isRunning) this.kill(member, atUs, 'kill');
    member.state = 'removed';
    for (const { from, to } of this.links.values()) {
      if (from !== member.id && to !== member.id) continue;
      this.changeLink(atUs, { from, to, ...HEALTHY });
    }
  }

  private expireSession(atUs: number, sessionId: bigint): void {
    for (const member of this.members.values()) {
      if (member.program.type !== 'server' || !member.isRunning) continue;
      member.tell({ atUs, type: 'expireSession', sessionId });
    }
  }

  private end({ who, ended }: WindowReport): void {
    const member = this.memberOf(who);
    member.isHosted = false;
    member.nextUs = Number.POSITIVE_INFINITY;
    member.inputs = [];
    this.host.stop(who);
    if (ended?.cause !== 'crash') return;
    member.state = 'down';
    member.program.disk.keepAll();
    this.trace(ended.atUs + 1, { type: 'processKilled', target: who, cause: 'crash' });
    // News travel no faster than messages: others may have run that far already.
    this.tellOthers(member, ended.atUs + this.config.latencyUs.min);
  }

  private tellOthers(member: Member, atUs: number): void {
    const status = statusOf(member);
    for (const other of this.members.values()) {
      if (areNeighbours(member, other)) this.tell(other, atUs, { type: 'peer', status });
    }
  }

  private tell(member: Member, atUs: number, body: InputBody): void {
    if (member.isRunning) member.tell({ atUs, ...body });
  }

  private trace(atUs: number, body: FaultTrace): void {
    this.pending.push({ atUs, who: CONDUCTOR, ...body });
  }

  private memberOf(id: ParticipantId): Member {
    const member = this.members.get(id);
    assert(member !== undefined, `${id} does not exist`);
    return member;
  }

  private compare(a: ParticipantId, b: ParticipantId): number {
    return this.memberOf(a).order - this.memberOf(b).order;
  }
}

function areNeighbours(a: Member, b: Member): boolean {
  if (a === b) return false;
  if (a.program.type === 'server' || b.program.type === 'server') return true;
  return a.program.meetsClients && b.program.meetsClients;
}

function statusOf({ id, state, incarnation }: Member): PeerStatus {
  if (state === 'up' || state === 'paused') return { id, state: 'up', incarnation };
  return { id, state: state === 'off' ? 'off' : 'down', incarnation };
}
