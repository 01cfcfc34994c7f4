import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApplicationStage } from '../../src/app/application-stage.ts';
import { AddressBook } from '../../src/bytes/address-book.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import { FrameDecoder } from '../../src/decode/frame-decoder.ts';
import { readCaptures } from '../../src/io/read-capture.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import type { SegmentObserver } from '../../src/model/observer.ts';
import type { CompletedResponse } from '../../src/model/responses.ts';
import {
  CHECKSUM_UNKNOWN,
  DECODED_ICMP_ERROR,
  DECODED_TCP,
  FIN,
  RST,
  type Segment,
  SYN,
} from '../../src/model/segment.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { type Ladder, ladder } from '../support/ladder.ts';
import { capturePath, truthCaptures } from '../support/truth.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Somebody who looks at every segment: with one, no segment takes a shortcut. */
const WATCHER: SegmentObserver = { segment: () => {} };

/** Connections after which the sample is full, in every shard. */
const FILLERS = 3_000;

interface Told {
  /** But for those of the fillers. */
  readonly facts: ConnectionFacts[];
  /** Number and requests of each connection with nothing to tell. */
  readonly uneventful: [number, number][];
  /** Every complete response. */
  readonly responses: unknown[];
}

/** A TCP stage behind so many lone SYNs that what follows may be plain. */
class Run {
  readonly told: Told = { facts: [], uneventful: [], responses: [] };
  readonly #stage: TcpStage;

  /** `wants`: whether every connection is asked for, or those with something to tell. */
  constructor(observer: SegmentObserver | null, wants: 'every' | 'eventful', book = new AddressBook()) {
    const { facts, uneventful, responses } = this.told;
    this.#stage = new TcpStage(
      new ApplicationStage(null, {
        complete: (half, response, idleNs) => responses.push([half, essenceOf(response), idleNs]),
      }),
      {
        connection: (each) => {
          if (each.id >= FILLERS) facts.push(each);
        },
        ...(wants === 'eventful' && {
          uneventful: (requests: number, id: number) => uneventful.push([id, requests]),
        }),
      },
      null,
      {
        escapeText,
        formatAddress: (address, isIpv6) => book.format(address, isIpv6 ? 6 : 4),
        retainAddress: (address) => book.retain(address),
        releaseAddress: (address) => book.release(address),
        foldAddress: (address) => book.fold(address),
      },
      observer,
    );
    const filler = ladder().syn().segments[0]!;
    filler.src = 1;
    for (let k = 0; k < FILLERS; k++) {
      filler.srcPort = k;
      this.#stage.push(filler);
    }
  }

  push(segment: Segment): void {
    this.#stage.push(segment);
  }

  pushIcmpError(segment: Segment): void {
    this.#stage.pushIcmpError(segment);
  }

  end(): Told {
    this.#stage.end();
    return this.told;
  }
}

function essenceOf(response: CompletedResponse): unknown {
  const { index, requestFrame, requestEndNs, responseStartNs, responseEndNs } = response;
  const { status, bodyBytes, bodyNotCaptured } = response;
  const isRequestSeen = requestFrame >= 0;
  const times = [isRequestSeen ? requestEndNs : null, responseStartNs, responseEndNs];
  return { index, times, status, bodyBytes, bodyNotCaptured, pathHash: response.pathHash() };
}

type BothWays = readonly [shortcut: Run, inFull: Run];

/** Both ways for each kind of asker. */
function pairsOfRuns(book = new AddressBook()): readonly BothWays[] {
  return (['eventful', 'every'] as const).map((wants) => [
    new Run(null, wants, book),
    new Run(WATCHER, wants, book),
  ]);
}

function expectSame(pairs: readonly BothWays[]): void {
  for (const [shortcut, inFull] of pairs) expect(shortcut.end()).toEqual(inFull.end());
}

