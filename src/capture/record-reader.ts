/** What each file format's reader offers; CaptureReader explains the calls. */
export interface RecordReader {
  /** Octets that the next record needs, from the offset that `read` returned. Never above HARD_LEN_LIMIT + a header. */
  readonly neededLen: number;
  /** True after damage that cannot be skipped: nothing more will come, and the warning is out. */
  readonly isStopped: boolean;
  read(bytes: Uint8Array, view: DataView, start: number, end: number): number;
  end(leftoverLen: number): void;
}
