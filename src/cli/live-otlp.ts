import type { CaptureOverview } from '../model/analysis.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { connectionRecord } from '../report/connection-record.ts';
import type { LiveCounts } from '../report/live-counts.ts';
import { needsALook } from '../report/words.ts';
import type { LiveOutlet } from './live-outlet.ts';
import { sha1 } from './sha1.ts';
import { UsageError } from './usage-error.ts';

/** Optional: whoever wants OTLP installs them beside whohungup. */
const PACKAGES = [
  '@opentelemetry/sdk-logs',
  '@opentelemetry/exporter-logs-otlp-http',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/exporter-metrics-otlp-http',
] as const;
const EXPORT_EVERY_MS = 15_000;
/** At the end a Collector that does not answer is not waited for any longer. */
const MAX_CLOSING_MS = 3_000;
const NS_PER_SECOND = 1_000_000_000n;
/** opentelemetry.io, logs data model: severity numbers of INFO and WARN. */
const SEVERITY_INFO = 9;
const SEVERITY_WARN = 13;

type Attributes = Readonly<Record<string, string | number>>;

/** The parts of the OpenTelemetry API that are used; its types are not there when it is not installed. */
interface Counter {
  add(value: number, attributes?: Attributes): void;
}
interface Observed {
  observe(value: number): void;
}
interface Meter {
  createCounter(name: string, options: { description: string }): Counter;
  createObservableGauge(
    name: string,
    options: { description: string },
  ): { addCallback(callback: (result: Observed) => void): void };
}
interface Provider {
  shutdown(): Promise<void>;
}
interface LogRecord {
  readonly timestamp: [number, number];
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Attributes;
}
type LogProvider = Provider & { getLogger(name: string): { emit(record: LogRecord): void } };
type MeterProvider = Provider & { getMeter(name: string): Meter };
type Make<T> = new (options: object) => T;
type Module = Readonly<Record<string, unknown>>;

/** Makes an outlet that sends to the Collector at `base`. Throws UsageError where the packages are not installed. */
export async function otlpMaker(
  base: string,
  load: (name: string) => Promise<Module> = loadPackage,
): Promise<(read: () => LiveCounts) => LiveOutlet> {
  const [logs, logExport, metrics, metricExport] = await Promise.all(PACKAGES.map(load));
  const of = <T>(module: Module | undefined, name: string): Make<T> => module?.[name] as Make<T>;
  const url = (path: string): string => `${base.replace(/\/$/, '')}${path}`;
  return (read) => {
    const logExporter = new (of<object>(logExport, 'OTLPLogExporter'))({ url: url('/v1/logs') });
    const processor = new (of<object>(logs, 'BatchLogRecordProcessor'))({ exporter: logExporter });
    const exporter = new (of<object>(metricExport, 'OTLPMetricExporter'))({ url: url('/v1/metrics') });
    const reader = new (of<object>(metrics, 'PeriodicExportingMetricReader'))({
      exporter,
      exportIntervalMillis: EXPORT_EVERY_MS,
    });
    return new OtlpOutlet(
      new (of<LogProvider>(logs, 'LoggerProvider'))({ processors: [processor] }),
      new (of<MeterProvider>(metrics, 'MeterProvider'))({ readers: [reader] }),
      read,
    );
  };
}

async function loadPackage(name: string): Promise<Module> {
  try {
    return (await import(name)) as Module;
  } catch {
    throw new UsageError(
      `--otlp needs packages that are not installed: npm install ${PACKAGES.join(' ')}`,
      false,
    );
  }
}

/** Verdicts as OTLP logs, counts as OTLP metrics. */
class OtlpOutlet implements LiveOutlet {
  readonly #providers: readonly Provider[];
  readonly #emit: (record: LogRecord) => void;
  readonly #hangups: Counter;
  readonly #connections: Counter;

  constructor(logs: LogProvider, metrics: MeterProvider, read: () => LiveCounts) {
    this.#providers = [logs, metrics];
    const logger = logs.getLogger('whohungup');
    this.#emit = (record) => logger.emit(record);
    const meter = metrics.getMeter('whohungup');
    this.#hangups = meter.createCounter('whohungup.hangups', { description: 'Connections hung up on' });
    this.#connections = meter.createCounter('whohungup.connections', { description: 'Connections ended' });
    const gauge = (name: string, description: string, value: (counts: LiveCounts) => number | null): void =>
      meter.createObservableGauge(name, { description }).addCallback((result) => {
        const number = value(read());
        if (number !== null) result.observe(number);
      });
    gauge('whohungup.frames', 'Frames read', ({ frames }) => frames);
    gauge('whohungup.dropped_frames', 'Frames dropped', ({ drops }) => drops);
    gauge('whohungup.open_connections', 'Connections being followed', ({ open }) => open);
    gauge('whohungup.memory', 'Resident memory of the analyser, bytes', ({ memoryLen }) => memoryLen);
  }

  ended(judged: JudgedConnection, isListed: boolean, overview: CaptureOverview): void {
    const { outcome, group, position, closedBy } = judged.verdict;
    this.#connections.add(1, { outcome });
    if (group !== null) this.#hangups.add(1, { group, position, side: closedBy });
    if (isListed) this.#emit(logRecord(judged, overview));
  }

  uneventful(): void {
    this.#connections.add(1, { outcome: 'clean' });
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, MAX_CLOSING_MS);
    });
    await Promise.race([limit, Promise.allSettled(this.#providers.map((each) => each.shutdown()))]);
    clearTimeout(timer);
  }
}

function logRecord(judged: JudgedConnection, overview: CaptureOverview): LogRecord {
  const { facts, verdict } = judged;
  const ns = overview.epochNs + BigInt(Math.round(facts.endNs));
  const { communityId, headline } = connectionRecord(judged, overview, sha1);
  const isGrave = needsALook(judged);
  return {
    timestamp: [Number(ns / NS_PER_SECOND), Number(ns % NS_PER_SECOND)],
    severityNumber: isGrave ? SEVERITY_WARN : SEVERITY_INFO,
    severityText: isGrave ? 'WARN' : 'INFO',
    body: headline,
    attributes: {
      'whohungup.group': verdict.group ?? 'none',
      'whohungup.certainty': verdict.certainty ?? 'none',
      'whohungup.confidence': verdict.confidence ?? 0,
      'whohungup.outcome': verdict.outcome,
      'whohungup.position': verdict.position,
      'whohungup.closed_by': verdict.closedBy,
      'whohungup.kind': verdict.kind,
      'network.community_id': communityId ?? '',
      'client.address': facts.client.ip,
      'client.port': facts.client.port,
      'server.address': facts.server.ip,
      'server.port': facts.server.port,
    },
  };
}
