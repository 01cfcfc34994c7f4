import { escapeText } from '../bytes/escape-text.ts';
import { counted } from '../bytes/number-text.ts';
import { FrameRing, type RingFrame } from '../io/live/frame-ring.ts';
import { RotatingFile } from '../io/live/rotating-file.ts';
import type { CaptureOverview } from '../model/analysis.ts';
import type { Frame } from '../model/frame.ts';
import type { SegmentObserver } from '../model/observer.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { interfaceBlock, packetBlock, sectionBlock } from '../report/pcapng-blocks.ts';
import { verdictComment } from '../report/verdict-comment.ts';
import type { SaveOptions } from './live-options.ts';
import type { FrameWatcher } from './live-run.ts';

const NOT_TCP = -1;
const APPLICATION = 'whohungup live';

/** -w: keeps frames in memory until it is known how their connection ended, and saves those of bad ends. */
export class LiveProof implements FrameWatcher {
  readonly #ring: FrameRing;
  readonly #file: RotatingFile;
  readonly #path: string;
  readonly #device: string;
  readonly #onTrouble: (text: string) => void;
  /** Link types that the file has an interface for, in that order. */
  #linkTypes: number[] = [];
  /** Connection of the frame in hand. */
  #connection = NOT_TCP;
  #isInTrouble = false;
  #saved = 0;
  #lost = 0;

  /** `onTrouble` is told once, when saving fails for the first time. */
  constructor(options: SaveOptions, device: string, onTrouble: (text: string) => void) {
    this.#ring = new FrameRing(options.ringLen);
    this.#file = new RotatingFile(options, Date.now);
    this.#path = options.path;
    this.#device = device;
    this.#onTrouble = onTrouble;
  }

  readonly observer: SegmentObserver = {
    segment: (connectionId) => {
      this.#connection = connectionId;
    },
  };

  /** Makes the (first) file, to see that it can be made. Throws what the system throws. */
  open(): void {
    this.#begin();
  }

  frame(frame: Frame): void {
    if (this.#connection !== NOT_TCP)
      this.#ring.add(this.#connection, frame.bytes, frame.start, frame.end, frame);
    this.#connection = NOT_TCP;
  }

  /** The connection is over; `isWanted`: it did not end well. */
  ended(judged: JudgedConnection, isWanted: boolean, { epochNs }: CaptureOverview): void {
    const { id } = judged.facts;
    if (isWanted) this.#save(judged, this.#ring.framesOf(id), epochNs);
    this.#ring.forget(id);
  }

  /** The connection ended well. */
  forget(connectionId: number): void {
    this.#ring.forget(connectionId);
  }

  close(): void {
    try {
      this.#file.close();
    } catch (error) {
      this.#trouble(error);
    }
  }

  #save(judged: JudgedConnection, frames: readonly RingFrame[], epochNs: bigint): void {
    let linkTypesBefore = this.#linkTypes.length;
    try {
      if (this.#file.isDue) this.#begin();
      linkTypesBefore = this.#linkTypes.length;
      const octets = this.#blocksOf(judged, frames, epochNs);
      this.#file.write(octets);
      this.#saved++;
    } catch (error) {
      this.#lost++;
      this.#linkTypes.length = linkTypesBefore;
      this.#trouble(error);
    }
  }

  #trouble(error: unknown): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const reason = code === 'ENOSPC' ? 'the disk is full' : code;
    this.#onTrouble(
      `${escapeText(this.#path)} cannot be written (${reason}): packets are not saved until it can; verdicts go on`,
    );
  }

  /** For the end: what is in the file, and what is not. */
  sum(): string {
    const saved = `-w: ${counted(this.#saved, 'connection')} saved in ${escapeText(this.#path)}`;
    return this.#lost === 0 ? saved : `${saved}; ${counted(this.#lost, 'connection')} could not be saved`;
  }

  #begin(): void {
    this.#linkTypes = [];
    this.#file.next(sectionBlock(APPLICATION));
  }

  #blocksOf(judged: JudgedConnection, frames: readonly RingFrame[], epochNs: bigint): Uint8Array {
    const blocks: Uint8Array[] = [];
    const named =
      frames.find(({ frameNumber }) => frameNumber === judged.verdict.killerFrame) ?? frames.at(-1);
    for (const frame of frames) {
      let interfaceIndex = this.#linkTypes.indexOf(frame.linkType);
      if (interfaceIndex < 0) {
        interfaceIndex = this.#linkTypes.push(frame.linkType) - 1;
        blocks.push(interfaceBlock(frame.linkType, this.#device));
      }
      const isFirst = frame === frames[0];
      const { originalLen, octets } = frame;
      const timeNs = epochNs + BigInt(Math.round(frame.timeNs));
      const comment = frame === named ? verdictComment(judged) : isFirst ? missingText(judged, frame) : '';
      blocks.push(packetBlock({ interfaceIndex, timeNs, originalLen, octets, comment }));
    }
    return joined(blocks);
  }
}

function missingText({ facts }: JudgedConnection, first: RingFrame): string {
  if (first.frameNumber === facts.firstFrame) return '';
  return 'whohungup: earlier packets of this connection were no longer in memory (see --ring).';
}

function joined(blocks: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    octets.set(block, at);
    at += block.length;
  }
  return octets;
}
