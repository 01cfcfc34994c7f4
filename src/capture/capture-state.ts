import { type CaptureClock, type CaptureInterface, Frame, type FrameSink } from '../model/frame.ts';
import { MAX_SECRETS_LEN } from './limits.ts';

/** Keys that a capture carries for decrypting itself (pcapng decryption secrets block). */
export interface CaptureSecrets {
  /** 0x544c534b = TLS key log, 0x57474b4c = WireGuard key log… */
  readonly type: number;
  readonly bytes: Uint8Array;
}

const NS_PER_SECOND = 1_000_000_000n;

/** What the files of one capture have in common: the numbering, the clock, and the name of the file being read. */
export class CaptureState {
  readonly clock: CaptureClock = { epochNs: 0n, digits: 6 };
  /** The one borrowed frame. Between chunks it still holds the time of the last frame read. */
  readonly frame = new Frame();
  readonly secrets: CaptureSecrets[] = [];
  /** As the user wrote it; goes into warnings. */
  file: string | null = null;
  /** Number of the last frame, counted from 1 over all files. */
  frames = 0;
  /** Interfaces found so far, over all files. */
  interfaces = 0;
  /** True once a frame with a time has set the clock. */
  isClockSet = false;
  /**
   * `clock.epochNs` in whole seconds, as a number for the per-record arithmetic; NaN until the clock is set. A float from the
   * first, so that what is worked out from it is: nanoseconds outgrow small integers after two seconds.
   */
  epochSeconds = Number.NaN;
  #secretsLen = 0;

  /** `seconds` is a whole number. */
  setEpoch(seconds: number): void {
    this.isClockSet = true;
    this.epochSeconds = seconds;
    this.clock.epochNs = BigInt(seconds) * NS_PER_SECOND;
  }

  /** Numbers a new interface and tells the sink of it. */
  addInterface(found: CaptureInterface, sink: FrameSink): number {
    this.clock.digits = Math.max(this.clock.digits, found.digits);
    sink.interfaceFound(found);
    return this.interfaces++;
  }

  /** Copies the secrets; false when the limit on them is reached. */
  keepSecrets(type: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#secretsLen + (end - start) > MAX_SECRETS_LEN) return false;
    this.#secretsLen += end - start;
    this.secrets.push({ type, bytes: bytes.slice(start, end) });
    return true;
  }
}
