/**
 * LZ4 frames (lz4_Frame_format.md), fed in chunks of any size: several frames, skippable frames, linked and independent
 * blocks, all checksums. Memory is bounded by the block size that the frame declares, 4 MiB at most.
 */
import { FieldCollector } from './field-collector.ts';
import { Lz4Block } from './lz4-block.ts';
import { isSkippable } from './skippable-frame.ts';
import { XxHash32 } from './xxhash32.ts';

const FRAME_MAGIC = 0x184d2204;

const WORD_LEN = 4;
/** FLG and BD octets; the optional fields and the header checksum follow. */
const DESCRIPTOR_START_LEN = 2;
const CONTENT_SIZE_LEN = 8;
const DICTIONARY_ID_LEN = 4;
const HEADER_CHECKSUM_LEN = 1;

const MAX_DESCRIPTOR_LEN = DESCRIPTOR_START_LEN + CONTENT_SIZE_LEN + DICTIONARY_ID_LEN + HEADER_CHECKSUM_LEN;

const VERSION_MASK = 0xc0;
const VERSION_1 = 0x40;
const FLAG_INDEPENDENT = 0x20;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_DICTIONARY = 0x01;
/** BD bits 4–6: 4 = 64 KiB … 7 = 4 MiB. */
const MIN_BLOCK_SIZE_CODE = 4;
const FLAG_UNCOMPRESSED = 0x80000000;
/** Matches reach back this far at most. */
const HISTORY_LEN = 65_536;

type Step =
  | 'magic'
  | 'descriptor'
  | 'descriptor-rest'
  | 'block-size'
  | 'block'
  | 'content-checksum'
  | 'skip-len';

export class Lz4Decoder {
  /** Why it stopped, as a clause; null while all is well. */
  problem: string | null = null;
  readonly #output: (bytes: Uint8Array, start: number, end: number) => void;
  readonly #block = new Lz4Block();
  #step: Step = 'magic';
  readonly #fields = new FieldCollector(MAX_DESCRIPTOR_LEN, WORD_LEN);
  #flags = 0;
  #maxBlockLen = 0;
  #isUncompressed = false;
  #checksum = new XxHash32();
  /** History, and behind it room for one block. */
  #window = new Uint8Array(0);
  #windowEnd = 0;

  constructor(output: (bytes: Uint8Array, start: number, end: number) => void) {
    this.#output = output;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && this.problem === null) {
      at = this.#fields.take(bytes, at, end);
      if (this.#fields.isComplete) this.#finishField();
    }
  }

  /** The input is over. Puts out what can be had of a block that is cut. */
  end(): void {
    const { have, skipLen } = this.#fields;
    if (this.problem !== null || (this.#step === 'magic' && have === 0 && skipLen === 0)) return;
    if (this.#step === 'block' && have > 0) this.#putOutBlock(Math.min(have, this.#blockLen()));
    this.problem = 'the LZ4 data end before their end mark';
  }

  #expect(step: Step, need: number): void {
    this.#step = step;
    this.#fields.expect(need);
  }

  #finishField(): void {
    switch (this.#step) {
      case 'magic':
        this.#readMagic();
        break;
      case 'descriptor':
        this.#readDescriptor();
        break;
      case 'descriptor-rest':
        this.#checkDescriptor();
        break;
      case 'block-size':
        this.#readBlockSize();
        break;
      case 'block':
        this.#readBlock();
        break;
      case 'content-checksum':
        this.#checkContent();
        break;
      case 'skip-len':
        this.#fields.skipLen = this.#word(0);
        this.#expect('magic', WORD_LEN);
        break;
    }
  }

  #readMagic(): void {
    const magic = this.#word(0);
    if (magic === FRAME_MAGIC) this.#expect('descriptor', DESCRIPTOR_START_LEN);
    else if (isSkippable(magic)) this.#expect('skip-len', WORD_LEN);
    else this.problem = 'bytes follow the LZ4 data that are not LZ4';
  }

  #readDescriptor(): void {
    const flags = this.#fields.octets[0]!;
    const sizeCode = (this.#fields.octets[1]! >> 4) & 7;
    this.#flags = flags;
    if ((flags & VERSION_MASK) !== VERSION_1 || sizeCode < MIN_BLOCK_SIZE_CODE) {
      this.problem = 'the LZ4 frame header is damaged';
      return;
    }
    this.#maxBlockLen = 2 ** (8 + 2 * sizeCode);
    this.#fields.need = DESCRIPTOR_START_LEN + HEADER_CHECKSUM_LEN;
    if (flags & FLAG_CONTENT_SIZE) this.#fields.need += CONTENT_SIZE_LEN;
    if (flags & FLAG_DICTIONARY) this.#fields.need += DICTIONARY_ID_LEN;
    // The collected octets stay: the header checksum covers them.
    this.#step = 'descriptor-rest';
  }

