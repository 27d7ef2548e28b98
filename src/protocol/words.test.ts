/** Ids, names and sentences that people see. */

import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes.ts';
import { CreateMode, createModeName, isEphemeral, isSequential, isTTL } from './createMode.ts';
import { cliErrorMessage, errorMessage, errorName, KeeperErrorCode } from './errors.ts';
import { eventTypeName, keeperStateName } from './events.ts';
import { OpCode, opName } from './opcodes.ts';
import { packetName } from './quorumPackets.ts';
import { isClientOp } from './requests.ts';
import { formatSessionId, sessionPassword } from './sessionId.ts';

describe('session id', () => {
  // new java.util.Random(id ^ 0xB3415C00L).nextBytes(new byte[16]) of OpenJDK 17.
  it.each([
    [0x100000000000001n, '054cc74a37327db215e702e20c73f005'],
    [0x2000abcdef12345n, 'e7702c0c2452d662998db73ba0a4f013'],
    [-2n, '0dd532b5c441e3927c04b55e50fd9421'],
  ])('%s has the password that Java derives', (id, password) => {
    expect(toHex(sessionPassword(id))).toBe(password);
  });

  it('prints unsigned', () => {
    expect(formatSessionId(0x100000000000001n)).toBe('0x100000000000001');
    expect(formatSessionId(-2n)).toBe('0xfffffffffffffffe');
  });
});

describe('names', () => {
  it('are found by number', () => {
    expect(opName(14)).toBe('multi');
    expect(opName(-11)).toBe('closeSession');
    expect(errorName(-101)).toBe('NONODE');
    expect(packetName(2)).toBe('PROPOSAL');
    expect(createModeName(3)).toBe('EPHEMERAL_SEQUENTIAL');
    expect(eventTypeName(4)).toBe('NodeChildrenChanged');
    expect(keeperStateName(-112)).toBe('Expired');
    expect([opName(10), errorName(-9), packetName(0), createModeName(7)]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('say which operations a client may send', () => {
    const refused = Object.values(OpCode).filter((opcode) => !isClientOp(opcode));
    expect(refused.sort((a, b) => a - b)).toEqual([-10, -1, 0, 13, 20]);
    expect([10, 23, 99, 108, 500].some(isClientOp)).toBe(false);
  });
});

describe('create modes', () => {
  const where = (is: (flags: number) => boolean) => Object.values(CreateMode).filter(is);

  it('are told by their flags', () => {
    expect(where(isEphemeral)).toEqual([1, 3]);
    expect(where(isSequential)).toEqual([2, 3, 6]);
    expect(where(isTTL)).toEqual([5, 6]);
  });
});

describe('messages', () => {
  it('are those of zkCli', () => {
    expect(cliErrorMessage(KeeperErrorCode.NONODE, '/a')).toBe('Node does not exist: /a');
    expect(cliErrorMessage(KeeperErrorCode.BADVERSION, '/a')).toBe('version No is not valid : /a');
    expect(cliErrorMessage(KeeperErrorCode.RECONFIGDISABLED, '/a')).toBe(
      'KeeperErrorCode = Reconfig is disabled for /a',
    );
  });

  it('are those of KeeperException', () => {
    expect(errorMessage(-101, '/a')).toBe('KeeperErrorCode = NoNode for /a');
    expect(errorMessage(-9)).toBe('KeeperErrorCode = Unknown error -9');
  });
});
