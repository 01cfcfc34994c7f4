import type { OsCertainty, OsGuess } from '../model/conditions.ts';
import type { HalfFacts } from '../model/facts.ts';
import { ACK, OPT_TIMESTAMP } from '../model/segment.ts';
import { mssBeforeClamp } from './mss-meaning.ts';
import type { SideMeter } from './side-meter.ts';
import { isScannersSyn, PLAIN_ORDERS, STACK_SIGNATURES, type StackSignature } from './stack-signatures.ts';

/** TTLs that stacks begin with (RFC 9293 leaves it open; Linux, BSD 64; Windows 128; routers, Solaris 255). */
const FIRST_TTLS = [32, 64, 128, 255];
/** Paths are hardly ever longer: a TTL that would need more was set by somebody. */
const MAX_HOPS = 30;
/** Octets of timestamps with their padding in every segment (RFC 7323 appendix A). */
const TIMESTAMP_LEN = 12;
const MANY_NOPS = /N{3,}/;
const NOTHING_FITS = 'no rule fits';

/** Routers passed, from the TTL that a packet arrived with; null when no usual first TTL explains it. */
export function hopsOf(ttl: number): number | null {
  const first = FIRST_TTLS.find((each) => each >= ttl);
  if (first === undefined || ttl === 0 || first - ttl > MAX_HOPS) return null;
  return first - ttl;
}

/** Whose stack one side's SYN or SYN+ACK looks like. */
export function guessOs(meter: SideMeter, half: HalfFacts, ipVersion: 4 | 6): OsGuess {
  if (meter.synFrame === 0) return withoutSyn(half);
  const doubts = doubtsOf(meter, half);
  const signature = signatureText(meter);
  const common = { signature, doubts, frame: meter.synFrame };
  const order = meter.synOrder;
  if (order === null)
    return unknown(common, 'the capture cut its TCP options off', ttlAlternatives(meter.synTtl));
  if (!isAnswer(meter) && isScannersSyn(order, meter.synWindow, meter.synIpId, meter.synDontFragment === 1))
    return {
      ...common,
      family: 'a scanning tool',
      version: null,
      certainty: 'perhaps',
      alternatives: [],
      source: 'SYN without the options that kernels send (p0f 3: nmap; hping3, zmap)',
    };
  const bare = withoutExtensions(order);
  if (PLAIN_ORDERS.has(bare) && bare !== 'MNNS')
    return unknown(common, 'its few options fit many stacks', ttlAlternatives(meter.synTtl));
  const match = bestMatch(meter, bare, ipVersion);
  if (match === null || (PLAIN_ORDERS.has(bare) && !match.isTtl))
    return unknown(common, NOTHING_FITS, ttlAlternatives(meter.synTtl));
  const { signature: stack, isTtl, isWindow } = match;
  const isSure = isTtl && isWindow && doubts.length === 0 && !PLAIN_ORDERS.has(bare);
  const certainty: OsCertainty = isSure ? 'likely' : 'perhaps';
  if (!isTtl)
    doubts.push(
      `TTL ${meter.synTtl} is not what ${stack.family} begins with: set otherwise, or changed on the way`,
    );
  return {
    ...common,
    family: stack.family,
    version: isWindow ? stack.version(meter.synWindow, meter.synScale) : null,
    certainty,
    alternatives: stack.alternatives,
    source: stack.source,
  };
}

function withoutExtensions(order: string): string {
  // Fast Open and MPTCP come last and are padded; SYNs of the same stack differ by them.
  return order.replace(/[FP?N]+$/, '').replace(/P/g, '');
}

interface Match {
  readonly signature: StackSignature;
  readonly isTtl: boolean;
  readonly isWindow: boolean;
}

function bestMatch(meter: SideMeter, order: string, ipVersion: 4 | 6): Match | null {
  const hasTimestamps = (meter.synOptions & OPT_TIMESTAMP) !== 0;
  const unit = Math.max(1, meter.synMss - (isAnswer(meter) && hasTimestamps ? TIMESTAMP_LEN : 0));
  let best: Match | null = null;
  for (const signature of STACK_SIGNATURES) {
    if (!signature.orders.includes(order)) continue;
    const isTtl = firstTtl(meter.synTtl) === signature.ttl;
    const isWindow =
      signature.fitsWindow(meter.synWindow, unit) || isClampedLinux(signature, meter, ipVersion);
    if (best === null || score(isTtl, isWindow) > score(best.isTtl, best.isWindow))
      best = { signature, isTtl, isWindow };
  }
  return best;
}

