import { counted } from '../bytes/number-text.ts';
import type { Exchange, Http2Failure } from '../model/app.ts';
import type { Side } from '../model/facts.ts';
import { isAllAnswered, isUploadSpared } from './benign.ts';
import { type Case, isReply, otherSide } from './case.ts';
import { isLateAnswer } from './deafness.ts';
import { goawayInWords } from './goaway.ts';
import { lateRequest, lateRequestHeadline } from './late-request.ts';
import { acknowledgedCloser } from './lost-fin.ts';
import type { Judgement } from './outcome.ts';
import type { Reason } from './outcome-rule.ts';
import { placeInWords } from './place-in-words.ts';
import { isPerhapsHead } from './position.ts';
import type { Attribution } from './probabilities.ts';
import { clientProxySigns, serverProxySigns } from './proxies.ts';
import { wholeness } from './wholeness.ts';
import { bodyBytesAcked, bodyProgress, durationText, isHeadUnfinished, requestName } from './wording.ts';

/** The answer in one plain sentence. */
export function headline(found: Case, judgement: Judgement, attribution: Attribution | null): string {
  const { by } = found.ending;
  if (judgement.reason === 'answered-for') return answeredFor(found);
  if (attribution?.group === 'intermediary') return accusation(found, attribution);
  const say = SENTENCES[judgement.reason];
  const sentence = say(found, by);
  return attribution?.certainty === 'undetermined' ? hedged(found, judgement, sentence) : sentence;
}

function answeredFor({ app: { exchange }, ending: { cause } }: Case): string {
  return `Something between client and server answered ${requestName(exchange)} in the server's name and closed; the server itself went on in frame ${cause?.senderContinuedFrame}.`;
}

function accusation(found: Case, { certainty }: Attribution): string {
  const { by } = found.ending;
  const perhaps = certainty === 'undetermined' ? 'Perhaps something' : 'Something';
  const inName = by === null ? '' : ` in the ${by}'s name`;
  return `${perhaps} between client and server cut the connection${inName} ${placeInWords(found, by)}.`;
}

/** The best guess, marked as such. */
function hedged({ ending: { cause, rival } }: Case, { blamed }: Judgement, sentence: string): string {
  if (rival !== null) return sentence.replace(/\.$/, '; the other side closed at the same moment.');
  const isPlain = blamed !== null && sentence.startsWith(`The ${blamed} `);
  if (cause !== null && isReply(cause) && isPlain) {
    return sentence.replace(`The ${blamed} `, `The ${blamed}, or something on its side, `);
  }
  return `${sentence.replace(/\.$/, '')}, as far as the packets tell.`;
}

const SENTENCES: Readonly<Record<Reason, (found: Case, by: Side | null) => string>> = {
  refused: ({ facts }) => `The server refused the connection to port ${facts.server.port}.`,
  stray: ({ facts: { handshake } }, by) =>
    handshake.synFrame === null
      ? `A lone reset of the ${by}: nothing else of the connection was captured, so what it ended cannot be told.`
      : "The client's connection attempt met an old connection on the same ports, which it reset, as TCP prescribes.",
  probe: () => 'The client only tested whether the port answers, and let go.',
  unused: ({ facts }, by) =>
    facts.handshake.state === 'none'
      ? `The ${by} closed; nothing but the end of the connection was captured.`
      : `The ${by} closed a connection on which nothing was ever sent.`,
  orderly,
  'half-close': ({ facts }, by) =>
    isAllAnswered(facts.app)
      ? `The ${by} had said all it had to say, and took the whole answer before the end.`
      : `The ${by} had said all it had to say; an answer came, but the capture does not show whether it was whole.`,
  'late-request': (found) => {
    const late = lateRequest(found);
    return late === null ? 'A request came too late.' : lateRequestHeadline(late);
  },
  'not-visible': (found, by) =>
    isPerhapsHead(found.facts, found.app)
      ? `The ${by} closed behind the headers of a response; its request was not captured, so whether a body is missing (no, if it was a HEAD) cannot be told.`
      : `The ${by} closed; the other direction was not captured.`,
  'reset-after-answer': (found, by) =>
    `The ${by} dropped the connection ${placeInWords(found, by)}; nothing was cut.`,
  'closed-in-protocol': (_found, by) =>
    `Both sides had said good-bye before the ${by} dropped the connection.`,
  'early-answer': ({ app: { exchange } }) =>
    exchange !== null && isHeadUnfinished(exchange)
      ? `The server answered ${exchange.status ?? ''} before the request's headers were whole, and closed.`
      : `The server answered ${exchange?.status ?? ''} to ${requestName(exchange)} and closed without reading the whole upload.`,
  'answered-for': answeredFor,
  'gave-up': gaveUp,
  'left-unread': leftUnread,
  'tls-failed': tlsFailed,
  cut: (found, by) => (by === 'client' ? clientLeft(found) : serverCut(found)),
  aborted: (found, by) => (by === 'client' ? clientLeft(found) : serverCut(found)),
  forbidden: ({ facts }) =>
    `The traffic to port ${facts.server.port} of the server was forbidden by an ICMP message.`,
  'unanswered-syn': ({ facts }) =>
    `Nobody answered the client's ${counted(facts.handshake.synCount, 'connection attempt')} (port ${facts.server.port}).`,
  'half-open': () => 'The server answered, but the client never finished the handshake.',
  unacknowledged,
  'given-up': givenUp,
  'probes-unanswered': ({ facts: { client, server } }) =>
    `The ${client.unansweredProbes > 0 ? 'server' : 'client'} answered none of ${counted(Math.max(client.unansweredProbes, server.unansweredProbes), 'keep-alive probe')}.`,
  'window-stayed-shut': ({ facts: { client } }) =>
    `The ${client.isWindowShut ? 'client' : 'server'} stopped reading, and the connection stood still from then on.`,
  'capture-ended': captureEnded,
};

