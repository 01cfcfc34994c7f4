import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { afterAll, describe, expect, test } from 'vitest';
import { explainCommand } from '../../src/cli/explain-command.ts';
import { EXPLAIN_HELP_TEXT } from '../../src/cli/explain-help.ts';
import { schemaErrors } from '../support/record-schema.ts';
import { faultOf, runCommand } from '../support/run-command.ts';

const LOGS = fileURLToPath(new URL('../../fixtures/logs/', import.meta.url));
const SEED = `${LOGS}seed-line/capture.pcap`;
const SEED_LINE = 'write tcp 204.248.121.130:41259: broken pipe';
const CLF_LINE = '204.248.121.130 - - [22/Nov/2026:04:26:56 +0000] "GET /slow HTTP/1.1" 200 4500 "-" "curl"';
/** What could act on a terminal: controls, and what turns the direction of text. */
const HOSTILE = fc.string({
  unit: fc.constantFrom(
    '\u001b[31m',
    '\u001b]0;x\u0007',
    '\r',
    '\b',
    '\u009b',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u0000',
    '"',
    'é',
  ),
  minLength: 1,
  maxLength: 6,
});
const UNSAFE = /[^\P{C}\n]|[\u2028\u2029]/u;
const scratch = mkdtempSync(join(tmpdir(), 'whohungup-explain-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

const run = (...words: string[]) => runCommand(explainCommand, ['explain', ...words]);

const fault = (...words: string[]) => faultOf(run(...words));

const records = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('explain CAPTURE --log', () => {
  test('the line it began with', async () => {
    const { code, out, err } = await run(SEED, '--log', SEED_LINE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('The client hung up after 4,500 body bytes (in chunk 9) of GET /slow.');
    expect(out).toContain('Found by the address 204.248.121.130:41259: certain.');
    expect(out).toContain('The client closed with a FIN (frame 34). The next write still');
    expect(out).toContain('1 bad end in the capture that no line speaks of:');
    for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  });

  test('as records that fit the schema', async () => {
    const { out } = await run(SEED, '--log', SEED_LINE, '--format', 'jsonl');
    const all = records(out);
    expect(all.map(({ type }) => type)).toEqual(['capture', 'explanation', 'explanation-summary']);
    for (const record of all) expect(schemaErrors(record)).toEqual([]);
    expect(all[1]).toMatchObject({
      log: { program: 'go', errno: 'EPIPE', peer: { ip: '204.248.121.130', port: 41259 } },
      join: { certainty: 'certain', writer: 'server' },
      connection: { id: 1, group: 'client-abort', killerFrame: 34 },
    });
    expect(all[2]).toMatchObject({ explained: 1, unmatched: 0, unmentioned: [{ id: 2 }] });
  });

  test('a line of another day, and one of a peer that is not there, are joined with nothing', async () => {
    const { out } = await run(SEED, '--log', 'write tcp 203.0.113.99:1: broken pipe', '--format', 'jsonl');
    expect(records(out)[1]).toMatchObject({ connection: null, join: { certainty: null } });
  });

  test('an empty log is told from one that is not understood', async () => {
    expect((await run(SEED, '--log', file('empty.log', ''))).err).toBe(
      'whohungup: warning: the log is empty\n',
    );
    expect((await run(SEED, '--log', file('odd.log', 'zork\n'))).err).toContain(
      'no line of the log was understood',
    );
  });

  test('of what was not read, nothing is said', async () => {
    const { out } = await run(SEED, '--log', SEED_LINE, '-c', '5');
    expect(out).toContain('Not in the part of the capture that was read: ');
  });

  test('a file of lines, with what it does not speak of', async () => {
    const folder = `${LOGS}nginx-nat`;
    const { code, out } = await run(
      `${folder}/server.pcap.gz`,
      '--log',
      `${folder}/nginx-access.log`,
      '--all',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/with a connection \(\d+ certain, \d+ likely, \d+\sguess/);
    expect(out).toMatch(/^Clock: /m);
    for (const line of out.split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  });

  test('every record of a real log fits the schema', async () => {
    const folder = `${LOGS}haproxy-nat`;
    const given = [
      `${folder}/server.pcap.gz`,
      '--log',
      `${folder}/haproxy.log`,
      '--all',
      '--format',
      'jsonl',
    ];
    const all = records((await run(...given)).out);
    expect(all.length).toBeGreaterThan(25);
    for (const record of all) expect(schemaErrors(record)).toEqual([]);
  });

  test('-Y, --fail-on and a clock that the user knows', async () => {
    const chosen = await run(SEED, '--log', SEED_LINE, '-Y', 'server');
    expect(chosen.out).not.toContain('Line 1');
    expect((await run(SEED, '--log', SEED_LINE, '--fail-on', 'client-abort')).code).toBe(1);
    const late = `2030/01/01 00:00:00 ${SEED_LINE}`;
    const { out } = await run(SEED, '--log', late, '--clock-offset', '0');
    expect(out).toMatch(/204\.248\.121\.130:41259 is in the capture, but at another\s+time/);
    // A clock may be wrong, but by years it hardly is.
    const unsaid = await run(SEED, '--log', late, '--format', 'jsonl');
    expect(records(unsaid.out)[1]).toMatchObject({ connection: { id: 1 }, join: { certainty: 'guess' } });
    const nextZone = `2026/11/23 10:26:57 ${SEED_LINE}`;
    const zoned = await run(SEED, '--log', nextZone, '--format', 'jsonl');
    expect(records(zoned.out)[1]).toMatchObject({ connection: { id: 1 }, join: { certainty: 'certain' } });
  });

  test('a form of its own', async () => {
    const log = file('own.log', 'lost 204.248.121.130#41259 <broken pipe>\n');
    const pattern = '^lost (?<peer>[0-9.]+)#(?<port>\\d+) <(?<error>.*)>$';
    const { out } = await run(SEED, '--log', log, '--log-pattern', pattern);
    expect(out).toContain('GET /slow');
  });

  test('a pattern that backtracks without end takes no time', async () => {
    const log = file('evil.log', `${'a'.repeat(1_900)}!\n`.repeat(50));
    const started = performance.now();
    await run(SEED, '--log', log, '--log-pattern', '^(?<peer>(a+)+)$', '-q');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('hostile lines reach the terminal escaped', async () => {
    const { out } = await run(SEED, '--log', `\u001b]0;x\u0007${SEED_LINE}`);
    expect(out).toContain('\\x1b]0;x\\x07');
    expect(out).not.toContain('\u001b');
  });

  test('whatever a log holds, nothing but text and line ends comes out', async () => {
    const spoilt = fc
      .tuple(fc.constantFrom(SEED_LINE, CLF_LINE), fc.nat(80), HOSTILE)
      .map(([line, at, octets]) => `${line.slice(0, at)}${octets}${line.slice(at)}`.replaceAll('\n', ''));
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { minLength: 1, maxLength: 5 }), async (lines) => {
        const { code, out, err } = await run(SEED, '--log', file('hostile.log', lines.join('\n')), '--all');
        expect(code).toBe(0);
        expect(out + err).not.toMatch(UNSAFE);
      }),
      { numRuns: 60 },
    );
  });

  test('faults', async () => {
    expect(await fault(SEED, '--log', '/no/such/file')).toBe(
      '--log: there is no file "/no/such/file", and it is no log line',
    );
    expect(await fault('-', '--log', '-')).toBe('standard input can be read only once');
    expect(await fault(SEED, '--log-pattern', 'x')).toBe('--log-pattern needs --log');
    expect(await fault(SEED, '--log', 'x y', '--log-pattern', '(?<peer>a)(?=b)')).toContain('look-ahead');
    expect(await fault(SEED, '--log', 'x y', '--log-pattern', '(?<host>a)')).toContain('"host" is none of');
    expect(await fault(SEED, '--log', 'x y', '--log-timezone', 'Mars')).toContain('"Mars" is not UTC');
    expect(await fault(SEED, '--log', 'x y', '--clock-offset', 'soon')).toContain('"soon" is no time');
  });
});

describe('explain WORD', () => {
  test.each([
    ['CD--', 'HAProxy', 'client-abort'],
    ['cD', 'HAProxy', 'client-abort'],
    ['UC', 'Envoy', 'server'],
    ['499', 'nginx', 'client-abort'],
    ['104', 'errno (Linux)', 'client-abort'],
    ['wsaeconnreset', 'Windows Sockets', 'client-abort'],
    ['NO_SOCKET', 'Linux reset reason', 'client-abort'],
    ['RSTO', 'Zeek conn_state', 'client-abort'],
    ['curl 18', 'curl exit status', 'server'],
    ['460', 'AWS application load balancer', 'client-abort'],
    ['Error: socket hang up', 'Node', 'server'],
    ['CL--', 'HAProxy', 'client-abort'],
    ['DR', 'Envoy', 'client-abort'],
    ['upstream_reset_before_response_started{connection_termination}', 'Envoy', 'server'],
    ['Target.Timeout', 'AWS target health', 'server'],
    ['writev() failed (32: Broken pipe)', 'errno text (Go, nginx, and others)', 'client-abort'],
  ])('%s', async (word, program, group) => {
    const { code, out } = await run(word, '--format', 'jsonl');
    expect(code).toBe(0);
    const [first] = records(out);
    expect(schemaErrors(first)).toEqual([]);
    expect(first).toMatchObject({ program, asked: word });
    expect(first).toHaveProperty('groups.0', group);
  });

  test('flags joined by commas, each', async () => {
    const { code, out } = await run('UF,URX');
    expect(code).toBe(0);
    expect(out).toContain('UF (Envoy): connecting to the upstream failed.');
    expect(out).toContain('URX (Envoy): retries were used up.');
    expect((await run('UF,XYZ')).err).toContain('"UF,XYZ" is no word that is known');
  });

  test('words out of a message, under the whole of it', async () => {
    const { code, out } = await run('Prematurely closed');
    expect(code).toBe(0);
    expect(out).toContain('upstream prematurely closed connection (nginx error log): the server behind');
    expect(out).toContain('client prematurely closed connection (nginx error log): the client closed');
    expect((await run('upstream prematurely closed')).out).not.toContain('client prematurely closed');
    expect((await run('reset by peer')).out).toContain('connection reset by peer (errno text');
    expect((await run('prematurely clo')).code).toBe(2);
  });

  test('one word of a message names the messages that have it', async () => {
    expect((await run('EOF')).err).toContain('the nearest known: unexpected EOF');
  });

  test('as text', async () => {
    const { out } = await run('sH--');
    expect(out).toContain('timeout server struck before the response headers (504)');
    expect(out).toContain('In whohungup: server; awaiting the response');
  });

  test('a long line, and one with other spaces and letter case', async () => {
    const lines = [`${'x'.repeat(2_000)} upstream prematurely closed connection`, 'a BROKEN  \t Pipe!'];
    for (const line of lines) expect((await run(line)).code, line).toBe(0);
  });

  test('what is near to no word', async () => {
    expect((await run(' ')).err).toBe('whohungup: explain was given an empty word\n');
    expect((await run('e')).err).toBe('whohungup: "e" is no word that is known\n');
    const { err } = await run('zork '.repeat(10_000));
    expect(err).toMatch(/^whohungup: "zork .*…" is no word that is known\n$/);
    expect(err.length).toBeLessThan(300);
  });

  test('an unknown word names its neighbours', async () => {
    expect(await run('RSTX')).toEqual({
      code: 2,
      out: '',
      err: 'whohungup: "RSTX" is no word that is known; the nearest known: RSTO, RSTR, RSTRH\n',
    });
    expect((await run(SEED)).err).toContain('explain needs --log with it');
  });
});

test('the help opens with examples and fits 80 columns', () => {
  expect(EXPLAIN_HELP_TEXT.split('\n')[3]).toBe('Examples');
  for (const line of EXPLAIN_HELP_TEXT.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});
