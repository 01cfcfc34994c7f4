import { SideMeter } from './side-meter.ts';

/** What is measured of one connection while its segments pass. */
export class ConnectionMeter {
  readonly sides: readonly [SideMeter, SideMeter] = [new SideMeter(), new SideMeter()];
  /** Side that sent payload last; -1 before. */
  speaker = -1;
  /** When the first SYN and the SYN+ACK came; NaN when they did not, or came twice. */
  synNs = Number.NaN;
  synAckNs = Number.NaN;
  isHandshakeTimed = false;
  /** Counted among the open ones. */
  isOpen = false;
  /** Was counted once, and will not be again. */
  wasOpen = false;
  hasFin0 = false;
  hasFin1 = false;
  isVlan = false;
  tunnelDepth = 0;
}