function captureEnded(found: Case): string {
  const closer = acknowledgedCloser(found.facts);
  const state = stateInWords(found);
  if (closer === null) return `Still open when the capture ended, ${state}.`;
  return `Being closed when the capture ended, ${state}: the ${otherSide(closer)} had acknowledged a FIN of the ${closer} that was not captured.`;
}

function clientLeft(found: Case): string {
  const { goaway } = found.ending;
  if (goaway !== null) return announced(found, goaway);
  const name = clientProxySigns(found.app).length > 0 ? 'client, a proxy,' : 'client';
  return `The ${name} hung up ${placeInWords(found, 'client')}.`;
}

function serverCut(found: Case): string {
  const { goaway } = found.ending;
  if (goaway !== null) return announced(found, goaway);
  const name = serverProxySigns(found.app).length > 0 ? 'proxy in front of the server' : 'server';
  const verb = found.ending.cause?.kind === 'FIN' ? 'closed' : 'broke off';
  return `The ${name} ${verb} ${placeInWords(found, 'server')}.`;
}

function announced(found: Case, goaway: Http2Failure): string {
  return `The ${goaway.from} ${goawayInWords(goaway)} ${placeInWords(found, goaway.from)}.`;
}

/** What is not followed (another protocol, content that was not captured) may have been cut for all we know. */
function orderly(found: Case, by: Side | null): string {
  const { exchange } = found.app;
  if (isUploadSpared(found))
    return `The server answered ${exchange?.status ?? ''} to ${requestName(exchange)} before ${sparedPart(exchange)}.`;
  if (found.position === 'unknown')
    return `The ${by} closed; parts of the conversation are missing from the capture.`;
  const closed = `The ${by} closed ${placeInWords(found, by)}`;
  return `${closed}${wholeness(found)}.`;
}

function sparedPart(exchange: Exchange | null): string {
  return exchange === null || exchange.requestBodyBytes === 0
    ? 'its body, and the client closed without sending it'
    : 'it had all of the body, and the client closed without sending the rest';
}

function gaveUp({ ending: { cause } }: Case, by: Side | null): string {
  const side = by ?? 'server';
  const probes = cause?.ownProbes ?? 0;
  const retransmissions = cause?.ownRetransmissions ?? 0;
  if (probes > retransmissions)
    return `The ${side} gave up and reset the connection: ${counted(probes, 'keep-alive probe')} found no answer.`;
  const tries = counted(retransmissions, 'retransmission');
  const octets = counted(cause?.ownBytesUnacked ?? 0, 'byte');
  return `The ${side} gave up and reset the connection: ${tries} of its last ${octets} found no answer.`;
}

/** The response had crossed the capture point, but the client did not take all of it. */
function leftUnread(found: Case): string {
  const { app, ending, position } = found;
  if (app.exchange === null || position === 'tls-application') return clientLeft(found);
  const acked = bodyBytesAcked(app.exchange, ending.cause);
  if (acked === null)
    return `The client hung up before it had taken all of the response to ${requestName(app.exchange)}.`;
  return `The client hung up with ${bodyProgress(app.exchange, acked)} of ${requestName(app.exchange)} received.`;
}

function tlsFailed(found: Case, by: Side | null): string {
  const { alert } = found.ending;
  if (alert === null) return by === 'client' ? clientLeft(found) : serverCut(found);
  return `The ${alert.from} called the TLS handshake off with alert ${alert.description} (${alertName(alert.description)}).`;
}

/** RFC 8446 §6, RFC 7301 §3.2. */
const ALERT_NAMES: Readonly<Record<number, string>> = {
  10: 'unexpected message',
  20: 'bad record MAC',
  22: 'record overflow',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  44: 'certificate revoked',
  45: 'certificate expired',
  46: 'certificate unknown',
  47: 'illegal parameter',
  48: 'unknown CA',
  49: 'access denied',
  50: 'decode error',
  51: 'decrypt error',
  70: 'protocol version',
  71: 'insufficient security',
  80: 'internal error',
  86: 'inappropriate fallback',
  109: 'missing extension',
  110: 'unsupported extension',
  112: 'unrecognized name',
  116: 'certificate required',
  120: 'no application protocol',
};

function alertName(description: number | null): string {
  return ALERT_NAMES[description ?? -1] ?? 'not a registered name';
}

function unacknowledged({ facts: { client, server } }: Case): string {
  const isServerDeaf = client.finalRetransmissions > server.finalRetransmissions;
  const [deaf, speaker] = isServerDeaf ? (['server', client] as const) : (['client', server] as const);
  return `The ${deaf} fell silent: ${counted(speaker.finalRetransmissions, 'retransmission')} found no answer.`;
}

function givenUp({ facts }: Case): string {
  const answer = facts.closes.find((close) => isLateAnswer(facts, close));
  const side = answer?.from ?? 'server';
  return `The ${otherSide(side)} fell silent, the ${side} gave up, and reset it when it spoke again.`;
}

function stateInWords(found: Case): string {
  const { position, app, facts } = found;
  switch (position) {
    case 'in-response-body':
      return app.exchange === null ? 'in a response' : placeInWords(found, null);
    case 'awaiting-response':
      return `${requestName(app.exchange)} unanswered`;
    case 'idle-keepalive':
    case 'after-response':
      return 'all requests answered';
    case 'before-request':
    case 'handshake':
      return 'nothing sent yet';
    default:
      return `${counted(facts.client.bytes, 'byte')} sent to and ${counted(facts.server.bytes, 'byte')} received from the server (${durationText(facts.endNs - facts.startNs)})`;
  }
}
