import { CaptureReader } from '../capture/capture-reader.ts';
import type { CaptureState } from '../capture/capture-state.ts';
import type { FrameSink } from '../model/frame.ts';
import type { ByteSource } from './byte-source.ts';
import { CaptureFeeder } from './capture-feeder.ts';
import { CaptureInputError, errorCode } from './capture-input-error.ts';
import { type Compression, describeForeignCompression, findCompression, SNIFF_LEN } from './compression.ts';
import type { OctetSink } from './decompress.ts';
import type { Pace } from './pace.ts';

/** The first read: enough to tell what the file is, and to find the time of its first frame. */
const HEAD_LEN = 64 * 1024;
/**
 * Compressed octets handed over at a time; what one piece unpacks to is read before the next. Smaller pieces are slower,
 * larger ones make the second pass over a damaged piece longer.
 */
const PIECE_LEN = 32 * 1024;

/** A warning about the octets that the capture comes in; its file and frame number are added here. */
interface SourceWarning {
  readonly kind: string;
  readonly text: string;
}

/**
 * Reads one input to its end. Damage to it becomes a warning; throws CaptureInputError when it is no capture or cannot
 * be read at all.
 */
export async function readSource(
  path: string,
  source: ByteSource,
  sink: FrameSink,
  state: CaptureState,
  pace: Pace,
): Promise<void> {
  const reader = new CaptureReader(sink, state);
  const feeder = new CaptureFeeder(reader);
  state.file = path;
  const head = await readHead(path, source);
  const foreign = describeForeignCompression(head);
  if (foreign !== null) throw CaptureInputError.about(path, foreign);
  await pace.advance(head.length);
  const compression = findCompression(head);
  const damage =
    compression === null
      ? await readPlain(head, source, feeder, pace)
      : await readCompressed(compression, head, source, feeder, pace, (warning) =>
          warn(sink, state, warning),
        );
  feeder.end(damage !== null || pace.isDone);
  if (reader.refusal !== null && !pace.isDone) {
    const clause = damage === null ? reader.refusal : `holds no capture that can be read: ${damage.text}`;
    throw CaptureInputError.about(path, clause);
  }
  if (damage !== null && !pace.isDone)
    warn(sink, state, { ...damage, text: `${damage.text}: everything before was read` });
}

function warn(sink: FrameSink, state: CaptureState, { kind, text }: SourceWarning): void {
  const frameNumber = state.frames === 0 ? null : state.frames;
  sink.warning({ kind, text, file: state.file, byteOffset: null, frameNumber });
}

/** The first octets, SNIFF_LEN at least unless the input is shorter. */
async function readHead(path: string, source: ByteSource): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_LEN);
  let len = 0;
  try {
    while (len < SNIFF_LEN) {
      const readLen = await source.read(head.subarray(len));
      if (readLen === 0) break;
      len += readLen;
    }
  } catch (error) {
    throw CaptureInputError.fromSystem(path, error);
  }
  return head.subarray(0, len);
}

async function readPlain(
  head: Uint8Array,
  source: ByteSource,
  feeder: CaptureFeeder,
  pace: Pace,
): Promise<SourceWarning | null> {
  feeder.push(head, 0, head.length);
  while (!feeder.isStopped && !pace.isDone) {
    const readLen = await readMore(source, feeder.room(Number.POSITIVE_INFINITY));
    if (typeof readLen !== 'number') return readLen;
    if (readLen === 0) break;
    feeder.commit(readLen);
    await pace.advance(readLen);
  }
  return null;
}

/** Octets read, or what to say when the system fails in the middle. */
async function readMore(source: ByteSource, into: Uint8Array): Promise<number | SourceWarning> {
  try {
    return await source.read(into);
  } catch (error) {
    return { kind: 'read-error', text: `reading failed in the middle (${errorCode(error)})` };
  }
}

/** The decompressors are loaded when they are needed: zlib and its streams take Node some milliseconds. */
async function readCompressed(
  compression: Compression,
  head: Uint8Array,
  source: ByteSource,
  feeder: CaptureFeeder,
  pace: Pace,
  note: (warning: SourceWarning) => void,
): Promise<SourceWarning | null> {
  const { createDecompressor, DamagedDataError } = await import('./decompress.ts');
  let unpackedLen = 0;
  const output: OctetSink = (bytes, start, end) => {
    unpackedLen += end - start;
    feeder.push(bytes, start, end);
  };
  const decompressor = createDecompressor(compression, output);
  if (!decompressor.isVerifying) note({ kind: 'checksum-not-verified', text: UNVERIFIED_TEXT });
  const buffer = new Uint8Array(PIECE_LEN);
  let piece = head;
  let pieceOffset = 0;
  try {
    while (piece.length > 0 && !feeder.isStopped && !pace.isDone) {
      await decompressor.push(piece);
      pieceOffset += piece.length;
      const readLen = await readMore(source, buffer);
      if (typeof readLen !== 'number') return readLen;
      piece = buffer.subarray(0, readLen);
      await pace.advance(readLen);
    }
    if (!feeder.isStopped && !pace.isDone) await decompressor.end();
    return null;
  } catch (error) {
    if (!(error instanceof DamagedDataError)) throw error;
    const isCut = piece.length === 0;
    if (!isCut && decompressor.isLossyOnDamage && source.rewind()) {
      await unpackUpToDamage(compression, source, feeder, pace, pieceOffset, unpackedLen);
    }
    return damageWarning(compression, error.message);
  } finally {
    decompressor.close();
  }
}

const UNVERIFIED_TEXT =
  'the zstd checksums were not verified (this Node.js has no zstd of its own, Node.js 22.15 and later do)';

function damageWarning(compression: Compression, message: string): SourceWarning {
  return { kind: 'compressed-data-damaged', text: `the ${compression} data are damaged or cut (${message})` };
}

/**
 * zlib throws away what it has unpacked of the chunk in which it meets damage. So the file is unpacked once more, with
 * that chunk octet by octet: then no more is lost than the octet that is damaged. The first `knownLen` unpacked octets
 * have been read before.
 */
async function unpackUpToDamage(
  compression: Compression,
  source: ByteSource,
  feeder: CaptureFeeder,
  pace: Pace,
  damagedPieceOffset: number,
  knownLen: number,
): Promise<void> {
  const { createDecompressor } = await import('./decompress.ts');
  let unpackedLen = 0;
  const decompressor = createDecompressor(compression, (bytes, start, end) => {
    const newStart = Math.max(start, Math.min(end, start + knownLen - unpackedLen));
    unpackedLen += end - start;
    if (newStart < end) feeder.push(bytes, newStart, end);
  });
  const buffer = new Uint8Array(PIECE_LEN);
  let offset = 0;
  try {
    while (!feeder.isStopped && !pace.isDone) {
      const isInGoodPart = offset < damagedPieceOffset;
      const wantedLen = isInGoodPart ? Math.min(PIECE_LEN, damagedPieceOffset - offset) : PIECE_LEN;
      const readLen = await source.read(buffer.subarray(0, wantedLen));
      if (readLen === 0) break;
      const stepLen = isInGoodPart ? readLen : 1;
      for (let at = 0; at < readLen; at += stepLen)
        await decompressor.push(buffer.subarray(at, at + stepLen));
      offset += readLen;
    }
  } catch {
    // The damage, met again; or the system fails now: what was had the first time stands.
  } finally {
    decompressor.close();
  }
}
