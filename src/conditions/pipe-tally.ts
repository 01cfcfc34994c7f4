import type { ConnectionConditions, PipeConditions } from '../model/conditions.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { Census } from './census.ts';
import { Distribution } from './distribution.ts';
import { isEarlyEnd } from './ends.ts';

/** How full the pipes of a capture were. */
export class PipeTally {
  /** Connections with data from the server, and from the client. */
  downloads = 0;
  uploads = 0;
  /** By sign: `receiver`, `loss`, `queue`. */
  readonly overfullDown = new Census();
  readonly overfullUp = new Census();
  /** Connections with any sign, and those of them that ended early. */
  overfull = 0;
  overfullEarly = 0;
  /** Connections whose windows could be told: their scale is agreed on in the handshake. */
  windowsKnown = 0;
  zeroWindows = 0;
  zeroWindowNs = 0;
  limitedNs = 0;
  readonly peak = new Distribution();
  readonly firstFlights = new Distribution();

  add({ facts, verdict }: JudgedConnection, { toClient, toServer }: ConnectionConditions): void {
    const { id } = facts;
    if (facts.server.dataSegments > 0) {
      this.downloads++;
      this.peak.add(toClient.peakInFlight, id);
      if (toClient.firstFlightSegments > 0) this.firstFlights.add(toClient.firstFlightBytes, id);
    }
    if (facts.client.dataSegments > 0) this.uploads++;
    if (toClient.windowAtPeak !== null || toServer.windowAtPeak !== null) this.windowsKnown++;
    for (const sign of toClient.overfull) this.overfullDown.add(sign, id, frameOf(sign, toClient));
    for (const sign of toServer.overfull) this.overfullUp.add(sign, id, frameOf(sign, toServer));
    this.zeroWindows += toClient.zeroWindows + toServer.zeroWindows;
    this.zeroWindowNs += toClient.zeroWindowNs + toServer.zeroWindowNs;
    this.limitedNs += toClient.windowLimitedNs + toServer.windowLimitedNs;
    if (toClient.overfull.length + toServer.overfull.length === 0) return;
    this.overfull++;
    if (isEarlyEnd(verdict)) this.overfullEarly++;
  }
}

function frameOf(sign: PipeConditions['overfull'][number], pipe: PipeConditions): (number | null)[] {
  return sign === 'receiver' ? [pipe.zeroWindowFrame ?? pipe.windowLimitedFrame] : [pipe.peakFrame];
}
