import type { CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';

/** Somewhere that a live capture's results go besides standard output. */
export interface LiveOutlet {
  /** `isListed`: it did not end well, and -Y lets it through. */
  ended(judged: JudgedConnection, isListed: boolean, overview: CaptureOverview): void;
  /** One that ended well and was only counted. */
  uneventful(): void;
  /** Hands over what is held. Never rejects. */
  close(): Promise<void>;
}
