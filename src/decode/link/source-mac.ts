/** Mixes the upper octets in: the odd number nearest to 2^32 divided by the golden ratio. */
const MULTIPLIER = 0x9e3779b1;

/** The six octets of a MAC address at `offset`, folded to 32 bits. */
export function foldMac(view: DataView, offset: number): number {
  return view.getInt32(offset + 2) ^ Math.imul(view.getUint16(offset), MULTIPLIER);
}
