/**
 * Goes up when a weight, a cap or a threshold changes, so that old verdicts can be told from new ones.
 */
export const WEIGHTS_VERSION = '2026.7';

/** Rules whose evidence comes from one source and so is not independent: together they may not say more than the cap. */
export type Family =
  | 'form'
  | 'header'
  | 'stack'
  | 'series'
  | 'sequence'
  | 'follow-up'
  | 'timing'
  | 'payload'
  | 'crossing'
  | 'icmp'
  | 'place'
  | 'silence'
  | 'application';

interface RuleWeight {
  readonly family: Family;
  /**
   * Decibels, 10·log10 of the likelihood ratio: +10 = ten times as likely when the rule's party did it as when not.
   * Expert priors, to be calibrated on captures with known answers.
   */
  readonly weight: number;
}

/** One row for each rule of evidence. docs/evidence.md explains each under its name. */
export const WEIGHTS = {
  'fin-begins-the-end': { family: 'form', weight: -15 },
  'fin-not-captured': { family: 'form', weight: -12 },
  'socket-aborted': { family: 'form', weight: -10 },
  'reply-without-earlier-close': { family: 'form', weight: 0 },
  'reset-of-unclear-form': { family: 'form', weight: -3 },
  'connection-refused': { family: 'form', weight: -4 },
  'own-resets-follow': { family: 'form', weight: -5 },

  'ttl-above-baseline': { family: 'header', weight: 10 },
  'ttl-off-baseline': { family: 'header', weight: 8 },
  'ttl-matches-baseline': { family: 'header', weight: -3 },
  'ttl-above-handshake': { family: 'header', weight: 10 },
  'ttl-off-other-connections': { family: 'header', weight: 12 },
  'refusal-ttl-differs': { family: 'header', weight: 14 },
  'refusal-ttl-matches': { family: 'header', weight: -3 },
  'tos-differs': { family: 'header', weight: 3 },
  'flow-label-zero': { family: 'header', weight: 6 },
  'source-mac-differs': { family: 'header', weight: 8 },

  'ip-id-and-df-foreign': { family: 'stack', weight: 14 },
  'ip-id-off-series': { family: 'stack', weight: 8 },
  'fin-ip-id-off-series': { family: 'stack', weight: 8 },
  'fin-timestamp-missing': { family: 'stack', weight: 10 },
  'timestamp-missing': { family: 'stack', weight: 6 },
  'timestamp-backwards': { family: 'stack', weight: 10 },
  'timestamp-stands-still': { family: 'stack', weight: 8 },
  'abort-without-window-or-timestamp': { family: 'stack', weight: 8 },

  'ip-id-continues': { family: 'series', weight: -12 },
  'timestamp-continues': { family: 'series', weight: -10 },

  'number-beyond-sent': { family: 'sequence', weight: 15 },
  'reset-series-leaps': { family: 'sequence', weight: 25 },
  'reset-pairs-disagree': { family: 'sequence', weight: 8 },

  'sender-went-on': { family: 'follow-up', weight: 25 },

  'reset-faster-than-path': { family: 'timing', weight: 15 },

  'reset-carries-known-text': { family: 'payload', weight: 30 },
  'reset-carries-payload': { family: 'payload', weight: 6 },

  'resets-to-both-ends': { family: 'crossing', weight: 12 },

  'icmp-prohibited': { family: 'icmp', weight: 12 },

  'came-from-outside': { family: 'place', weight: 25 },
  'sent-by-this-host': { family: 'place', weight: -25 },
  'never-came-in': { family: 'place', weight: 15 },
  'no-router-crossed': { family: 'place', weight: -10 },
  'nothing-in-between': { family: 'place', weight: -20 },
  'netfilter-checksum': { family: 'place', weight: 15 },

  'silent-with-shut-window': { family: 'silence', weight: -5 },

  'tls-alert-first': { family: 'application', weight: 15 },
  'goaway-first': { family: 'application', weight: 15 },
  'close-was-mutual': { family: 'application', weight: 17 },
} as const satisfies Readonly<Record<string, RuleWeight>>;

export type RuleId = keyof typeof WEIGHTS;

/** Most that the positive weights of one family may add up to, in decibels. */
export const FAMILY_CAPS: Readonly<Partial<Record<Family, number>>> = {
  header: 15,
  stack: 16,
  sequence: 30,
};

/**
 * Handicap of the side that did *not* close first, in decibels: TCP order can be misread (reordering, a close lost
 * before the capture point), but about once in a hundred connections.
 */
export const OTHER_SIDE_DB = -20;

/** From here on the score accuses an intermediary; between −10 and +10 the answer is `undetermined`. */
export const ACCUSE_DB = 10;
/** A harmless-looking reset of an idle connection is taken for somebody else's only from here on. */
export const STRONG_DB = 20;
/** Evidence of the sequence space, what the sender did next, or the payload that amounts to proof. */
export const HARD_PROOF_DB = 25;

/** No verdict is more certain than this, whatever the evidence: captures lie and so do we. */
export const MAX_CONFIDENCE = 0.99;
export const MAX_WITH_HARD_PROOF = 0.97;
/** The named party was not captured at its own network interface. */
export const MAX_WITHOUT_OWN_CAPTURE = 0.9;
/** The side that closed had not read for seconds: the other may have given up before, which would not show (stall.ts). */
export const MAX_BEHIND_SHUT_WINDOW = 0.9;
/** Octets of this connection are missing from the capture, or the capture itself says that it dropped frames. */
export const MAX_WITH_LOSSES = 0.8;
/**
 * One direction only, a place that the capture does not show, or a reset that any box on the path could have sent
 * alike.
 */
export const MAX_ONE_SIDED = 0.6;

/** Below it a verdict is `undetermined`. */
export const MIN_LIKELY = 0.8;
/** From here on nothing else fits. */
export const MIN_PROVEN = 0.95;
