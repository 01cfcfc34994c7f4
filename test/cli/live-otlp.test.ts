import { expect, test } from 'vitest';
import { otlpMaker } from '../../src/cli/live-otlp.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { judged, judgedClean, overview } from '../support/judged.ts';

interface Sent {
  readonly logs: Record<string, unknown>[];
  readonly counts: unknown[][];
  readonly urls: string[];
  readonly gauges: Record<string, number>;
}

/** Stand-ins that write down what OpenTelemetry's classes are given. */
function packages(sent: Sent): (name: string) => Promise<Record<string, unknown>> {
  class Exporter {
    constructor({ url }: { url: string }) {
      sent.urls.push(url);
    }
  }
  class Logs {
    getLogger() {
      return { emit: (record: Record<string, unknown>) => sent.logs.push(record) };
    }
    async shutdown(): Promise<void> {}
  }
  class Meters {
    readonly #callbacks: (() => void)[] = [];
    getMeter() {
      return {
        createCounter: (name: string) => ({
          add: (value: number, attributes: object) => sent.counts.push([name, value, attributes]),
        }),
        createObservableGauge: (name: string) => ({
          addCallback: (read: (result: { observe(value: number): void }) => void) =>
            this.#callbacks.push(() =>
              read({
                observe: (value) => {
                  sent.gauges[name] = value;
                },
              }),
            ),
        }),
      };
    }
    async shutdown(): Promise<void> {
      for (const callback of this.#callbacks) callback();
    }
  }
  class Plain {}
  const all = {
    OTLPLogExporter: Exporter,
    OTLPMetricExporter: Exporter,
    BatchLogRecordProcessor: Plain,
    PeriodicExportingMetricReader: Plain,
    LoggerProvider: Logs,
    MeterProvider: Meters,
  };
  return async () => all;
}

test('verdicts become log records, and the rest counts', async () => {
  const sent: Sent = { logs: [], counts: [], urls: [], gauges: {} };
  const make = await otlpMaker('http://127.0.0.1:4318/', packages(sent));
  const outlet = make(() => ({ frames: 12, drops: null, open: 3, memoryLen: 99 }));
  outlet.ended(judged({}, { headline: 'The client \u001b[1mhung up.' }), true, overview());
  outlet.ended(judgedClean(), false, overview());
  outlet.uneventful();
  await outlet.close();
  expect(sent.urls).toEqual(['http://127.0.0.1:4318/v1/logs', 'http://127.0.0.1:4318/v1/metrics']);
  expect(sent.logs).toHaveLength(1);
  expect(sent.logs[0]).toMatchObject({
    body: 'The client \\x1b[1mhung up.',
    attributes: { 'whohungup.group': 'client-abort', 'whohungup.position': 'in-response-body' },
  });
  expect(sent.counts).toContainEqual(['whohungup.connections', 1, { outcome: 'clean' }]);
  expect(sent.counts.filter(([name]) => name === 'whohungup.connections')).toHaveLength(3);
  expect(sent.counts.filter(([name]) => name === 'whohungup.hangups')).toEqual([
    ['whohungup.hangups', 1, { group: 'client-abort', position: 'in-response-body', side: 'client' }],
  ]);
  expect(sent.gauges).toEqual({
    'whohungup.frames': 12,
    'whohungup.open_connections': 3,
    'whohungup.memory': 99,
  });
});

test('without the packages: what to install', async () => {
  const fault = await otlpMaker('http://127.0.0.1:4318').catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(UsageError);
  expect((fault as UsageError).message).toMatch(
    /^--otlp needs packages that are not installed: npm install @opentel/,
  );
});