async function readBothWays(path: string): Promise<readonly BothWays[]> {
  const book = new AddressBook();
  const decoder = new FrameDecoder(book);
  const pairs = pairsOfRuns(book);
  const runs = pairs.flat();
  const state = new CaptureState();
  await readCaptures(
    [path],
    {
      frame: (frame) => {
        const result = decoder.decode(frame);
        for (const run of runs) {
          if (result === DECODED_TCP) run.push(decoder.segment);
          else if (result === DECODED_ICMP_ERROR) run.pushIcmpError(decoder.segment);
        }
      },
      interfaceFound: () => {},
      warning: () => {},
    },
    { state },
  ).catch(() => {});
  return pairs;
}

function captures(): [string, string][] {
  const fixtures = readdirSync(FIXTURES).flatMap((name): [string, string][] => {
    const file = ['capture.pcap', 'capture.pcapng'].find((each) => existsSync(`${FIXTURES}${name}/${each}`));
    return file === undefined ? [] : [[name, `${FIXTURES}${name}/${file}`]];
  });
  return [...fixtures, ...truthCaptures().map((name): [string, string] => [name, capturePath(name)])];
}

describe('plain connections and the ordinary course', () => {
  test.each(captures())('%s: the shortcuts tell what the general path tells', async (_name, path) => {
    expectSame(await readBothWays(path));
  });

  test('a plain connection is not told', () => {
    const run = new Run(null, 'eventful');
    for (const segment of conversation().segments) run.push(segment);
    const { facts, uneventful, responses } = run.end();
    expect(facts).toEqual([]);
    expect(uneventful).toEqual([[FILLERS, 3]]);
    expect(responses).toHaveLength(3);
  });

  test('a plain connection is told to whoever wants every one', () => {
    const run = new Run(null, 'every');
    for (const segment of conversation().segments) run.push(segment);
    const { facts, responses } = run.end();
    expect(facts).toMatchObject([{ id: FILLERS, closes: [{ from: 'client' }, { from: 'server' }] }]);
    expect(responses).toHaveLength(3);
  });

  test.each(SNAP_LENS)('heads cut after %i octets: the shortcuts tell what the general path tells', (len) => {
    const { segments } = conversation();
    cutAll(segments, len);
    const pairs = pairsOfRuns();
    for (const run of pairs.flat()) for (const segment of segments) run.push(segment);
    expectSame(pairs);
  });

  test('plain connections whose heads were cut are not told', () => {
    const { segments } = gets();
    cutAll(segments, 30);
    const run = new Run(null, 'eventful');
    for (const segment of segments) run.push(segment);
    const { facts, uneventful, responses } = run.end();
    expect(facts).toEqual([]);
    expect(uneventful).toEqual([[FILLERS, 2]]);
    expect(responses).toHaveLength(1);
  });

  test('anything that happens to a plain conversation is told as in full', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(mishap(), { minLength: 1, maxLength: 4 }), snapLen(), (mishaps, len) => {
        const segments = conversation().segments;
        cutAll(segments, len);
        for (const { kind, place, amount } of mishaps)
          befall(segments, kind, place % segments.length, amount);
        const pairs = pairsOfRuns();
        for (const run of pairs.flat()) for (const segment of segments) run.push(segment);
        expectSame(pairs);
      }),
      { numRuns: 200 },
    );
  });
});

const BODY = 'x'.repeat(900);

/** Octets of payload that a snaplen leaves: none, less than a start line, a start line, some fields, all. */
const SNAP_LENS = [0, 3, 12, 20, 30, 45, 60, 4_000];

/** As a capture with a snaplen has them. */
function cutAll(segments: readonly Segment[], snapLen: number): void {
  for (const segment of segments)
    segment.payloadEnd = Math.min(segment.payloadEnd, segment.payloadStart + snapLen);
}

