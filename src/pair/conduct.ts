import type { CaptureLetter, PairClose, PairedPacket } from '../model/pair.ts';
import { ACK, FIN, RST } from '../model/segment.ts';

/**
 * What a side did, by the capture nearer to it, after a close in its name arrived at the other: `went-on` as an open
 * socket does, `gone` answered as a host without the connection although nothing had told it so, or `silent`.
 */
export type Conduct = 'went-on' | 'gone' | 'silent';

/** `rows`: all packets of the connection in order of time; `near`: the capture nearer to the sender of the close. */
export function conductAfter(close: PairClose, rows: readonly PairedPacket[], near: CaptureLetter): Conduct {
  let wasTold = false;
  let isGone = false;
  for (const row of rows) {
    const timeNs = near === 'a' ? row.timeANs : row.timeBNs;
    if (timeNs === null) continue;
    const isOwn = row.from === close.from;
    const isReset = (row.flags & RST) !== 0;
    // It knew before it answered: from the other side's reset, or because it had closed.
    if (isOwn ? (row.flags & FIN) !== 0 : isReset) wasTold = true;
    if (!isOwn || timeNs <= close.timeNs) continue;
    if (isReset) {
      if (!wasTold && (row.flags & ACK) === 0) isGone = true;
    } else if (close.kind === 'RST' || row.seqRel <= close.endSeqRel) {
      return 'went-on';
    }
  }
  return isGone ? 'gone' : 'silent';
}
