import type { Side } from '../model/facts.ts';
import { OPT_TIMESTAMP, SYN } from '../model/segment.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { HEAD_LEN } from './limits.ts';
import type { Packet } from './packet.ts';

/** By what one connection can be recognised in another capture. */
export interface Signature {
  /** Position in the list of its capture. */
  readonly index: number;
  /** `client>server`, each as address and port. */
  readonly client: string;
  readonly server: string;
  readonly startNs: number;
  readonly halves: Readonly<Record<Side, HalfSignature>>;
  /** `side:seq:hash` of data segments, by the number on the wire. */
  readonly octetMarks: ReadonlySet<string>;
}

interface HalfSignature {
  /** Initial sequence number; null when the SYN was not captured. */
  readonly isn: number | null;
  /** TSval of the SYN; null without the option. */
  readonly tsVal: number | null;
  /** First sequence number seen, of whatever segment that is not a RST. */
  readonly firstSeq: number | null;
  /** First data: its number and what it begins with. */
  readonly data: { readonly seq: number; readonly mark: string } | null;
}

/** Data segments that serve as marks, from the beginning and from the end: captures begin and end at different times. */
const MAX_MARKS = 16;

export function signatureOf(index: number, judged: JudgedConnection, packets: readonly Packet[]): Signature {
  const { client, server, startNs } = judged.facts;
  const telling = packets.filter(isTelling);
  const marked = [...telling.slice(0, MAX_MARKS), ...telling.slice(-MAX_MARKS)];
  return {
    index,
    client: `${client.ip}|${client.port}`,
    server: `${server.ip}|${server.port}`,
    startNs,
    halves: { client: halfSignature(packets, 'client'), server: halfSignature(packets, 'server') },
    octetMarks: new Set(marked.map(({ from, seq, headHash }) => `${from}:${seq}:${headHash}`)),
  };
}

function halfSignature(packets: readonly Packet[], side: Side): HalfSignature {
  const own = packets.filter(({ from }) => from === side);
  const syn = own.find(({ flags }) => (flags & SYN) !== 0);
  const data = own.find(isTelling);
  return {
    isn: syn?.seq ?? null,
    tsVal: syn !== undefined && (syn.options & OPT_TIMESTAMP) !== 0 ? syn.tsVal : null,
    firstSeq: own[0]?.seq ?? null,
    data: data === undefined ? null : { seq: data.seq, mark: `${data.headHash}` },
  };
}

/** Long enough that its first octets tell something. */
function isTelling({ payloadLen, prefixLen }: Packet): boolean {
  return payloadLen >= HEAD_LEN && prefixLen >= HEAD_LEN;
}
