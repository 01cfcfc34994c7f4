import type { CaptureLetter, PairConnection, PairOrder, Witness } from '../model/pair.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import type { ReadCapture } from './capture-side.ts';
import type { Transit } from './transit.ts';

/** What the rest of the comparison says about the place of a connection that only one capture has. */
export interface SoleSetting {
  readonly order: PairOrder;
  readonly transit: Transit;
  /** The other capture has connections with the same server: this one should have been there too. */
  readonly isHostSeen: boolean;
}

/**
 * A connection that only one capture has. Mostly the other capture looked elsewhere or at another time. But when a client
 * was refused at once, and the capture at the server, which was running and has that server's other connections, never
 * saw the SYN, then the refusal was most likely made in between.
 */
export function soleConnection(
  own: ReadCapture,
  other: ReadCapture,
  judged: JudgedConnection,
  setting: SoleSetting,
): PairConnection {
  const { letter } = own.side;
  const witness = refusedInBetween(other, judged, letter, setting);
  return {
    a: letter === 'a' ? judged : null,
    b: letter === 'b' ? judged : null,
    match: null,
    order: setting.order,
    basis: letter,
    witness,
    verdict: own.rejudge(judged.facts, witness),
    doubts: [],
    closes: [],
    packets: { passed: 0, resegmented: 0, diverted: 0, lost: NONE, added: NONE, oneSided: 0 },
    lost: [],
    added: [],
    altered: [],
    swallowed: null,
    ladder: [],
    omitted: own.side.log.omitted(judged.facts.id),
  };
}

const NONE = { client: 0, server: 0 };

function refusedInBetween(
  { summary: { capture }, side }: ReadCapture,
  { facts, verdict }: JudgedConnection,
  letter: CaptureLetter,
  { order, transit, isHostSeen }: SoleSetting,
): Witness | null {
  const close = facts.closes.find(({ frame }) => frame === verdict.killerFrame);
  if (close?.from !== 'server' || verdict.outcome !== 'refused' || order.nearClient !== letter) return null;
  const timeNs = letter === 'a' ? transit.onClockOfB(close.timeNs) : transit.onClockOfA(close.timeNs);
  const { firstNs, lastNs, drops } = capture;
  const isRunning = firstNs !== null && lastNs !== null && firstNs <= timeNs && timeNs <= lastNs;
  if (!isHostSeen || !isRunning || (drops ?? 0) > 0 || side.leftOut > 0) return null;
  const where = `capture ${side.letter.toUpperCase()}`;
  // Not a proof: behind one address may stand several hosts, and the capture may have been made at another of them.
  const text = `The SYN never came to ${where}, which was running and has other connections of this server: unless several hosts share its address, the refusal (${letter.toUpperCase()} ${close.frame}) was made in between.`;
  return { kind: 'inserted', isProof: false, text, frames: [close.frame] };
}
