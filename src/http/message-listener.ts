import type { MessageHead } from './message-head.ts';
import type { MessageParser } from './message-parser.ts';

/** What happens in one direction, in order. */
export interface MessageListener {
  /** A message has begun. */
  begun(parser: MessageParser, frameNumber: number, timeNs: number): void;
  /** The head is complete (or as much of it as was captured: `framing` is null then). */
  head(parser: MessageParser, head: MessageHead): void;
  /** Chunk `index` (from 1) of `size` octets is complete. */
  chunk(parser: MessageParser, frameNumber: number, index: number, size: number): void;
  complete(parser: MessageParser, timeNs: number): void;
  oddity(name: string): void;
  /**
   * Octets that begin no message where a response should be. `isText`: they may be an HTTP/0.9 body (RFC 1945 §4.1),
   * rather than the banner of another protocol. Return true to take them as one.
   */
  foreign(parser: MessageParser, isText: boolean, frameNumber: number, timeNs: number): boolean;
  /** Tunnelled octets; `missing` more were cut off. */
  tunnelled(
    parser: MessageParser,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    frameNumber: number,
  ): void;
}
