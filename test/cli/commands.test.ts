import { describe, expect, test } from 'vitest';
import { analyzeCommand } from '../../src/cli/analyze-command.ts';
import { parseArgs } from '../../src/cli/args.ts';
import type { CaptureRun } from '../../src/cli/capture-run.ts';
import type { CommandContext } from '../../src/cli/context.ts';
import { Diagnostics } from '../../src/cli/diagnostics.ts';
import { optionsFrom } from '../../src/cli/options.ts';
import { timelineCommand } from '../../src/cli/timeline-command.ts';
import { CaptureInputError } from '../../src/io/capture-input-error.ts';
import { ACK } from '../../src/model/segment.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { half, judged, judgedClean, overview, summaryOf } from '../support/judged.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly runs: readonly CaptureRun[];
}

/** Runs a command over connections that a capture would have given, three segments each. */
async function run(
  line: string,
  connections: readonly JudgedConnection[],
  changes: Partial<CommandContext> & { inputError?: unknown; frames?: number; isComplete?: boolean } = {},
): Promise<Outcome> {
  const { inputError = null, frames = 100, isComplete = true, ...context } = changes;
  let out = '';
  let err = '';
  const runs: CaptureRun[] = [];
  const options = optionsFrom(await parseArgs(line.split(' ')), {
    env: {},
    isStdoutTerminal: false,
    columns: undefined,
  });
  const command = options.command === 'timeline' ? timelineCommand : analyzeCommand;
  const code = await command(options, {
    write: (chunk) => {
      out += chunk;
    },
    flush: () => {},
    diagnostics: new Diagnostics((text) => {
      err += text;
    }),
    signal: new AbortController().signal,
    isDebug: false,
    isStdoutTerminal: false,
    isStderrTerminal: false,
    isSeekable: (path) => path !== '-',
    run: async (given) => {
      runs.push(given);
      for (const connection of connections) {
        const { id } = connection.facts;
        for (let frame = 1; frame <= 3 && given.timeline?.wants(id); frame++) {
          const row = {
            timeNs: frame,
            half: 0,
            flags: ACK,
            seqRel: 1,
            ackRel: 1,
            payloadLen: 0,
            window: 1,
            marks: 0,
          };
          given.timeline.segment(id, { frame, ...row });
        }
        given.sink.connection(connection, overview());
      }
      const warnings = [
        { kind: 'cut-record', text: 'cut', file: 'a.pcap', byteOffset: null, frameNumber: 9 },
      ];
      return {
        summary: summaryOf(connections, { capture: overview({ warnings, frames, isComplete }) }),
        inputError,
        judgeAgain: () => judged().verdict,
      };
    },
    ...context,
  });
  return { code, out, err, runs };
}

const server = (id: number) => judged({ id }, { group: 'server', closedBy: 'server' });

describe('analyze', () => {
  test('prints the report and exits 0, whatever was found', async () => {
    const { code, out } = await run('a.pcap', [judged()]);
    expect(code).toBe(0);
    expect(out).toContain('The only connection deserves a look: the client hung up.');
  });

  test('--fail-on decides on what -Y selects', async () => {
    expect((await run('a --fail-on server', [server(1)])).code).toBe(1);
    expect((await run('a --fail-on server', [judged(), judgedClean()])).code).toBe(0);
    expect((await run('a --fail-on server -Y id==2', [server(1)])).code).toBe(0);
    expect((await run('a --fail-on intermediary,client-abort', [judged()])).code).toBe(1);
  });

  test('-Y chooses what is written', async () => {
    const { out } = await run('a --format jsonl -Y server', [server(1), judged({ id: 2 })]);
    const records = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; id?: number });
    expect(records.filter(({ type }) => type === 'connection').map(({ id }) => id)).toEqual([1]);
    expect(records.at(-1)).toMatchObject({ connections: 2, selected: 1 });
  });

  test('an input error: results so far, a line on stderr, exit 2', async () => {
    const inputError = Object.assign(new Error('a.pcap is no capture'), { name: 'CaptureInputError' });
    const { code, out, err } = await run('a.pcap', [judged()], { inputError });
    expect(code).toBe(2);
    expect(out).toContain('the client hung up');
    expect(err).toContain('whohungup: a.pcap is no capture\n');
  });

  test('nothing could be read: only the error', async () => {
    const { out, code } = await run('a.pcap', [], { inputError: new Error('x'), frames: 0 });
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('warnings go to stderr, unless -q, and not twice to one terminal', async () => {
    const warning = 'whohungup: warning: a.pcap: cut (after frame 9)\n';
    expect((await run('a.pcap', [judged()])).err).toBe(warning);
    expect((await run('a.pcap --format jsonl', [judged()], { isStdoutTerminal: true })).err).toBe(warning);
    expect((await run('a.pcap -q', [judged()])).err).toBe('');
    expect((await run('a.pcap', [judged()], { isStdoutTerminal: true })).err).toBe('');
  });

  test('-c reaches the reader', async () => {
    expect((await run('a.pcap -c 12', [])).runs[0]?.maxFrames).toBe(12);
  });
});

