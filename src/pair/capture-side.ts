import type { AnalysisSummary } from '../model/analysis.ts';
import type { ConnectionFacts } from '../model/facts.ts';
import type { CaptureLetter, Witness } from '../model/pair.ts';
import type { JudgedConnection, Verdict } from '../model/verdict.ts';
import { MAX_COMPARED } from './limits.ts';
import type { Packet } from './packet.ts';
import { PacketLog } from './packet-log.ts';

/** Works a verdict out again, knowing what another capture says. Handed in, because a stage imports no other. */
export type Rejudge = (facts: ConnectionFacts, witness: Witness | null) => Verdict;

/**
 * One of the two captures, read and judged: its connections with a digest of their packets, within bounds. Where they
 * are hit, connections that ended well make room.
 */
export class CaptureSide {
  readonly letter: CaptureLetter;
  readonly log: PacketLog;
  readonly #connections = new Map<number, JudgedConnection>();
  /** Ids of those that ended well, oldest first. */
  readonly #uneventful = new Set<number>();
  readonly #maxCompared: number;
  leftOut = 0;

  constructor(letter: CaptureLetter, maxCompared: number = MAX_COMPARED) {
    this.letter = letter;
    this.#maxCompared = maxCompared;
    this.log = new PacketLog(() => this.#dropUneventful());
  }

  /** Takes a connection that is over. */
  add(judged: JudgedConnection): void {
    const { id } = judged.facts;
    if (this.#connections.size >= this.#maxCompared && !this.#dropUneventful()) {
      this.leftOut++;
      this.log.release(id);
      return;
    }
    this.#connections.set(id, judged);
    if (judged.verdict.outcome === 'clean' && judged.verdict.group === null) this.#uneventful.add(id);
  }

  /** In the order of their ids. */
  connections(): JudgedConnection[] {
    return [...this.#connections.values()].sort((one, other) => one.facts.id - other.facts.id);
  }

  packetsOf({ facts }: JudgedConnection): Packet[] {
    return this.log.packets(facts.id, facts.client.firstFrame, facts.server.firstFrame);
  }

  #dropUneventful(): boolean {
    const [oldest] = this.#uneventful;
    if (oldest === undefined) return false;
    this.#uneventful.delete(oldest);
    this.#connections.delete(oldest);
    this.log.release(oldest);
    this.leftOut++;
    return true;
  }
}

/** What the comparison knows of a capture as a whole, once it is read. */
export interface ReadCapture {
  readonly side: CaptureSide;
  readonly summary: AnalysisSummary;
  readonly rejudge: Rejudge;
}
