/** What a request and its answer are in the trace: short, plain, without the data. */

import type { MultiResult } from '../protocol/multi.ts';
import type { ClientRequest } from '../protocol/requests.ts';
import type { Stat } from '../protocol/stat.ts';
import type { JsonValue } from './trace.ts';

/** '' for a request that is about no single znode. */
export function pathOf(request: ClientRequest): string {
  return 'path' in request ? (request.path ?? '') : '';
}

/** `setData /a`, `multi of 3`, `auth digest`. */
export function describeRequest(request: ClientRequest): string {
  switch (request.type) {
    case 'multi':
    case 'multiRead':
      return `${request.type} of ${request.ops.length}`;
    case 'auth':
      return `auth ${request.scheme}`;
    case 'setWatches':
      return `setWatches on ${countOf(request)}`;
    case 'setWatches2':
      return `setWatches2 on ${
        countOf(request) +
        request.persistentWatches.length +
        request.persistentRecursiveWatches.length
      }`;
    default:
      return `${request.type} ${pathOf(request)}`.trimEnd();
  }
}

function countOf(request: {
  readonly dataWatches: readonly string[];
  readonly existWatches: readonly string[];
  readonly childWatches: readonly string[];
}): number {
  return request.dataWatches.length + request.existWatches.length + request.childWatches.length;
}

/** The first error of a multi, 0 if there is none. multiRead has errors of its parts only. */
export function multiError(results: readonly MultiResult[]): number {
  for (const result of results) if (result.type === 'error' && result.err !== 0) return result.err;
  return 0;
}

/** `response`: the decoded answer to `request`, of a type that goes with it. */
export function describeResponse(request: ClientRequest, response: unknown): JsonValue {
  const body = response as {
    readonly path?: string;
    readonly stat?: Stat;
    readonly children?: readonly string[];
    readonly results?: readonly MultiResult[];
    readonly totalNumber?: number;
    readonly ephemerals?: readonly string[];
  };
  const out: Record<string, JsonValue> = {};
  if (body.path !== undefined) out['path'] = body.path;
  if (body.stat !== undefined) Object.assign(out, describeStat(request, body.stat));
  if (body.children !== undefined) out['count'] = body.children.length;
  if (body.results !== undefined) out['count'] = body.results.length;
  if (body.ephemerals !== undefined) out['count'] = body.ephemerals.length;
  if (body.totalNumber !== undefined) out['count'] = body.totalNumber;
  return out;
}

/** What tells one state of a znode from every other, for the kind of thing that was asked. */
function describeStat(request: ClientRequest, stat: Stat): Record<string, JsonValue> {
  switch (request.type) {
    case 'getChildren2':
      return { cversion: stat.cversion, pzxid: stat.pzxid };
    case 'getACL':
    case 'setACL':
      return { aversion: stat.aversion, czxid: stat.czxid };
    default:
      return { version: stat.version, mzxid: stat.mzxid, czxid: stat.czxid };
  }
}
