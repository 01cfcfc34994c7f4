import { describe, expect, test } from 'vitest';
import type { PairClose, PairedPacket } from '../../src/model/pair.ts';
import { ACK, FIN, PSH, RST } from '../../src/model/segment.ts';
import { conductAfter } from '../../src/pair/conduct.ts';
import type { Packet } from '../../src/pair/packet.ts';
import { isCapturedAtEnd, testimony } from '../../src/pair/testimony.ts';

const CLOSE: PairClose = {
  from: 'client',
  kind: 'RST',
  frameA: null,
  frameB: 9,
  fate: 'added',
  isProvenForged: false,
  endSeqRel: 100,
  timeNs: 1_000,
};

function row(changes: Partial<PairedPacket>): PairedPacket {
  return {
    from: 'client',
    frameA: 1,
    frameB: 1,
    timeANs: 2_000,
    timeBNs: 2_000,
    flags: ACK | PSH,
    seqRel: 100,
    ackRel: 1,
    payloadLen: 0,
    fate: 'passed',
    ...changes,
  };
}

describe('what the supposed sender did afterwards', () => {
  const fin: PairClose = { ...CLOSE, kind: 'FIN' };

  test.each([
    ['data goes on', CLOSE, [row({})], 'went-on'],
    ['nothing', CLOSE, [], 'silent'],
    ['only what came before', CLOSE, [row({ timeANs: 500 })], 'silent'],
    ['only the other side', CLOSE, [row({ from: 'server' })], 'silent'],
    ['only in the other capture', CLOSE, [row({ frameA: null, timeANs: null })], 'silent'],
    ['resets as from a closed socket', CLOSE, [row({ flags: RST })], 'gone'],
    [
      'resets after the other side reset it',
      CLOSE,
      [row({ from: 'server', flags: RST }), row({ flags: RST })],
      'silent',
    ],
    [
      'resets after its own FIN',
      CLOSE,
      [row({ flags: FIN | ACK, timeANs: 10 }), row({ flags: RST })],
      'silent',
    ],
    ['behind a FIN its number has moved on', fin, [row({ seqRel: 101 })], 'silent'],
    ['without one it has not', fin, [row({ seqRel: 100 })], 'went-on'],
  ] as const)('%s', (_what, close, rows, conduct) => {
    expect(conductAfter(close, rows, 'a')).toBe(conduct);
  });
});

describe('a capture at the sender', () => {
  const packet = (frame: number, ttl: number, flags = ACK): Packet =>
    ({ frame, ttl, flags, from: 'client' }) as Packet;
  const sent: PairClose = { ...CLOSE, frameA: 5, fate: 'passed' };

  test('has initial TTLs only', () => {
    expect(isCapturedAtEnd([packet(1, 64), packet(5, 64, RST)], sent, 'a', false)).toBe(true);
    expect(isCapturedAtEnd([packet(1, 128), packet(5, 64, RST)], sent, 'a', false)).toBe(true);
    expect(isCapturedAtEnd([packet(1, 63), packet(5, 63, RST)], sent, 'a', false)).toBe(false);
  });

  test('a close with another TTL was not sent there, nor anything on a host that forwards', () => {
    expect(isCapturedAtEnd([packet(1, 64), packet(5, 63, RST)], sent, 'a', false)).toBe(false);
    expect(isCapturedAtEnd([packet(1, 64), packet(5, 64, RST)], sent, 'a', true)).toBe(false);
    expect(isCapturedAtEnd([], sent, 'a', false)).toBe(false);
  });
});

describe('the word of two captures', () => {
  test.each([
    [
      CLOSE,
      true,
      [],
      'inserted',
      true,
      'The reset of B 9 never passed capture A, nearer to the client, which has everything else that it sent.',
    ],
    [
      CLOSE,
      true,
      ['it had ended'],
      'inserted',
      false,
      'The reset of B 9 never passed capture A, nearer to the client, but it had ended.',
    ],
    [
      { ...CLOSE, fate: 'lost', frameA: 4, frameB: null },
      true,
      [],
      'sent',
      true,
      "The reset (A 4) was captured at the client itself, by capture A: the client's host sent it. It never arrived at B.",
    ],
    [
      { ...CLOSE, fate: 'passed', kind: 'FIN', frameA: 4 },
      false,
      [],
      'beyond',
      true,
      'The FIN (A 4, B 9) passed capture A too, so nothing between A and B made it.',
    ],
  ] as const)('%#', (close, isAtEnd, doubts, kind, isProof, text) => {
    expect(testimony({ close, basis: 'b' }, 'a', isAtEnd, doubts)).toMatchObject({ kind, isProof, text });
  });

  test('of captures whose order is not known there is none', () => {
    expect(testimony({ close: { ...CLOSE, fate: 'one-sided' }, basis: 'b' }, 'a', true, [])).toBeNull();
  });
});
