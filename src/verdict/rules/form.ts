import { groupOf, halfOf, isReply } from '../case.ts';
import { causeRule, type Rule, resetRule } from './rule.ts';

/** What kind of segment began the end: where each score starts. */

/**
 * Boxes below TCP cut with RSTs or silence: a FIN that fits needs the state of the connection, and is acknowledged
 * and answered. Endpoints, proxies among them, end with FIN (RFC 9293 §3.6; killed servers and timeouts do).
 */
const finBeginsTheEnd = causeRule('fin-begins-the-end', (cause, { ending }) =>
  cause.kind !== 'FIN' || ending.shownBy !== null
    ? null
    : {
        frames: [cause.frame],
        text: `The end began with a ${cause.multipath === 'data-fin' ? 'DATA_FIN (Multipath TCP)' : 'FIN'} of the ${cause.from}; boxes in between cut with resets or silence.`,
      },
);

/**
 * RFC 9293 §3.4: a FIN takes one sequence number. A close that acknowledges one number beyond all that the other side
 * was seen to send, and would not be missed as an octet, answers a FIN that the capture lacks.
 */
const finNotCaptured = causeRule('fin-not-captured', (cause, { ending: { shownBy } }) =>
  shownBy === null
    ? null
    : {
        frames: [shownBy.frame],
        text:
          `Frame ${shownBy.frame} acknowledges one number more than the ${cause.from} was seen to send: ` +
          `the ${cause.from}'s FIN, which the capture lacks.`,
      },
);

/** tcp_send_active_reset (Linux): an open socket is aborted with RST+ACK and its own current numbers. */
const socketAborted = resetRule('socket-aborted', (reset) =>
  reset.form !== 'active'
    ? null
    : {
        frames: [reset.frame],
        text: `The reset has the shape of an open socket being aborted (RST+ACK with the ${reset.from}'s own numbers).`,
      },
);

/**
 * RFC 9293 §3.10.7.1, tcp_v4_send_reset: a host without the socket answers with a bare RST numbered by the segment it
 * answers. So does netfilter's REJECT, and a NAT that lost its state. Says by itself nothing about which.
 */
const replyWithoutEarlierClose = resetRule('reply-without-earlier-close', (reset) =>
  !isReply(reset)
    ? null
    : {
        frames: [reset.frame, reset.triggerFrame],
        text:
          `The reset answers a segment as a host without that connection would, but the ${reset.from} had not closed: ` +
          `its host forgot the connection, or something on the way answered for it.`,
      },
);

/** A bare RST that answers nothing visible: other stacks abort so, and so do forgers. */
const resetOfUnclearForm = resetRule('reset-of-unclear-form', (reset) =>
  reset.form === 'active' || reset.form === 'refusal' || isReply(reset)
    ? null
    : {
        frames: [reset.frame],
        text: 'The reset answers no visible segment and carries no acknowledgement.',
      },
);

/** RFC 9293 §3.10.7.1: a closed port answers a SYN with RST+ACK; a filter that rejects sends the same octets. */
const connectionRefused = resetRule('connection-refused', (reset, { facts }) =>
  reset.form !== 'refusal'
    ? null
    : {
        frames: [reset.frame, facts.handshake.synFrame],
        text: 'The reset answers the SYN: mostly nothing listens on that port; a filter may answer alike.',
      },
);

/** After its FIN the closer's host reset what still came for it: it had really given the connection up. */
const ownResetsFollow = causeRule('own-resets-follow', (cause, { facts, ending }) => {
  const reset = facts.closes.find(
    ({ kind, from, effect, isAfterOwnFin }) =>
      kind === 'RST' && from === cause.from && effect !== 'ignored' && isAfterOwnFin,
  );
  if (cause.kind !== 'FIN' || ending.by !== cause.from || reset === undefined) return null;
  return {
    frames: [reset.frame, reset.triggerFrame],
    text: `After its FIN the ${cause.from} answered what still came with resets: consequences, not causes.`,
  };
});

/** Zero-window probes are answered by a host that lives (RFC 9293 §3.8.6.1): its program does not read. */
const silentWithShutWindow: Rule = {
  id: 'silent-with-shut-window',
  about: 'connection',
  find({ facts, ending }) {
    if (ending.cause !== null) return null;
    const side = facts.client.isWindowShut ? 'client' : facts.server.isWindowShut ? 'server' : null;
    if (side === null) return null;
    const half = halfOf(facts, side);
    return {
      frames: [half.lastFrame],
      text: `The ${side} kept its receive window shut: it is there, but its program does not read.`,
    };
  },
};

/** RFC 8446 §6.2: who finds the error sends the fatal alert; both then close. */
const tlsAlertFirst: Rule = {
  id: 'tls-alert-first',
  about: 'close',
  find({ ending: { alert } }) {
    if (alert === null) return null;
    return {
      frames: [alert.frame],
      towards: groupOf(alert.from),
      text: `The ${alert.from} had sent a fatal TLS alert (${alert.description}) before either side closed.`,
    };
  },
};

/** RFC 9113 §5.4.1: who meets a connection error sends GOAWAY with its code, and must then close; so the other side closes, too. */
const goawayFirst: Rule = {
  id: 'goaway-first',
  about: 'close',
  find({ ending: { goaway } }) {
    if (goaway === null) return null;
    return {
      frames: [goaway.frame],
      towards: groupOf(goaway.from),
      text: `The ${goaway.from} had ended HTTP/2 by GOAWAY with error ${goaway.code} before either side closed.`,
    };
  },
};

/** Both closed before the one's close could reach the other: either may have been the first to decide. */
const closeWasMutual: Rule = {
  id: 'close-was-mutual',
  about: 'close',
  find({ ending: { cause, rival } }) {
    if (cause === null || rival === null) return null;
    return {
      frames: [rival.frame, cause.frame],
      towards: groupOf(rival.from),
      text: `The ${rival.from} closed too, before it could know of the ${cause.from}'s close.`,
    };
  },
};

export const FORM_RULES: readonly Rule[] = [
  finBeginsTheEnd,
  finNotCaptured,
  socketAborted,
  replyWithoutEarlierClose,
  resetOfUnclearForm,
  connectionRefused,
  ownResetsFollow,
  silentWithShutWindow,
  tlsAlertFirst,
  goawayFirst,
  closeWasMutual,
];
