import type { ByteSource } from './byte-source.ts';
import { CaptureInputError } from './capture-input-error.ts';
import { describeForeignCompression, findCompression, SNIFF_LEN } from './compression.ts';
import { openFile } from './file-source.ts';
import { LineSplitter } from './line-splitter.ts';
import { Pace } from './pace.ts';
import { openStdin } from './stdin-source.ts';

/** Small, as signals are looked for between two of them, and a pattern of the user's may take seconds for one. */
const CHUNK_LEN = 1 << 15;
/** Byte order marks of UTF-16 (RFC 2781 §3.2), which some Windows programs write. */
const UTF_16 = [
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
];

/** Takes a file's octets as they come. */
type Take = (octets: Uint8Array) => void | Promise<void>;

/**
 * Reads a text file (`-`: standard input) line by line; a line is UTF-8 (or UTF-16 with a byte order mark), what is not becomes
 * U+FFFD, and what is longer than 32 KB is cut. Unpacks gzip, zstd and lz4. Returns what is wrong with packed data, as the end of
 * a sentence, when all lines before it were read; else null. `signal` ends the reading early. Throws CaptureInputError when the
 * file cannot be opened or read.
 */
export async function readLines(
  path: string,
  signal: AbortSignal,
  line: (text: string) => void,
): Promise<string | null> {
  const source = path === '-' ? openStdin() : openFile(path);
  // A pipe may be silent for hours: closing it is what wakes a read that waits for it.
  const wake = (): void => {
    if (source.totalLen === null) source.close();
  };
  signal.addEventListener('abort', wake, { once: true });
  const splitter = new LineSplitter(line);
  try {
    const damage = await readAll(path, source, splitter, signal);
    splitter.end();
    return damage;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    signal.removeEventListener('abort', wake);
    source.close();
  }
}

/** The first octets, enough to tell what they are unless there are no more. */
async function readHead(source: ByteSource, chunk: Uint8Array): Promise<Uint8Array> {
  let len = 0;
  while (len < SNIFF_LEN) {
    const readLen = await source.read(chunk.subarray(len));
    if (readLen === 0) break;
    len += readLen;
  }
  return chunk.subarray(0, len);
}

async function readAll(
  path: string,
  source: ByteSource,
  splitter: LineSplitter,
  signal: AbortSignal,
): Promise<string | null> {
  const chunk = new Uint8Array(CHUNK_LEN);
  const head = await readHead(source, chunk);
  const pace = new Pace(
    () => signal.aborted,
    () => {},
  );
  const foreign = describeForeignCompression(head);
  if (foreign !== null) throw CaptureInputError.about(path, foreign);
  const feed = async (take: Take): Promise<void> => {
    for (let octets = head; octets.length > 0 && !pace.isDone; ) {
      await take(octets);
      await pace.advance(octets.length);
      octets = chunk.subarray(0, await source.read(chunk));
    }
  };
  const compression = findCompression(head);
  if (compression === null) {
    await feed(decoding(head, splitter));
    return null;
  }
  const { createDecompressor, DamagedDataError } = await import('./decompress.ts');
  const decompressor = createDecompressor(compression, (octets, start, end) =>
    splitter.push(octets, start, end),
  );
  try {
    await feed((octets) => decompressor.push(octets));
    if (!pace.isDone) await decompressor.end();
    return null;
  } catch (error) {
    if (!(error instanceof DamagedDataError)) throw error;
    return `the ${compression} data are damaged or cut (${error.message}): the lines before were read`;
  } finally {
    decompressor.close();
  }
}

function decoding(head: Uint8Array, splitter: LineSplitter): Take {
  const utf16 = UTF_16.find(({ mark }) => mark.every((octet, at) => head[at] === octet));
  if (utf16 === undefined) return (octets) => splitter.push(octets, 0, octets.length);
  const decoder = new TextDecoder(utf16.encoding);
  const encoder = new TextEncoder();
  return (octets) => {
    const text = encoder.encode(decoder.decode(octets, { stream: true }));
    splitter.push(text, 0, text.length);
  };
}
