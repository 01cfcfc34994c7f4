/** `npm run bench:stages`: each stage alone, on the same web connections, made in memory. Runs the built modules. */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bench, describe } from 'vitest';
import type { CaptureOverview, Frame, JudgedConnection } from '../src/index.ts';
import type { Segment } from '../src/model/segment.ts';
import type { PlainStreams, StreamSink } from '../src/model/stream.ts';
import { ROOT } from './peers.ts';
import { CaptureWriter, MemoryOutput } from './workloads/capture-writer.ts';
import { workload, writeWorkload } from './workloads/catalogue.ts';

/** 5,000 connections: the first ones are followed more closely than all later ones. */
const SCALE = 0.01;
/** Of `GET`: the generator makes no other requests, and no body that begins a segment with a head. */
const LETTER_G = 0x47;
const AT_LEAST = { iterations: 20, time: 1_000, warmupTime: 500 };

/** What node runs, not what the test runner makes of the sources. */
async function built<T>(module: string): Promise<T> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(ROOT, 'dist', module)).href)) as T;
}

const { Analysis, CaptureState, connectionRecord, judge } =
  await built<typeof import('../src/index.ts')>('index.js');
const { CaptureReader } =
  await built<typeof import('../src/capture/capture-reader.ts')>('capture/capture-reader.js');
const { FrameDecoder } =
  await built<typeof import('../src/decode/frame-decoder.ts')>('decode/frame-decoder.js');
const { AddressBook } = await built<typeof import('../src/bytes/address-book.ts')>('bytes/address-book.js');
const { TcpStage } = await built<typeof import('../src/tcp/tcp-stage.ts')>('tcp/tcp-stage.js');
const { ApplicationStage } =
  await built<typeof import('../src/app/application-stage.ts')>('app/application-stage.js');
const { MessageHead, parseHead } =
  await built<typeof import('../src/http/message-head.ts')>('http/message-head.js');
const { CaptureContextBuilder } = await built<typeof import('../src/verdict/capture-context.ts')>(
  'verdict/capture-context.js',
);
const { jsonLine } = await built<typeof import('../src/report/json-line.ts')>('report/json-line.js');
const { DECODED_TCP } = await built<typeof import('../src/model/segment.ts')>('model/segment.js');

const output = new MemoryOutput();
const { parameters } = workload('W2', SCALE);
const writer = new CaptureWriter(output, parameters.snaplen);
writeWorkload(writer, parameters);
writer.close();
const octets = output.octets();
const view = new DataView(octets.buffer, octets.byteOffset, octets.length);

const ignored = { interfaceFound: () => {}, warning: () => {} };

function readAll(frame: (frame: Frame) => void): void {
  const reader = new CaptureReader({ frame, ...ignored }, new CaptureState());
  reader.end(octets.length - reader.read(octets, view, 0, octets.length));
}

/** A copy with the fields of a borrowed object, that can be looked at later. */
function kept<T extends object>(borrowed: T): T {
  return Object.assign(Reflect.construct(borrowed.constructor, []) as T, borrowed);
}

const frames: Frame[] = [];
readAll((frame) => frames.push(kept(frame)));

const addresses = new AddressBook();
const segments: Segment[] = [];
const decoder = new FrameDecoder(addresses);
for (const frame of frames) {
  if (decoder.decode(frame) === DECODED_TCP) segments.push(kept(decoder.segment));
}

const heads = segments.flatMap(({ bytes, payloadStart, payloadEnd }) => {
  const isRequest = bytes[payloadStart] === LETTER_G;
  const head = new MessageHead();
  const isHead = payloadEnd > payloadStart && parseHead(bytes, payloadStart, payloadEnd, isRequest, head) > 0;
  const isKnown = isRequest || head.status > 0;
  return isHead && isKnown ? [{ bytes, start: payloadStart, end: payloadEnd, isRequest }] : [];
});

/** Takes octets in and finds nothing in them. */
const plain: PlainStreams = {
  take: () => 0,
  isAtRest: () => true,
  requests: () => 1,
  release: () => {},
  repeat: () => {},
};
const silent = new ApplicationStage(null);
const deaf: StreamSink = {
  data: () => {},
  gap: () => {},
  fin: () => {},
  snapshot: (row) => silent.snapshot(row),
  isAtRest: () => true,
  requestsBegun: () => 1,
  release: () => {},
  plain,
};

function followAll(streams: StreamSink): void {
  const words = {
    escapeText: (text: string) => text,
    formatAddress: (address: number, isIpv6: boolean) => addresses.format(address, isIpv6 ? 6 : 4),
    retainAddress: (address: number) => addresses.retain(address),
    releaseAddress: (address: number) => addresses.release(address),
    foldAddress: (address: number) => addresses.fold(address),
  };
  const tcp = new TcpStage(streams, { connection: () => {}, uneventful: () => {} }, null, words);
  for (const segment of segments) tcp.push(segment);
  tcp.end();
}

const judged: { connection: JudgedConnection; overview: CaptureOverview }[] = [];
const state = new CaptureState();
const analysis = new Analysis(
  {
    clock: state.clock,
    fileOf: () => 'w2',
    files: () => ['w2'],
    frames: () => frames.length,
    patience: 1_000,
  },
  {
    connection: (connection, overview) => {
      if (connection.verdict.outcome !== 'clean') judged.push({ connection, overview });
    },
    uneventful: () => {},
  },
);
for (const frame of frames) analysis.frame(frame);
analysis.end();
const context = new CaptureContextBuilder();
for (const { connection } of judged) context.add(connection.facts);

/** What the stages return goes here, so that no compiler finds their work unneeded. */
const used = { sum: 0 };
const sha1 = (text: Uint8Array) => hash('sha1', text, 'base64');
if (heads.length === 0 || judged.length === 0) throw new Error('nothing to measure');

describe('stages', () => {
  bench(
    `reading records (${frames.length} frames)`,
    () =>
      readAll((frame) => {
        used.sum += frame.end;
      }),
    AT_LEAST,
  );
  bench(
    `decoding (${frames.length} frames)`,
    () => {
      const fresh = new FrameDecoder(addresses);
      for (const frame of frames) used.sum += fresh.decode(frame);
    },
    AT_LEAST,
  );
  bench(`following TCP (${segments.length} segments)`, () => followAll(deaf), AT_LEAST);
  bench(
    `following TCP and HTTP (${segments.length} segments)`,
    () => followAll(new ApplicationStage(null)),
    AT_LEAST,
  );
  const head = new MessageHead();
  bench(
    `HTTP heads (${heads.length} heads)`,
    () => {
      for (const { bytes, start, end, isRequest } of heads)
        used.sum += parseHead(bytes, start, end, isRequest, head);
    },
    AT_LEAST,
  );
  bench(
    `judging (${judged.length} connections)`,
    () => {
      for (const { connection } of judged) used.sum += judge(connection.facts, context).evidence.length;
    },
    AT_LEAST,
  );
  bench(
    `writing JSON records (${judged.length} connections)`,
    () => {
      for (const { connection, overview } of judged)
        used.sum += jsonLine(connectionRecord(connection, overview, sha1)).length;
    },
    AT_LEAST,
  );
});
