import { describe, expect, test } from 'vitest';
import { ApplicationStage } from '../../src/app/application-stage.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import { Segment } from '../../src/model/segment.ts';
import { MAX_CONNECTIONS } from '../../src/tcp/limits.ts';
import { SHARDS, ShardMap } from '../../src/tcp/shards.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { ladder } from '../support/ladder.ts';

/** Connections from 256 ports of hosts side by side to one server, which is what a busy capture looks like. */
function endpointsOf(number: number): [number, number, number, number] {
  return [(10 << 24) | (number >> 8), 40_000 + (number & 255), 0x0a000001, 443];
}

function keyed(seq: number): ShardMap {
  const map = new ShardMap((address) => Math.imul(address, 77));
  const first = new Segment();
  first.seq = seq;
  map.of(first);
  return map;
}

describe('shards', () => {
  test('fill evenly, and both directions are in the same one', () => {
    const map = keyed(4711);
    for (const isIpv6 of [false, true]) {
      const counts = new Array<number>(SHARDS).fill(0);
      for (let number = 0; number < 64_000; number++) {
        const [src, srcPort, dst, dstPort] = endpointsOf(number);
        const shard = map.between(src, srcPort, dst, dstPort, isIpv6);
        expect(map.between(dst, dstPort, src, srcPort, isIpv6)).toBe(shard);
        counts[shard]!++;
      }
      expect(Math.min(...counts)).toBeGreaterThan(3_600);
      expect(Math.max(...counts)).toBeLessThan(4_400);
    }
  });

  test('of one capture say nothing about those of another', () => {
    const [a, b] = [keyed(1), keyed(2)];
    let same = 0;
    for (let number = 0; number < 16_000; number++) {
      const endpoints = endpointsOf(number);
      if (a.between(...endpoints, false) === b.between(...endpoints, false)) same++;
    }
    expect(same).toBeGreaterThan(800);
    expect(same).toBeLessThan(1_200);
  });

  test('that are full give up their own oldest half-open connections, and no others', () => {
    const map = new ShardMap(() => 0);
    const evicted: ConnectionFacts[] = [];
    const words = {
      escapeText,
      formatAddress: String,
      retainAddress: () => {},
      releaseAddress: () => {},
      foldAddress: () => 0,
    };
    const connection = (facts: ConnectionFacts): void => {
      if (facts.end.reason === 'evicted') evicted.push(facts);
    };
    const stage = new TcpStage(new ApplicationStage(null), { connection }, null, words);
    const opened = Array.from({ length: SHARDS }, (): number[] => []);
    const push = (segment: Segment): void => {
      opened[map.of(segment)]!.push(segment.frameNumber);
      stage.push(segment);
    };
    ladder().handshake().segments.forEach(push);
    const used = opened.map((frames) => frames.length > 0);
    const syn = ladder().syn().segments[0]!;
    for (let number = 0; number < (MAX_CONNECTIONS + 300) * SHARDS; number++) {
      [syn.src, syn.srcPort, syn.dst, syn.dstPort] = endpointsOf(number);
      syn.frameNumber = 10 + number;
      syn.timeNs += 1_000;
      push(syn);
    }
    opened.forEach((frames, shard) => {
      const halfOpen = frames.filter((frame) => frame >= 10);
      const tooMany = halfOpen.length + (used[shard] ? 1 : 0) - MAX_CONNECTIONS;
      const gone = new Set(evicted.map(({ firstFrame }) => firstFrame));
      expect(halfOpen.filter((frame) => gone.has(frame))).toEqual(halfOpen.slice(0, Math.max(0, tooMany)));
    });
    expect(evicted.length).toBe(stage.limitHits.connections);
    expect(stage.openConnections).toBe(1 + (MAX_CONNECTIONS + 300) * SHARDS - evicted.length);
  });
});