/** Requests of all plain kinds, one after the other. */
function conversation(): Ladder {
  return ladder()
    .handshake()
    .send('client', 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n')
    .ack('server')
    .send('server', `HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 2000\r\n\r\n${BODY}`)
    .ack('client')
    .send('server', BODY)
    .send('server', 'y'.repeat(200))
    .ack('client')
    .send('client', 'POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
    .send('client', BODY)
    .send('client', 'z'.repeat(100))
    .send('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n708\r\n')
    .send('server', BODY)
    .send('server', `${BODY}\r\n3\r\nabc\r\n`)
    .send('server', '0\r\n\r\n')
    .send('client', 'HEAD /c HTTP/1.1\r\nHost: a\r\n\r\n')
    .send('server', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n')
    .fin('client')
    .fin('server')
    .ack('client');
}

function gets(): Ladder {
  return ladder()
    .handshake()
    .send('client', 'GET /a HTTP/1.1\r\nHost: a.example.com\r\n\r\n')
    .send('server', `HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 1800\r\n\r\n${BODY}`)
    .send('server', BODY)
    .ack('client')
    .send('client', 'GET /b HTTP/1.1\r\nHost: a.example.com\r\n\r\n')
    .send('server', 'HTTP/1.1 404 Not Found\r\nServer: server\r\nContent-Length: 0\r\n\r\n')
    .fin('server')
    .fin('client')
    .ack('server');
}

const KINDS = [
  'lost',
  'twice',
  'swapped',
  'later',
  'earlier',
  'flags',
  'seq',
  'ack',
  'window',
  'cut',
  'octet',
  'reset',
  'ttl',
] as const;

interface Mishap {
  readonly kind: (typeof KINDS)[number];
  readonly place: number;
  readonly amount: number;
}

function mishap(): fc.Arbitrary<Mishap> {
  return fc.record({
    kind: fc.constantFrom(...KINDS),
    place: fc.nat({ max: 40 }),
    amount: fc.integer({ min: -3, max: 3000 }),
  });
}

function snapLen(): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(4_000), fc.constantFrom(...SNAP_LENS));
}

function befall(segments: Segment[], kind: Mishap['kind'], place: number, amount: number): void {
  const segment = segments[place]!;
  switch (kind) {
    case 'lost':
      segments.splice(place, 1);
      if (segments.length === 0) segments.push(segment);
      break;
    case 'twice':
      segments.splice(place + (amount % 3), 0, copyOf(segment));
      break;
    case 'swapped':
      segments.splice(place, 1);
      segments.splice(place + 1, 0, segment);
      break;
    case 'later':
      for (const each of segments.slice(place)) each.timeNs += amount * 1e7;
      break;
    case 'earlier':
      segment.timeNs -= amount * 1e5;
      break;
    case 'flags':
      segment.flags ^= 1 << (amount & 7);
      // The decoder works out checksums only for these.
      if ((segment.flags & (SYN | FIN | RST)) === 0) segment.checksum = CHECKSUM_UNKNOWN;
      break;
    case 'seq':
      segment.seq = (segment.seq + amount) | 0;
      break;
    case 'ack':
      segment.ack = (segment.ack + amount) | 0;
      break;
    case 'window':
      segment.window = amount > 1500 ? amount : 0;
      break;
    case 'cut':
      segment.payloadEnd = Math.max(segment.payloadStart, segment.payloadEnd - Math.abs(amount));
      break;
    case 'octet':
      if (segment.payloadEnd > segment.payloadStart) {
        segment.bytes = segment.bytes.slice();
        const span = segment.payloadEnd - segment.payloadStart;
        segment.bytes[segment.payloadStart + (Math.abs(amount) % span)] = amount & 0xff;
      }
      break;
    case 'reset': {
      const reset = copyOf(segment);
      reset.flags = amount & 1 ? 0x14 : 0x04;
      reset.payloadLen = 0;
      reset.payloadEnd = reset.payloadStart;
      segments.splice(place + 1, 0, reset);
      break;
    }
    default:
      segment.ttl = amount & 0xff;
  }
}

function copyOf(segment: Segment): Segment {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(segment)) as Segment, segment);
  copy.timeNs += 2e6;
  return copy;
}
