import { escapeText } from '../bytes/escape-text.ts';
import type { PairConnection, PairedPacket, PairSummary } from '../model/pair.ts';
import type { Sha1 } from './community-id.ts';
import { connectionRecord } from './connection-record.ts';
import type { PairTally } from './pair-tally.ts';
import { basisOf } from './pair-words.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { secondsOrNull } from './seconds.ts';
import { rfc3339, type TimeBase } from './wall-time.ts';

/**
 * One connection of a comparison (docs/pair.md): the record of the capture whose verdict counts, with the verdict of
 * both, and under `pair` what the comparison found.
 */
export function pairConnectionRecord(connection: PairConnection, base: TimeBase, sha1: Sha1) {
  const { a, b, match, order, basis, witness, doubts, closes, packets } = connection;
  const judged = { ...basisOf(connection), verdict: connection.verdict };
  return {
    ...connectionRecord(judged, base, sha1),
    type: 'pair-connection' as const,
    pair: {
      basis,
      a: a === null ? null : endOf(a),
      b: b === null ? null : endOf(b),
      match: match === null ? null : { ...match, shift: { ...match.shift } },
      nearClient: order.nearClient,
      orderFrom: order.from,
      witness:
        witness === null
          ? null
          : { kind: witness.kind, isProof: witness.isProof, text: escapeText(witness.text) },
      doubts: doubts.map(escapeText),
      closes: closes.map(({ from, kind, frameA, frameB, fate, isProvenForged }) => ({
        from,
        kind,
        frameA,
        frameB,
        fate,
        isProvenForged,
      })),
      packets,
      swallowed: connection.swallowed,
      lost: connection.lost.map(packetRecord),
      added: connection.added.map(packetRecord),
      altered: connection.altered,
      omitted: connection.omitted,
    },
  };
}

/** What one capture alone says. */
function endOf({ facts, verdict }: NonNullable<PairConnection['a']>) {
  return {
    id: facts.id,
    client: { ip: facts.client.ip, port: facts.client.port },
    server: { ip: facts.server.ip, port: facts.server.port },
    outcome: verdict.outcome,
    group: verdict.group,
    killerFrame: verdict.killerFrame,
  };
}

function packetRecord({ from, frameA, frameB, flags, seqRel, payloadLen }: PairedPacket) {
  return { from, frameA, frameB, flags, seq: seqRel, length: payloadLen };
}

/** The last record of a comparison. */
export function pairSummaryRecord(summary: PairSummary, tally: PairTally) {
  const { clock, matched, onlyA, onlyB, leftOut } = summary;
  return {
    type: 'pair-summary' as const,
    schema: SCHEMA_VERSION,
    connections: { a: summary.a.connections, b: summary.b.connections },
    matched,
    onlyA,
    onlyB,
    leftOut,
    selected: tally.selected,
    byGroup: tally.byGroup,
    endedBadly: tally.bad,
    provenIntermediary: tally.proven,
    provenForged: tally.forged,
    clock: {
      offset: secondsOrNull(clock.offsetNs),
      uncertainty: secondsOrNull(clock.uncertaintyNs),
      driftPpm: clock.driftPpm,
      samples: clock.samples,
      at: clock.offsetNs === null ? null : rfc3339(summary.a.capture, clock.atNs),
    },
    weights: summary.a.capture.weights,
  };
}
