import type { Outcome } from '../model/verdict.ts';
import { isAllAcknowledged, isAllAnswered, isUploadSpared } from './benign.ts';
import type { Case } from './case.ts';
import { lateRequest, lateRequestAdvice } from './late-request.ts';
import type { Judgement } from './outcome.ts';
import type { Reason } from './outcome-rule.ts';
import { silenceNs } from './position.ts';
import type { Attribution } from './probabilities.ts';
import { shutNs, stallNs } from './stall.ts';
import { isKnownWhole } from './wholeness.ts';
import { durationText, isHeadUnfinished } from './wording.ts';

/** Silence from which an encrypted or unknown connection looks unused. */
const QUIET_NS = 400e6;
/** Data sent again so often without an acknowledgement is no single lost packet. */
const MIN_UNHEARD = 3;
const GOOD_ENDS: readonly Outcome[] = ['clean', 'scan', 'open'];

/** Whatever it is called, nobody lost anything as far as the packets show. */
export function isHarmless(found: Case, { outcome, reason }: Judgement): boolean {
  if (reason === 'late-request' || reason === 'answered-for') return false;
  if (GOOD_ENDS.includes(outcome) || reason === 'stray') return true;
  const { position, ending, facts } = found;
  const { cause } = ending;
  const isOpaque = position === 'tls-application' || position === 'non-http' || position === 'tunnel';
  if (!isOpaque || outcome !== 'aborted' || cause === null || ending.by !== 'client') return false;
  return isAllAcknowledged(cause) && silenceNs(facts, cause) >= QUIET_NS;
}

/** Does anybody need to act? One short sentence. */
export function matters(found: Case, judgement: Judgement, attribution: Attribution | null): string {
  if (attribution?.group === 'intermediary' && judgement.reason !== 'answered-for') {
    return 'Yes: look at firewalls, NATs, load balancers and proxies on the path, and at their idle timers.';
  }
  if (isHarmless(found, judgement) && judgement.outcome === 'aborted' && judgement.reason !== 'stray') {
    return 'Probably not: nothing was on its way.';
  }
  const advice = BY_REASON[judgement.reason];
  return typeof advice === 'string' ? advice : advice(found);
}

const BY_REASON: Readonly<Record<Reason, string | ((found: Case) => string)>> = {
  refused:
    'Only if that service should be running; clients that try IPv6 before IPv4 meet this without harm.',
  stray: ({ facts }) =>
    facts.handshake.synFrame === null
      ? 'Cannot be told: only the reset was captured.'
      : 'No: it belongs to something older.',
  'gave-up': 'Yes, if it repeats: the other host or the path to it went away first.',
  probe: 'No: health checks and scanners do this.',
  unused: ({ facts }) =>
    facts.handshake.state === 'none'
      ? 'Not as far as this capture shows.'
      : 'No: browsers and pools open connections to spare.',
  orderly,
  'half-close': ({ facts }) => (isAllAnswered(facts.app) ? 'No.' : 'Not as far as the packets show.'),
  'late-request': (found) => {
    const late = lateRequest(found);
    return late === null ? 'Only if requests fail.' : lateRequestAdvice(late, found.app);
  },
  'not-visible': 'Cannot be told: half of the conversation is missing.',
  'reset-after-answer': 'No: everything had been delivered and acknowledged.',
  'closed-in-protocol': 'No: a reset in place of a FIN after the good-bye.',
  'early-answer': ({ app: { exchange } }) =>
    exchange !== null && isHeadUnfinished(exchange)
      ? 'Usually not: servers do so when a request comes too slowly, is no HTTP, or has too many headers; the answer says which.'
      : 'Perhaps: the client may report a broken pipe in place of the answer (RFC 9112 §9.6).',
  'answered-for':
    "Yes: the client took an answer that is not the server's: look at filters, proxies and captive portals on the path.",
  'left-unread': 'Usually not: people leave pages and programs stop reading when they have enough.',
  'tls-failed': 'Yes, if it repeats: certificates, versions or names do not fit.',
  cut: lostMessage,
  aborted: lostMessage,
  forbidden: 'Yes: a packet filter does not let this traffic through.',
  'unanswered-syn':
    'Yes, if the service should answer: a filter drops it, the host is gone, or its accept queue is full.',
  'half-open': 'No, if it is one: scanners do this. Many at once are a SYN flood or a broken return path.',
  'given-up': 'Yes, if it repeats: the path was broken for longer than the sender waited.',
  unacknowledged: 'Yes, if it repeats: the host or the path to it went away.',
  'probes-unanswered': 'Perhaps: the other host, or a NAT entry on the way, is gone.',
  'window-stayed-shut': 'Yes: the program on that side hangs or is far too slow.',
  'capture-ended': 'Nothing to say yet.',
};

function lostMessage(found: Case): string {
  const { position, ending, app, facts } = found;
  const { by } = ending;
  if (by === 'server') {
    return position === 'idle-keepalive' || position === 'after-response'
      ? 'Perhaps: the client may not have got the last response.'
      : "Yes: look at the server's log at this time; the client got an error or a short answer.";
  }
  // The client may have left because nothing came: then the path is at fault, and not the user's patience.
  if (by === 'client' && facts.server.finalRetransmissions >= MIN_UNHEARD) {
    return `Yes, if it repeats: the server's last data was sent ${facts.server.finalRetransmissions} more times and never acknowledged, so the client may have waited in vain; look at the path (loss, MTU).`;
  }
  const shut = shutNs(found);
  if (by === 'client' && shut > 0) {
    return `Perhaps: the client had not read for ${durationText(shut)} when it left; look at what kept it. If the server gave up meanwhile, that does not show: its FIN waits behind the data.`;
  }
  const stall = stallNs(found);
  if (stall > 0) {
    return `Perhaps: the response had stood still for ${durationText(stall)} when the client left; look at why (server, or path).`;
  }
  if (position === 'awaiting-response') {
    return 'Perhaps: if clients leave after the same time, a timeout is too short or the response too slow.';
  }
  if (position === 'in-request') return 'Perhaps: the upload did not arrive.';
  if (app.exchange?.framing === 'chunked' || position === 'in-response-body') {
    return 'Usually not: people leave pages and cancel downloads.';
  }
  return 'Only if it repeats.';
}

function orderly(found: Case): string {
  if (isUploadSpared(found))
    return 'Perhaps: the server refused the upload, and its answer says why; the client may stop then (RFC 9112 §9.5).';
  return isKnownWhole(found) ? 'No.' : 'Not as far as the packets show.';
}
