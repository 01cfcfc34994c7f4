/** Octets of one input, pulled. */
export interface ByteSource {
  /** Octets in all, or null when nobody knows. */
  readonly totalLen: number | null;
  /** Fills `into` from its start with at least one octet; 0 = the end. Throws what the system throws. */
  read(into: Uint8Array): number | Promise<number>;
  /** Goes back to the first octet; false when that is not possible. */
  rewind(): boolean;
  close(): void;
}