describe('timeline', () => {
  const ids = (out: string) => [...out.matchAll(/^Connection (\d+):/gm)].map((match) => Number(match[1]));

  test('those that did not end well, in two passes', async () => {
    const { out, runs, code } = await run('timeline a', [
      judgedClean({ id: 0 }),
      judged({ id: 1 }),
      server(2),
    ]);
    expect(ids(out)).toEqual([1, 2]);
    expect(runs.map(({ timeline }) => timeline === undefined)).toEqual([true, false]);
    expect(code).toBe(0);
  });

  test('ten at most, unless asked', async () => {
    const many = Array.from({ length: 13 }, (_, id) => judged({ id }));
    const { out } = await run('timeline a', many);
    expect(ids(out)).toHaveLength(10);
    expect(out).toContain('… and 3 more: use --all');
    expect(ids((await run('timeline a --all', many)).out)).toHaveLength(13);
    expect(ids((await run('timeline a -Y client-abort', many)).out)).toHaveLength(13);
  });

  test('--conn takes one pass', async () => {
    const { out, runs } = await run('timeline a --conn 1', [judged({ id: 0 }), judgedClean({ id: 1 })]);
    expect(ids(out)).toEqual([1]);
    expect(runs).toHaveLength(1);
    expect(runs[0]?.timeline?.wants(0)).toBe(false);
  });

  test('--conn that is not there', async () => {
    const { err, code } = await run('timeline a -q --conn 9', [judged({ id: 0 })]);
    expect(code).toBe(2);
    expect(err).toBe('whohungup: there is no connection 9: the capture has 1 connection, counted from 0\n');
  });

  test('--peer', async () => {
    const other = judged({ id: 1, client: half({ ip: '10.9.8.7', port: 5000 }) });
    expect(ids((await run('timeline a --peer 10.9.8.7:5000', [judged({ id: 0 }), other])).out)).toEqual([1]);
  });

  test('a pipe is read once, everything recorded', async () => {
    const { out, runs } = await run('timeline -', [judgedClean({ id: 0 }), judged({ id: 1 })]);
    expect(ids(out)).toEqual([1]);
    expect(runs).toHaveLength(1);
    expect(out).not.toContain('not recorded');
  });

  test('an input error: what there is, a line on stderr, exit 2', async () => {
    const inputError = new CaptureInputError('b', 'b does not exist');
    const { code, out, err } = await run('timeline a b', [judged({ id: 0 })], { inputError });
    expect(ids(out)).toEqual([0]);
    expect(err).toContain('b does not exist');
    expect(code).toBe(2);
  });

  test('nothing could be read: only the error', async () => {
    const inputError = new CaptureInputError('a', 'a is empty');
    expect((await run('timeline a', [], { inputError, frames: 0 })).out).toBe('');
  });

  test('interrupted in the first pass: no word about what was not looked at', async () => {
    const signal = AbortSignal.abort();
    const stories: [JudgedConnection[], boolean][] = [
      [[judged({ id: 0 })], true],
      [[judgedClean({ id: 0 })], false],
      [[], false],
    ];
    for (const [connections, isComplete] of stories) {
      const { code, out, err } = await run('timeline a', connections, { signal, isComplete });
      expect({ code, out }).toEqual({ code: 130, out: '' });
      expect(err).toContain('interrupted while the capture was being read: no timeline was drawn');
    }
  });

  test('nothing to show is said', async () => {
    expect((await run('timeline a', [judgedClean()])).out).toBe('The only connection did not end badly.\n');
    expect((await run('timeline a -Y server', [judged()])).out).toBe('The only connection does not match.\n');
  });
});
