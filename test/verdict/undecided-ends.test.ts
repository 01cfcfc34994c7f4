import { describe } from 'vitest';
import type { HandshakeFacts } from '../../src/model/facts.ts';
import { connection } from '../support/facts.ts';
import { asked, half, type Row, testRows } from '../support/verdict-rows.ts';

const MULTIPATH: HandshakeFacts = {
  state: 'complete',
  synFrame: 1,
  synNs: 0,
  synCount: 1,
  synAckFrame: 2,
  synAckNs: 1e6,
  ackFrame: 3,
  ackNs: 2e6,
  isFastOpen: false,
  isMultipath: true,
};

const UNDECIDED: readonly Row[] = [
  {
    what: 'the client rebooted, or something answers for it: TTL equal',
    story: half().half('server', { retransmittedSegments: 4 }).idle(20).rst('client', { form: 'reply' }),
    want: { group: 'client-abort', certainty: 'undetermined', position: 'in-response-body' },
    most: 0.6,
  },
  {
    what: 'Multipath TCP: the server may have closed by an option before the client reset',
    story: half().with({ handshake: MULTIPATH }).rst('client'),
    want: { group: 'client-abort', certainty: 'undetermined', position: 'in-response-body' },
    most: 0.6,
  },
  {
    what: 'both abort within one trip',
    story: half().rst('client', { timeNs: 1e9 }).rst('server', { timeNs: 1.0001e9, isAfterPeerReset: true }),
    want: { closedBy: 'both', certainty: 'undetermined', outcome: 'aborted' },
  },
  {
    what: 'a client that vanishes for good',
    story: half().half('server', { finalRetransmissions: 5, retransmittedSegments: 5 }),
    want: { group: null, outcome: 'timed-out', closedBy: 'none', kind: 'none' },
  },
  {
    what: 'a kernel that gave up in silence and resets when the peer speaks again',
    story: half()
      .half('server', { retransmittedSegments: 4 })
      .idle(9)
      .rst('server', { form: 'reply', ownBytesUnacked: 1024 }),
    want: { group: null, outcome: 'timed-out', closedBy: 'none', kind: 'none', position: 'in-response-body' },
  },
  {
    what: 'a whole response that the client never acknowledges',
    story: asked().response(200, { length: 6000, acked: 0 }).half('server', { finalRetransmissions: 8 }),
    want: { group: null, outcome: 'timed-out', position: 'in-response-body' },
  },
  {
    what: 'one reset and nothing else',
    story: connection().rst('client', { form: 'reply' }).with({ segments: 1 }),
    want: {
      group: null,
      outcome: 'aborted',
      closedBy: 'client',
      kind: 'RST',
      position: 'non-http',
      isHarmless: true,
    },
  },
  {
    what: 'a SYN that met an old connection: its answer is reset as TCP prescribes',
    story: connection().syn().rst('client', { form: 'reply' }),
    want: { group: null, outcome: 'aborted', closedBy: 'client', position: 'handshake', isHarmless: true },
  },
  {
    what: 'a SYN that nobody answers',
    story: connection().syn(5).half('server', { segments: 0 }),
    want: { group: null, outcome: 'timed-out', position: 'handshake' },
  },
  {
    what: 'a client that stopped reading',
    story: half()
      .half('client', { isWindowShut: true, zeroWindowCount: 1 })
      .with({ end: { reason: 'idle', silenceNs: 9e12 } }),
    want: { group: 'client-abort', outcome: 'timed-out', certainty: 'undetermined' },
  },
  {
    what: "a reset numbered beyond its side's data in a capture that lost frames",
    story: half().rst('client', { form: 'unclear', seqMinusNext: 2920, seqMinusPeerAck: 2920 }),
    seen: { hasCaptureDrops: true },
    want: { group: 'client-abort', certainty: 'undetermined' },
    most: 0.8,
  },
];

describe('ends that one capture cannot settle', () => {
  testRows(UNDECIDED);
});
