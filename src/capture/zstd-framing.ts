/**
 * Follows the frames and blocks of zstd data (RFC 8878 §3.1) without unpacking them, to know beforehand what unpacking
 * will cost. A decoder that moves its whole window for each block can be held up for hours by a small file of tiny blocks.
 */

import { FieldCollector } from './field-collector.ts';
import { isSkippable } from './skippable-frame.ts';

const FRAME_MAGIC = 0xfd2fb528;
const WORD_LEN = 4;
const BLOCK_HEADER_LEN = 3;
const RLE_BLOCK = 1;

/** Frame_Header_Descriptor (§3.1.1.1.1). */
const FLAG_SINGLE_SEGMENT = 0x20;
const FLAG_CHECKSUM = 0x04;
const DICTIONARY_ID_LENS = [0, 1, 2, 4];
const CONTENT_SIZE_LENS = [0, 2, 4, 8];

/** What follows the descriptor: window, dictionary id, content size. */
const MAX_HEADER_LEN = 13;

type Step = 'magic' | 'skip-len' | 'descriptor' | 'header-rest' | 'block-header';

export class ZstdFraming {
  /** The largest window that a frame asked for, in octets. */
  maxWindowLen = 0;
  /** Windows of all blocks so far, added up, in octets. */
  movedLen = 0;
  #step: Step = 'magic';
  readonly #fields = new FieldCollector(MAX_HEADER_LEN, WORD_LEN);
  #descriptor = 0;
  #windowLen = 0;

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      at = this.#fields.take(bytes, at, bytes.length);
      if (this.#fields.isComplete) this.#finishField();
    }
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
      case 'skip-len':
        this.#fields.skipLen = this.#fields.number(0, WORD_LEN);
        this.#expect('magic', WORD_LEN);
        break;
      case 'descriptor':
        this.#readDescriptor();
        break;
      case 'header-rest':
        this.#readHeaderRest();
        break;
      case 'block-header':
        this.#readBlockHeader();
        break;
    }
  }

  /** Anything else is damage: the decoder stops there, so what is counted from here on does not matter. */
  #readMagic(): void {
    const magic = this.#fields.number(0, WORD_LEN);
    if (isSkippable(magic)) this.#expect('skip-len', WORD_LEN);
    else if (magic === FRAME_MAGIC) this.#expect('descriptor', 1);
    else this.#fields.skipLen = Number.POSITIVE_INFINITY;
  }

  #contentSizeLen(): number {
    const isSingleSegment = (this.#descriptor & FLAG_SINGLE_SEGMENT) !== 0;
    return CONTENT_SIZE_LENS[this.#descriptor >> 6]! || (isSingleSegment ? 1 : 0);
  }

  #readDescriptor(): void {
    this.#descriptor = this.#fields.octets[0]!;
    const windowLen = this.#descriptor & FLAG_SINGLE_SEGMENT ? 0 : 1;
    const need = windowLen + DICTIONARY_ID_LENS[this.#descriptor & 3]! + this.#contentSizeLen();
    this.#expect('header-rest', need);
  }

  #readHeaderRest(): void {
    if (this.#descriptor & FLAG_SINGLE_SEGMENT) {
      const sizeLen = this.#contentSizeLen();
      // A two-octet size counts from 256 (§3.1.1.1.4).
      this.#windowLen = this.#fields.number(this.#fields.need - sizeLen, sizeLen) + (sizeLen === 2 ? 256 : 0);
    } else {
      const base = 2 ** (10 + (this.#fields.octets[0]! >> 3));
      this.#windowLen = base + (base / 8) * (this.#fields.octets[0]! & 7);
    }
    this.maxWindowLen = Math.max(this.maxWindowLen, this.#windowLen);
    this.#expect('block-header', BLOCK_HEADER_LEN);
  }

  #readBlockHeader(): void {
    const header = this.#fields.number(0, BLOCK_HEADER_LEN);
    this.movedLen += this.#windowLen;
    this.#fields.skipLen = ((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3;
    this.#expect('block-header', BLOCK_HEADER_LEN);
    if ((header & 1) === 0) return;
    if (this.#descriptor & FLAG_CHECKSUM) this.#fields.skipLen += WORD_LEN;
    this.#expect('magic', WORD_LEN);
  }
}
