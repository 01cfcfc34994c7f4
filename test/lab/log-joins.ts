// `npm run lab:logs [-- --no-stage]`: stages servers with their logs, and prints how many lines find their connection.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { joinScore, type LogJoinScore, type StagedLog } from './log-join-score.ts';
import { table, withBlock } from './markdown.ts';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Seconds by which the log's clock is shifted; with local time on top for logs that name no zone. */
const SHIFTS = [0, 0.4, -1.7, 5, -5];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: { stage: { type: 'boolean', default: true }, verbose: { type: 'boolean', default: false } },
});
const folder = inRepo('.lab/logs');
const PAGE = inRepo('docs/explain.md');
if (values.stage) execFileSync(inRepo('fixtures/lab/run_logs.py'), positionals, { stdio: 'inherit' });
process.exitCode = await scoreAll();

function nothing(): LogJoinScore {
  return { lines: 0, right: 0, wrong: 0, wrongCertain: 0, wrongLikely: 0, sure: 0, none: 0 };
}

function addTo(sum: LogJoinScore, more: LogJoinScore): void {
  for (const key of Object.keys(sum) as (keyof LogJoinScore)[]) sum[key] += more[key];
}

async function scoreAll(): Promise<number> {
  if (!existsSync(folder)) {
    console.error(`No staged logs in ${folder}: \`sudo npm run lab:logs\` makes them.`);
    return 2;
  }
  const total = nothing();
  const byServer = new Map<string, LogJoinScore>();
  for (const name of readdirSync(folder).sort()) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    if (!existsSync(`${folder}/${name}/joins.json`)) continue;
    const staged = JSON.parse(readFileSync(`${folder}/${name}/joins.json`, 'utf8')) as StagedLog;
    const ofServer = byServer.get(staged.server) ?? nothing();
    byServer.set(staged.server, ofServer);
    for (const capture of Object.keys(staged.captures)) {
      const own = nothing();
      for (const shift of SHIFTS)
        addTo(own, await joinScore(`${folder}/${name}`, staged, capture, shift, values.verbose));
      addTo(ofServer, own);
      addTo(total, own);
      console.log(`${`${name} ${capture}`.padEnd(36)} ${lineOf(own)}`);
    }
  }
  console.log(`${'all'.padEnd(36)} ${lineOf(total)}`);
  if (positionals.length === 0) publish([...byServer, ['all', total]]);
  return total.wrongCertain + total.wrongLikely === 0 && total.right >= 0.98 * total.lines ? 0 : 1;
}

function publish(scores: readonly (readonly [name: string, score: LogJoinScore])[]): void {
  const heads = [
    'server',
    'lines',
    'joined rightly',
    'of these certain or likely',
    'without',
    'guessed wrong',
    'wrong, but certain or likely',
  ];
  const rows = scores.map(([name, { lines, right, wrong, wrongCertain, wrongLikely, sure, none }]) => [
    name,
    String(lines),
    `${((100 * right) / lines).toFixed(2)} %`,
    `${((100 * sure) / lines).toFixed(1)} %`,
    String(none),
    String(wrong - wrongCertain - wrongLikely),
    String(wrongCertain + wrongLikely),
  ]);
  writeFileSync(PAGE, withBlock(readFileSync(PAGE, 'utf8'), 'joins', table(heads, rows)));
}

function lineOf({ lines, right, wrong, wrongCertain, wrongLikely, sure, none }: LogJoinScore): string {
  const share = (count: number) => `${((100 * count) / Math.max(1, lines)).toFixed(2)} %`;
  return `${String(lines).padStart(6)} lines, right ${share(right)} (certain or likely ${share(sure)}), none ${none}, wrong ${wrong} (certain ${wrongCertain}, likely ${wrongLikely})`;
}
