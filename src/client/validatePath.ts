/** Paths are checked before they are sent, as ZooKeeper's client does. Source: PathUtils. */

import { KeeperErrorCode } from '../protocol/errors.ts';
import { pathProblem } from '../protocol/paths.ts';
import { KeeperError } from './KeeperError.ts';

/**
 * Returns the path; throws KeeperError BADARGUMENTS with PathUtils' words if it is not legal.
 * A sequential path need only be legal with its number.
 */
export function requirePath(path: string, isSequential = false): string {
  const problem = pathProblem(isSequential ? `${path}1` : path);
  if (problem === null) return path;
  const reason = problem.startsWith('Path')
    ? problem
    : `Invalid path string "${path}" caused by ${problem}`;
  throw new KeeperError(KeeperErrorCode.BADARGUMENTS, path, { reason });
}
