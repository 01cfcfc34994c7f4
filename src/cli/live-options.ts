import { PROVIDERS, type Provider } from '../io/live/capture-request.ts';
import { UsageError } from './usage-error.ts';

/** Options that only `live` has: with a value, and without. */
export const LIVE_TEXT_OPTIONS = [
  'i',
  'f',
  'via',
  'B',
  'Z',
  'for',
  'linger',
  'w',
  'C',
  'G',
  'W',
  'ring',
  'metrics',
  'otlp',
] as const;
export const LIVE_FLAGS = ['D', 'until-reset', 'no-screen'] as const;

/** As typed. */
export interface LiveArgs {
  readonly text: (name: (typeof LIVE_TEXT_OPTIONS)[number]) => string | undefined;
  readonly isSet: (name: (typeof LIVE_FLAGS)[number]) => boolean;
}

export interface LiveOptions {
  readonly device: string;
  readonly filter: string;
  /** Null: cap, or what there is. */
  readonly via: Provider | null;
  readonly bufferMiB: number;
  /** -Z. Null: whoever called sudo, else nobody. */
  readonly user: string | null;
  readonly isListing: boolean;
  readonly durationMs: number | null;
  readonly isUntilReset: boolean;
  readonly lingerAfterRstNs: number;
  readonly save: SaveOptions | null;
  readonly metrics: MetricsAddress | null;
  /** Where an OpenTelemetry Collector listens. */
  readonly otlp: string | null;
  readonly wantsScreen: boolean;
}

/** -w: where the packets of connections that did not end well go. */
export interface SaveOptions {
  readonly path: string;
  /** A new file after so many octets, or so long; null = never. */
  readonly maxLen: number | null;
  readonly maxAgeMs: number | null;
  /** Oldest files beyond this count are deleted; null = none is. */
  readonly maxFiles: number | null;
  /** Octets of frames held in memory until it is known how their connections end. */
  readonly ringLen: number;
}

export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** What cap was measured to need to lose nothing at 100,000 packets a second (docs/live.md). */
const DEFAULT_BUFFER_MIB = 256;
const MAX_BUFFER_MIB = 2_047;
/**
 * A capture that is being watched is told of a reset sooner than a file's reader needs to be (30 s): what shows that a
 * RST was not its sender's came within one second wherever it was measured.
 */
const DEFAULT_LINGER_S = 5;
const DEFAULT_RING_MIB = 64;
const MAX_RING_MIB = 1_024;
const MIB = 1024 * 1024;
/** tcpdump's -C counts millions. */
const MEGABYTE = 1e6;
const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;

export function liveOptionsFrom({ text, isSet }: LiveArgs): LiveOptions {
  const isListing = isSet('D');
  const device = text('i');
  if (device === undefined && !isListing)
    throw new UsageError('live needs an interface: whohungup live -i eth0 (-D lists them, "any" is all)');
  const linger = text('linger');
  const duration = text('for');
  return {
    device: device ?? '',
    filter: text('f') ?? '',
    via: providerFrom(text('via')),
    bufferMiB: count(text('B'), '-B', 1, MAX_BUFFER_MIB) ?? DEFAULT_BUFFER_MIB,
    user: text('Z') ?? null,
    isListing,
    durationMs: duration === undefined ? null : durationFrom(duration, '--for'),
    isUntilReset: isSet('until-reset'),
    lingerAfterRstNs:
      (linger === undefined ? DEFAULT_LINGER_S * 1e3 : durationFrom(linger, '--linger')) * 1e6,
    save: saveFrom(text),
    metrics: metricsFrom(text('metrics')),
    otlp: otlpFrom(text('otlp')),
    wantsScreen: !isSet('no-screen'),
  };
}

function providerFrom(word: string | undefined): Provider | null {
  if (word === undefined) return null;
  const found = PROVIDERS.find((provider) => provider === word);
  if (found === undefined) throw new UsageError(`--via: "${word}" is none of: ${PROVIDERS.join(' ')}`);
  return found;
}

function saveFrom(text: LiveArgs['text']): SaveOptions | null {
  const path = text('w');
  if (path === undefined) {
    for (const name of ['C', 'G', 'W', 'ring'] as const)
      if (text(name) !== undefined)
        throw new UsageError(`${name === 'ring' ? '--ring' : `-${name}`} belongs to -w FILE`);
    return null;
  }
  if (path === '-') throw new UsageError('-w: standard output is for the verdicts; name a file');
  const megabytes = count(text('C'), '-C', 1, Number.MAX_SAFE_INTEGER);
  const age = text('G');
  return {
    path,
    maxLen: megabytes === null ? null : megabytes * MEGABYTE,
    maxAgeMs: age === undefined ? null : durationFrom(age, '-G'),
    maxFiles: count(text('W'), '-W', 1, Number.MAX_SAFE_INTEGER),
    ringLen: (count(text('ring'), '--ring', 1, MAX_RING_MIB) ?? DEFAULT_RING_MIB) * MIB,
  };
}

/** `:9464`, `9464`, `0.0.0.0:9464`, `[::1]:9464`. Without a host nobody else can connect. */
function metricsFrom(text: string | undefined): MetricsAddress | null {
  if (text === undefined) return null;
  const parts = /^(?:(\[[0-9a-f:.]+\]|[^:[\]]*):)?(\d{1,5})$/i.exec(text);
  const port = Number(parts?.[2]);
  if (parts === null || port > MAX_PORT)
    throw new UsageError(`--metrics: "${text}" is not [HOST]:PORT, e.g. :9464`);
  const host = (parts[1] ?? '').replace(/^\[|\]$/g, '');
  return { host: host === '' ? LOOPBACK : host, port };
}

function otlpFrom(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^https?:\/\/[^\s/]+/.test(text))
    throw new UsageError(`--otlp: "${text}" is no address such as http://127.0.0.1:4318`);
  return text;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };

/** `90`, `90s`, `10m`, `2h`: milliseconds. */
function durationFrom(text: string, option: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  const ms = Number(parts?.[1]) * (UNIT_MS[parts?.[2] ?? 's'] ?? 1e3);
  if (parts === null || !(ms > 0))
    throw new UsageError(`${option}: "${text}" is no duration such as 90s, 10m, 2h`);
  return ms;
}

function count(text: string | undefined, option: string, least: number, most: number): number | null {
  if (text === undefined) return null;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new UsageError(
      `${option}: "${text}" is not a whole number from ${least} ${most > 1e12 ? 'up' : `to ${most}`}`,
    );
  return number;
}
