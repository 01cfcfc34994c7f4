/**
 * How the SYN and SYN+ACK of common TCP stacks look, as facts that were published (p0f 3 and its documentation) or stand in
 * the source of the stack. The letters are those of optionOrder.
 */
export interface StackSignature {
  readonly family: string;
  /** Option orders with which this stack writes a SYN or SYN+ACK. */
  readonly orders: readonly string[];
  /** TTL at the sender. */
  readonly ttl: number;
  /** The window fits: without it the match is only a perhaps. `unit` is the MSS, less timestamps in a SYN+ACK that has them. */
  fitsWindow(window: number, unit: number): boolean;
  version(window: number, scale: number): string | null;
  readonly alternatives: readonly string[];
  readonly source: string;
}

const noVersion = (): null => null;
const MAX_WINDOW = 65_535;
/** Two thirds of Linux's loopback MTU: its first window there before 5.x. */
const LOOPBACK_WINDOW = 43_690;
const LOOPBACK_UNIT = 60_000;

/**
 * Linux writes MSS, then SACK-permitted with timestamps (or two NOPs before either), then NOP and the scale, then Fast Open
 * or MPTCP (tcp_output.c, tcp_options_write); its first window is a whole number of segments, or as much as the field
 * holds (tcp_select_initial_window).
 */
const LINUX: StackSignature = {
  family: 'Linux',
  orders: ['MSTNW', 'MNNSNW', 'MNNTNW', 'MST', 'MNNT', 'MNNS'],
  ttl: 64,
  fitsWindow: (window, unit) =>
    window === MAX_WINDOW ||
    (window > 0 && window % unit === 0) ||
    (window === LOOPBACK_WINDOW && unit >= LOOPBACK_UNIT),
  version: noVersion,
  alternatives: ['Android', 'ChromeOS'],
  source: 'Linux net/ipv4/tcp_output.c (tcp_options_write, tcp_select_initial_window)',
};

const WINDOWS: StackSignature = {
  family: 'Windows',
  orders: ['MNWNNS', 'MNWST', 'MNNS'],
  ttl: 128,
  fitsWindow: (window, unit) =>
    [8_192, 16_384, 64_240, 64_000, MAX_WINDOW].includes(window) || window % unit === 0,
  version: (window, scale) => (scale === 8 && window >= 62_000 ? '10 or later' : null),
  alternatives: [],
  source: 'p0f 3 signatures of Windows XP to 10',
};

const APPLE: StackSignature = {
  family: 'macOS or iOS',
  orders: ['MNWNNTSE', 'MNWNNTS'],
  ttl: 64,
  fitsWindow: (window) => window === MAX_WINDOW,
  version: noVersion,
  alternatives: [],
  source: 'p0f 3 signatures of Mac OS X and iOS; XNU bsd/netinet/tcp_output.c',
};

const FREEBSD: StackSignature = {
  family: 'FreeBSD',
  orders: ['MNWST', 'MNWSE'],
  ttl: 64,
  fitsWindow: (window) => window === MAX_WINDOW,
  version: (_window, scale) => (scale === 6 ? '9 or later' : null),
  alternatives: ['macOS or iOS', 'a load balancer built on FreeBSD'],
  source: 'FreeBSD sys/netinet/tcp_output.c (tcp_addoptions); p0f 3',
};

const OPENBSD: StackSignature = {
  family: 'OpenBSD',
  orders: ['MNNSNWNNT'],
  ttl: 64,
  fitsWindow: (window) => window === 16_384,
  version: noVersion,
  alternatives: [],
  source: 'p0f 3 signatures of OpenBSD 3 to 5',
};

const SOLARIS: StackSignature = {
  family: 'Solaris or illumos',
  orders: ['MNWNNS', 'NWNNTNNSM'],
  ttl: 64,
  fitsWindow: (window, unit) => window === 34 * unit || window === 32_850,
  version: noVersion,
  alternatives: ['Windows behind something that changes the TTL'],
  source: 'p0f 3 signatures of Solaris 8 and 10',
};

export const STACK_SIGNATURES: readonly StackSignature[] = [LINUX, WINDOWS, APPLE, FREEBSD, OPENBSD, SOLARIS];

/** Orders that several stacks write when the other side, or a box, left them no more to say. */
export const PLAIN_ORDERS: ReadonlySet<string> = new Set(['', 'M', 'MNW', 'MNNS', 'MNWE']);

/** zmap's fixed IP ID (zmap src/probe_modules/packet.c). */
const ZMAP_IP_ID = 54_321;
const MAX_SCAN_WINDOW = 4_096;

/** A SYN as scanning tools write it themselves: hardly any options, a small window, no DF (p0f 3: nmap; hping3; zmap). */
export function isScannersSyn(order: string, window: number, ipId: number, isDontFragment: boolean): boolean {
  if (order !== '' && order !== 'M') return false;
  return ipId === ZMAP_IP_ID || (!isDontFragment && window <= MAX_SCAN_WINDOW);
}