/** A router on the way has lowered the MSS, of which the window still is a whole number. */
function isClampedLinux({ family }: StackSignature, meter: SideMeter, ipVersion: 4 | 6): boolean {
  const hasTimestamps = (meter.synOptions & OPT_TIMESTAMP) !== 0;
  const timestampLen = isAnswer(meter) && hasTimestamps ? TIMESTAMP_LEN : 0;
  return (
    family === 'Linux' && mssBeforeClamp(meter.synWindow, meter.synMss, ipVersion, timestampLen) !== null
  );
}

/** TTL and window decide between stacks that write the same options; the more common one comes first in the list. */
function score(isTtl: boolean, isWindow: boolean): number {
  return (isTtl ? 1 : 0) + (isWindow ? 1 : 0);
}

function firstTtl(ttl: number): number | null {
  const hops = hopsOf(ttl);
  return hops === null ? null : ttl + hops;
}

function isAnswer({ synFlags }: SideMeter): boolean {
  return (synFlags & ACK) !== 0;
}

function unknown(
  common: Pick<OsGuess, 'signature' | 'doubts' | 'frame'>,
  source: string,
  alternatives: readonly string[],
): OsGuess {
  return { ...common, family: null, version: null, certainty: 'unknown', alternatives, source };
}

function withoutSyn({ stack, firstFrame }: HalfFacts): OsGuess {
  const ttl = stack.ttlMax;
  return unknown(
    { signature: ttl === null ? 'nothing' : `TTL ${ttl}`, doubts: [], frame: firstFrame },
    'its SYN is not in the capture',
    ttl === null ? [] : ttlAlternatives(ttl),
  );
}

function ttlAlternatives(ttl: number): string[] {
  switch (firstTtl(ttl)) {
    case 64:
      return ['Linux', 'macOS or iOS', 'BSD'];
    case 128:
      return ['Windows'];
    case 255:
      return ['a router', 'an embedded device', 'Solaris'];
    default:
      return [];
  }
}

function doubtsOf(meter: SideMeter, { stack }: HalfFacts): string[] {
  const doubts: string[] = [];
  const name = isAnswer(meter) ? 'SYN+ACK' : 'SYN';
  if (meter.laterTtl !== 0 && meter.laterTtl !== meter.synTtl)
    doubts.push(
      `the ${name} came with TTL ${meter.synTtl}, frame ${meter.laterTtlFrame} with ${meter.laterTtl}: a SYN proxy, load balancer or NAT may have sent one of them`,
    );
  // Linux's nf_synproxy_core.c (synproxy_send_client_synack) does.
  if (isAnswer(meter) && meter.synWindow === 0)
    doubts.push(
      'the SYN+ACK announces a window of 0: so answers a SYN proxy until the host behind it has agreed',
    );
  if (MANY_NOPS.test(meter.synOrder ?? ''))
    doubts.push(`a row of NOPs stands in the ${name} where an option was: something on the way blanked it`);
  const hasOffered = (meter.synOptions & OPT_TIMESTAMP) !== 0;
  if (!hasOffered && stack.hasTimestamps)
    doubts.push(`the ${name} has no timestamps, later segments do: not from the same stack`);
  return doubts;
}

function signatureText(meter: SideMeter): string {
  const parts = [
    `TTL ${meter.synTtl}`,
    meter.synWindow < 0 ? 'window cut off' : `window ${meter.synWindow}`,
    meter.synOrder === null
      ? 'options cut off'
      : meter.synOrder === ''
        ? 'no options'
        : `options ${[...meter.synOrder].join(' ')}`,
  ];
  if (meter.synMss > 0) parts.push(`MSS ${meter.synMss}`);
  if (meter.synScale >= 0) parts.push(`scale ${meter.synScale}`);
  if (meter.synDontFragment === 1) parts.push('DF');
  if (meter.synIpId === 0) parts.push('IP ID 0');
  return parts.join(', ');
}
