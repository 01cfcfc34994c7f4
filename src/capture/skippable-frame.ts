/** Magic number of a frame that decoders pass over, its low four bits the user's; the same in LZ4 and zstd (RFC 8878 §3.1.2). */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;

/** Is `magic`, an unsigned 32-bit number, that of a frame without data? Its length follows, in four octets. */
export function isSkippable(magic: number): boolean {
  return (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC;
}
