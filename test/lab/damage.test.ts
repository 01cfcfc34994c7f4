import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ETHERNET, endsOf, type FrameList, LINUX_SLL2, readFrames } from './captured-frames.ts';
import { DAMAGES } from './damage.ts';
import { seededRandom } from './seeded-random.ts';

const CAPTURE = fileURLToPath(new URL('../../fixtures/06-curl-sigkill-unread/capture.pcap', import.meta.url));
const LIST = readFrames(CAPTURE);
const { length } = LIST.frames;

function damaged(kind: string, name = 'a name'): FrameList {
  const damage = DAMAGES.find((each) => each.kind === kind);
  if (damage === undefined) throw new Error(`no damage ${kind}`);
  return damage.apply(LIST, name);
}

test('the undamaged capture has 41 frames of one connection', () => {
  expect([LIST.linkType, length]).toEqual([ETHERNET, 41]);
  const ends = new Set(LIST.frames.flatMap(({ octets }) => endsOf(octets)?.source ?? 'none'));
  expect(ends.size).toBe(2);
});

describe('damage', () => {
  test.each(DAMAGES.map(({ kind }) => kind))(
    '%s is the same each time, and leaves the original alone',
    (kind) => {
      const before = LIST.frames.map(({ octets, timeUs }) => [timeUs, octets.join()].join());
      expect(damaged(kind)).toEqual(damaged(kind));
      expect(LIST.frames.map(({ octets, timeUs }) => [timeUs, octets.join()].join())).toEqual(before);
    },
  );

  test('drops depend on the name and come near the rate', () => {
    const kept = Array.from({ length: 50 }, (_, i) => damaged('drops-20', `name ${i}`).frames.length);
    const rate = 1 - kept.reduce((a, b) => a + b, 0) / (50 * length);
    expect(rate).toBeGreaterThan(0.17);
    expect(rate).toBeLessThan(0.23);
    expect(new Set(kept).size).toBeGreaterThan(3);
  });

  test('one direction and the other are all of it', () => {
    const client = damaged('only-client').frames;
    const server = damaged('only-server').frames;
    expect(client.length + server.length).toBe(length);
    expect(endsOf(client[0]!.octets)?.isOpening).toBe(true);
    expect(endsOf(server[0]!.octets)?.isOpening).toBe(false);
  });

  test('snapped frames keep their length on record', () => {
    for (const { octets, originalLen } of damaged('snaplen-68').frames) {
      expect(octets.length).toBeLessThanOrEqual(68);
      expect(originalLen).toBeGreaterThanOrEqual(octets.length);
    }
  });

  test('a late start and an early stop take from either end', () => {
    expect(damaged('late-start').frames).toEqual(LIST.frames.slice(12));
    expect(damaged('early-stop').frames).toEqual(LIST.frames.slice(0, 28));
  });

  test('the clock steps once', () => {
    const steps = damaged('clock-back').frames.map(({ timeUs }, i) => timeUs - LIST.frames[i]!.timeUs);
    expect(new Set(steps)).toEqual(new Set([0, -2_000_000]));
    expect(steps.indexOf(-2_000_000)).toBe(21);
  });

  test('frames out of order keep their times', () => {
    const times = damaged('reordered').frames.map(({ timeUs }) => timeUs);
    expect([...times].sort((a, b) => a - b)).toEqual(LIST.frames.map(({ timeUs }) => timeUs));
    expect(times).not.toEqual(LIST.frames.map(({ timeUs }) => timeUs));
  });
});

describe('copies', () => {
  test('SLL: in and out, one hop apart, with a good header checksum', () => {
    const { linkType, frames } = damaged('sll-doubles');
    expect([linkType, frames.length]).toEqual([LINUX_SLL2, 2 * length]);
    const [first, second] = frames.map(({ octets }) => octets);
    expect([first![10], second![10]]).toEqual([0, 4]);
    expect(first![20 + 8]! - second![20 + 8]!).toBe(1);
    expect([sumOfWords(first!.subarray(20, 40)), sumOfWords(second!.subarray(20, 40))]).toEqual([
      0xffff, 0xffff,
    ]);
  });

  test('VLAN: the tag stands behind the addresses', () => {
    const { frames } = damaged('vlan-copies');
    const tagged = frames.find(({ octets }) => octets[12] === 0x81 && octets[13] === 0);
    expect(frames.length).toBe(2 * length);
    expect([...tagged!.octets.subarray(12, 18)]).toEqual([0x81, 0, 0, 42, 8, 0]);
  });

  test('VXLAN: the frame is whole inside, behind a good outer header', () => {
    const { frames } = damaged('vxlan-copies');
    const [plain, wrapped] = frames;
    expect(sumOfWords(wrapped!.octets.subarray(14, 34))).toBe(0xffff);
    expect(wrapped!.octets.subarray(50)).toEqual(new Uint8Array(plain!.octets));
    expect(wrapped!.originalLen).toBe(plain!.originalLen + 50);
  });
});

/** RFC 791: over a header with its checksum, the one's complement sum is 0xffff. */
function sumOfWords(octets: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += octets[at]! * 256 + octets[at + 1]!;
  return (sum & 0xffff) + (sum >> 16);
}

test('seeded numbers are spread evenly and do not depend on the last letter only', () => {
  const random = seededRandom('x');
  const numbers = Array.from({ length: 2000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((a, b) => a + b, 0) / 2000).toBeCloseTo(0.5, 1);
  expect(Math.abs(seededRandom('a')() - seededRandom('b')())).toBeGreaterThan(0.001);
});
