import { counted } from './bytes/number-text.ts';
import type { ConnectionFacts, HalfFacts } from './model/facts.ts';
import type { CaptureWarning } from './model/frame.ts';

/**
 * Octets that were acknowledged and never captured, over all connections: the capture missed packets, whether it says
 * so itself or not. A side of which nothing was captured does not count: that is a capture of one direction.
 */
export class MissedOctets {
  #connections = 0;
  #octets = 0;
  #fins = 0;

  add({ client, server }: ConnectionFacts): void {
    const octets = missedOf(client) + missedOf(server);
    const fins = (client.lostFinNs === null ? 0 : 1) + (server.lostFinNs === null ? 0 : 1);
    if (octets + fins === 0) return;
    this.#connections++;
    this.#octets += octets;
    this.#fins += fins;
  }

  /** Null when nothing was missed. */
  warning(): CaptureWarning | null {
    if (this.#connections === 0) return null;
    const where = counted(this.#connections, 'connection');
    const what = [];
    if (this.#octets > 0) what.push(counted(this.#octets, 'byte'));
    if (this.#fins > 0) what.push(counted(this.#fins, 'FIN'));
    return {
      kind: 'octets-not-captured',
      text: `The capture missed packets: in ${where} the other side acknowledged ${what.join(' and ')} that it lacks.`,
      file: null,
      byteOffset: null,
      frameNumber: null,
    };
  }
}

function missedOf({ segments, bytesNotCaptured }: HalfFacts): number {
  return segments === 0 ? 0 : bytesNotCaptured;
}