  #checkDescriptor(): void {
    const end = this.#fields.need - HEADER_CHECKSUM_LEN;
    if (((xxHash32(this.#fields.octets, end) >>> 8) & 0xff) !== this.#fields.octets[end]) {
      this.problem = 'the LZ4 frame header is damaged';
    } else if (this.#flags & FLAG_DICTIONARY) {
      this.problem = 'the LZ4 data need a dictionary that is not in the file';
    } else {
      this.#beginFrame();
    }
  }

  #beginFrame(): void {
    this.#checksum = new XxHash32();
    this.#windowEnd = 0;
    if (this.#window.length < HISTORY_LEN + this.#maxBlockLen) {
      this.#window = new Uint8Array(HISTORY_LEN + this.#maxBlockLen);
      this.#fields.octets = new Uint8Array(this.#maxBlockLen + WORD_LEN);
    }
    this.#expect('block-size', WORD_LEN);
  }

  #readBlockSize(): void {
    const size = this.#word(0);
    if (size === 0) {
      if (this.#flags & FLAG_CONTENT_CHECKSUM) this.#expect('content-checksum', WORD_LEN);
      else this.#expect('magic', WORD_LEN);
      return;
    }
    this.#isUncompressed = (size & FLAG_UNCOMPRESSED) !== 0;
    const blockLen = size % FLAG_UNCOMPRESSED;
    if (blockLen > this.#maxBlockLen) {
      this.problem = 'an LZ4 block claims more bytes than its frame allows';
      return;
    }
    const need = blockLen + (this.#flags & FLAG_BLOCK_CHECKSUM ? WORD_LEN : 0);
    if (need > 0) this.#expect('block', need);
    else this.#expect('block-size', WORD_LEN);
  }

  #blockLen(): number {
    return this.#fields.need - (this.#flags & FLAG_BLOCK_CHECKSUM ? WORD_LEN : 0);
  }

  #readBlock(): void {
    const blockLen = this.#blockLen();
    if (
      this.#flags & FLAG_BLOCK_CHECKSUM &&
      xxHash32(this.#fields.octets, blockLen) !== this.#word(blockLen)
    ) {
      this.problem = 'the checksum of an LZ4 block is wrong';
      return;
    }
    if (!this.#putOutBlock(blockLen)) this.problem = 'an LZ4 block is damaged';
    this.#expect('block-size', WORD_LEN);
  }

  /** Decodes `blockLen` collected octets behind the history. False when they are damaged. */
  #putOutBlock(blockLen: number): boolean {
    const window = this.#window;
    const isIndependent = (this.#flags & FLAG_INDEPENDENT) !== 0;
    const historyLen = isIndependent ? 0 : Math.min(this.#windowEnd, HISTORY_LEN);
    if (historyLen > 0) window.copyWithin(0, this.#windowEnd - historyLen, this.#windowEnd);
    let isGood = true;
    if (this.#isUncompressed) {
      window.set(this.#fields.octets.subarray(0, blockLen), historyLen);
      this.#windowEnd = historyLen + blockLen;
    } else {
      const limit = historyLen + this.#maxBlockLen;
      isGood = this.#block.decode(this.#fields.octets, 0, blockLen, window, 0, historyLen, limit);
      this.#windowEnd = this.#block.outEnd;
    }
    if (this.#flags & FLAG_CONTENT_CHECKSUM) this.#checksum.update(window, historyLen, this.#windowEnd);
    if (this.#windowEnd > historyLen) this.#output(window, historyLen, this.#windowEnd);
    return isGood;
  }

  #checkContent(): void {
    if (this.#checksum.digest() !== this.#word(0)) this.problem = 'the checksum of the LZ4 data is wrong';
    this.#expect('magic', WORD_LEN);
  }

  #word(at: number): number {
    return this.#fields.number(at, WORD_LEN);
  }
}

function xxHash32(bytes: Uint8Array, end: number): number {
  const hash = new XxHash32();
  hash.update(bytes, 0, end);
  return hash.digest();
}
