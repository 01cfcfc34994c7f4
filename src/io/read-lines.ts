import type { ByteSource } from './byte-source.ts';
import { openFile } from './file-source.ts';
import { openStdin } from './stdin-source.ts';

const CHUNK_LEN = 1 << 18;
const LF = 0x0a;
const CR = 0x0d;
/** Octets of a line that are handed on: four times what is looked at, for characters of four octets. */
const MAX_LINE_OCTETS = 32_768;

/**
 * Reads a text file (`-`: standard input) line by line; a line is UTF-8, what is not becomes U+FFFD, and what is longer
 * than 32 KB is cut. Throws CaptureInputError when the file cannot be opened.
 */
export async function readLines(
  path: string,
  signal: AbortSignal,
  line: (text: string) => void,
): Promise<void> {
  const source = path === '-' ? openStdin() : openFile(path);
  try {
    await readAll(source, signal, line);
  } finally {
    source.close();
  }
}

async function readAll(source: ByteSource, signal: AbortSignal, line: (text: string) => void): Promise<void> {
  const chunk = new Uint8Array(CHUNK_LEN);
  const held = new Uint8Array(MAX_LINE_OCTETS);
  let heldLen = 0;
  const hold = (start: number, end: number): void => {
    const len = Math.min(end - start, MAX_LINE_OCTETS - heldLen);
    held.set(chunk.subarray(start, start + len), heldLen);
    heldLen += len;
  };
  while (!signal.aborted) {
    const read = await source.read(chunk);
    if (read === 0) break;
    let start = 0;
    for (;;) {
      const end = chunk.subarray(0, read).indexOf(LF, start);
      if (end < 0) break;
      if (heldLen === 0) line(textOf(chunk, start, end));
      else {
        hold(start, end);
        line(textOf(held, 0, heldLen));
        heldLen = 0;
      }
      start = end + 1;
    }
    hold(start, read);
  }
  if (heldLen > 0) line(textOf(held, 0, heldLen));
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const last = end > start && bytes[end - 1] === CR ? end - 1 : end;
  return decoder.decode(bytes.subarray(start, Math.min(last, start + MAX_LINE_OCTETS)));
}
