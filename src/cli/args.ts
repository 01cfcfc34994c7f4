import { EXPLAIN_TEXT_OPTIONS, type ExplainArgs } from './explain-options.ts';
import { LIVE_FLAGS, LIVE_TEXT_OPTIONS, type LiveArgs } from './live-options.ts';
import { UsageError } from './usage-error.ts';

export type Command = 'analyze' | 'timeline' | 'pair' | 'compare' | 'live' | 'explain';
export type ColourChoice = 'auto' | 'always' | 'never';

/** The command line as typed: words sorted into options, nothing judged beyond their form. */
export interface Args {
  readonly command: Command;
  readonly files: readonly string[];
  readonly format: string | undefined;
  readonly select: string | undefined;
  readonly count: string | undefined;
  readonly isQuiet: boolean;
  readonly verbosity: number;
  readonly color: string | undefined;
  readonly failOn: string | undefined;
  readonly isAll: boolean;
  readonly width: string | undefined;
  readonly conn: string | undefined;
  readonly peer: string | undefined;
  readonly time: string | undefined;
  readonly placeOfA: string | undefined;
  readonly isLadder: boolean;
  readonly isChecklist: boolean;
  readonly jobs: string | undefined;
  readonly live: LiveArgs;
  readonly explain: ExplainArgs;
}

/** Commands of the full tool that this version does not have: said plainly, instead of "no such file". */
const NOT_AVAILABLE: ReadonlySet<string> = new Set(['report', 'annotate']);

const FILE_TEXT_OPTIONS = [
  'format',
  'Y',
  'c',
  'color',
  'fail-on',
  'width',
  'conn',
  'peer',
  't',
  'a',
  'jobs',
] as const;
const TEXT_OPTIONS = [...FILE_TEXT_OPTIONS, ...LIVE_TEXT_OPTIONS, ...EXPLAIN_TEXT_OPTIONS];
type TextOption = (typeof TEXT_OPTIONS)[number];
export const COMMANDS: readonly Command[] = ['analyze', 'timeline', 'pair', 'compare', 'live', 'explain'];
/** Options that not every command has, and those that have them. */
const BELONGS_TO: readonly (readonly [string, readonly Command[]])[] = [
  ['conn', ['timeline', 'pair']],
  ['peer', ['timeline']],
  ['t', ['timeline']],
  ['a', ['pair']],
  ['timeline', ['pair']],
  ['checklist', ['analyze']],
  ...EXPLAIN_TEXT_OPTIONS.map((name) => [name, ['explain']] as const),
  ...[...LIVE_TEXT_OPTIONS, ...LIVE_FLAGS].map((name) => [name, ['live']] as const),
];

/** Sorts the words of a command line. Throws {@link UsageError}. yargs is loaded here, because it takes 75 ms. */
export async function parseArgs(argv: readonly string[]): Promise<Args> {
  const first = argv[0] ?? '';
  if (NOT_AVAILABLE.has(first)) throw new UsageError(`${first}: not available in this version`);
  const named = COMMANDS.find((command) => command === first);
  const command = named ?? 'analyze';
  const rest = named === undefined ? argv : argv.slice(1);
  const { default: yargs } = await import('yargs');
  const parser = yargs([...rest])
    .locale('en')
    .parserConfiguration({
      'greedy-arrays': false,
      'populate--': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'camel-case-expansion': false,
      'boolean-negation': false,
    })
    .option('r', { type: 'string', array: true, requiresArg: true })
    .option(
      Object.fromEntries(TEXT_OPTIONS.map((name) => [name, { type: 'string', requiresArg: true }] as const)),
    )
    .option(
      Object.fromEntries(
        ['n', 'q', 'all', 'no-color', 'timeline', 'checklist', ...LIVE_FLAGS].map(
          (name) => [name, { type: 'boolean' }] as const,
        ),
      ),
    )
    .option('v', { type: 'count' })
    .help(false)
    .version(false)
    .strictOptions()
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw new UsageError(usageMessage(message ?? error?.message ?? 'the command line is not understood'));
    });
  const parsed = (await parser.parseAsync()) as Record<string, unknown>;
  const text = (name: TextOption): string | undefined => lastOf(parsed[name]);
  refuseForeignOptions(command, (name) => parsed[name] !== undefined);
  return {
    command,
    files: [...listOf(parsed['r']), ...listOf(parsed['_']), ...listOf(parsed['--'])],
    format: text('format'),
    select: text('Y'),
    count: text('c'),
    isQuiet: parsed['q'] === true,
    verbosity: Number(parsed['v'] ?? 0),
    color: parsed['no-color'] === true ? 'never' : text('color'),
    failOn: text('fail-on'),
    isAll: parsed['all'] === true,
    width: text('width'),
    conn: text('conn'),
    peer: text('peer'),
    time: text('t'),
    placeOfA: text('a'),
    isLadder: parsed['timeline'] === true,
    isChecklist: parsed['checklist'] === true,
    jobs: text('jobs'),
    live: { text, isSet: (name) => parsed[name] === true },
    explain: { text },
  };
}

const WORDS_AFTER: Readonly<Record<Command, string>> = {
  analyze: 'FILE',
  timeline: 'FILE',
  pair: 'A B',
  compare: 'BEFORE AFTER',
  live: '-i IF',
  explain: 'FILE',
};

function refuseForeignOptions(command: Command, isGiven: (name: string) => boolean): void {
  for (const [name, owners] of BELONGS_TO) {
    if (owners.includes(command) || !isGiven(name)) continue;
    const owner = owners[0]!;
    const files = WORDS_AFTER[owner];
    throw new UsageError(
      `${dashed(name)} belongs to the ${owner} command: whohungup ${owner} ${files} ${dashed(name)} …`,
    );
  }
}

/** yargs' messages in our words. */
function usageMessage(message: string): string {
  const unknown = /^Unknown arguments?: (.*)$/.exec(message);
  if (unknown !== null) return `unknown option ${dashed((unknown[1] ?? '').split(',')[0] ?? '')}`;
  const missing = /^Not enough arguments following: (.*)$/.exec(message);
  if (missing !== null) return `${dashed(missing[1] ?? '')} needs a value`;
  return message.split('\n')[0] ?? message;
}

function dashed(name: string): string {
  return name.length === 1 && name !== 'a' ? `-${name}` : `--${name}`;
}

/** An option given twice: the last one counts, as is usual. */
function lastOf(value: unknown): string | undefined {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined ? undefined : String(last);
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
