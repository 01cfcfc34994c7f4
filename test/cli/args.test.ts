import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { isColoured } from '../../src/cli/colour.ts';
import { HELP_TEXT } from '../../src/cli/help.ts';
import { optionsFrom, type Surroundings } from '../../src/cli/options.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { judged, judgedClean } from '../support/judged.ts';

const PIPE: Surroundings = { env: {}, isStdoutTerminal: false, columns: undefined };
const TERMINAL: Surroundings = { env: {}, isStdoutTerminal: true, columns: 132 };

const options = async (line: string, surroundings = PIPE) =>
  optionsFrom(await parseArgs(line.split(' ').filter((word) => word !== '')), surroundings);

async function faultOf(line: string): Promise<string> {
  const error = await options(line).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('what is typed', () => {
  test('files in any way', async () => {
    expect((await parseArgs(['a.pcap', 'b.pcap'])).files).toEqual(['a.pcap', 'b.pcap']);
    expect((await parseArgs(['analyze', '-r', 'a.pcap', 'b.pcap'])).files).toEqual(['a.pcap', 'b.pcap']);
    expect((await parseArgs(['-v', '--', '-odd-name.pcap'])).files).toEqual(['-odd-name.pcap']);
    expect((await parseArgs(['-'])).files).toEqual(['-']);
    expect((await parseArgs(['123'])).files).toEqual(['123']);
  });

  test('an option takes one word, not the file after it', async () => {
    const args = await parseArgs(['--fail-on', 'server', 'a.pcap', '-c', '10', '-r', 'b.pcap', 'c.pcap']);
    expect(args).toMatchObject({ failOn: 'server', count: '10', files: ['b.pcap', 'a.pcap', 'c.pcap'] });
  });

  test('counts, groups of short options, repeated options', async () => {
    const args = await parseArgs(['-vvq', 'a', '--width', '60', '--width', '70', '-n', '--no-color']);
    expect(args).toMatchObject({ verbosity: 2, isQuiet: true, width: '70', color: 'never' });
  });

  test('the timeline and its options', async () => {
    const args = await parseArgs(['timeline', 'a', '--conn', '17', '-t', 'a']);
    expect(args).toMatchObject({ command: 'timeline', conn: '17', time: 'a' });
  });
});

describe('what is wrong with it', () => {
  test.each([
    ['a.pcap --frobnicate', 'unknown option --frobnicate'],
    ['a.pcap -X', 'unknown option -X'],
    ['-Y', '-Y needs a value'],
    ['timeline a.pcap --checklist', '--checklist belongs to the analyze command'],
    ['a.pcap --checklist -Y server', '--checklist is about the whole capture: it takes no -Y'],
    ['a.pcap --conn 3', '--conn belongs to the timeline command'],
    ['annotate a.pcap', 'annotate: not available in this version'],
    ['-v', 'no capture file given'],
    ['- -', 'standard input can be read only once'],
    ['a --format xml', '--format: "xml" is none of: text jsonl'],
    ['a --color sometimes', '--color: "sometimes" is none of'],
    ['a --fail-on server,proxy', '--fail-on: "proxy" is none of: client-abort intermediary server'],
    ['a -c 0', '-c: "0" is not a whole number from 1 up'],
    ['a -c ten', '-c: "ten" is not a whole number'],
    ['a --width 5', '--width: "5" is not a whole number from 40 up'],
    ['timeline a --conn -1', '--conn'],
    ['timeline a --conn 1 --peer 10.0.0.1:80', 'exclude each other'],
    ['timeline a --peer somewhere', 'is not IP:PORT'],
    ['timeline a -t x', '-t: "x" is none of: r a d'],
    ['timeline a -t __proto__', '-t: "__proto__" is none of'],
    ['timeline a --format jsonl', 'timeline prints text only'],
  ])('%s', async (line, message) => {
    expect(await faultOf(line)).toContain(message);
  });

  test('a selection, with a caret under the place', async () => {
    expect(await faultOf('a -Y grup==server')).toMatch(
      /^-Y: there is no field "grup".*\n {2}grup==server\n {2}\^$/,
    );
  });
});

describe('what is meant', () => {
  test('defaults', async () => {
    expect(await options('a.pcap')).toMatchObject({
      command: 'analyze',
      files: ['a.pcap'],
      format: 'text',
      selection: null,
      maxFrames: null,
      width: 80,
      isColoured: false,
      timeMode: 'relative',
    });
    expect(await options('a.pcap', TERMINAL)).toMatchObject({ width: 132, isColoured: true });
    expect(await options('a.pcap', { ...TERMINAL, columns: 3 })).toMatchObject({ width: 40 });
  });

  test('a selection and a peer that work', async () => {
    const { selection, peer } = await options('timeline a -Y client-abort --peer 203.0.113.80:80');
    expect(selection?.(judged())).toBe(true);
    expect(selection?.(judgedClean())).toBe(false);
    expect(peer?.(judged())).toBe(true);
  });

  test('groups to fail on', async () => {
    expect([...(await options('a --fail-on server,intermediary')).failOn]).toEqual([
      'server',
      'intermediary',
    ]);
  });
});

describe('colour', () => {
  test.each([
    ['never', { FORCE_COLOR: '1' }, true, false],
    ['always', { NO_COLOR: '1' }, false, true],
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { CLICOLOR_FORCE: '1' }, false, true],
    ['auto', { TERM: 'dumb' }, true, false],
  ] as const)('--color %s, %o, terminal %s → %s', (choice, env, isTerminal, expected) => {
    expect(isColoured(choice, env, isTerminal)).toBe(expected);
  });
});

test('the help fits 80 columns and begins with five examples', () => {
  for (const line of HELP_TEXT.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const examples = HELP_TEXT.slice(HELP_TEXT.indexOf('Examples'), HELP_TEXT.indexOf('Usage'));
  expect(examples.match(/^ {2}\S.*whohungup|^ {2}whohungup/gm)).toHaveLength(5);
  expect(HELP_TEXT).toContain('Exit codes');
});
