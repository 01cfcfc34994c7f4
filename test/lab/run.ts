// `npm run lab [-- [--no-stage] [scenario]]`: stages the scenarios, scores our verdicts on them, writes the figures down.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WEIGHTS_VERSION } from '../../src/verdict/weights.ts';
import { accuracyFigures, accuracyLines } from './accuracy-page.ts';
import { consoleText } from './console-table.ts';
import { gradeCaptures } from './grade-captures.ts';
import { gradeDamaged } from './grade-damaged.ts';
import { withBlock } from './markdown.ts';
import { type LabResults, resultsOf } from './results.ts';
import { readStaged } from './staged-truth.ts';
import { stageScenarios, stagingObstacle } from './staging.ts';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CAPTURES = inRepo('.lab/captures');
const SCORES = inRepo('.lab/scores.json');
const PAGE = inRepo('docs/accuracy.md');
const README = inRepo('README.md');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    stage: { type: 'boolean', default: true },
    damage: { type: 'boolean', default: true },
    captures: { type: 'string', default: CAPTURES },
  },
});
process.exitCode = await run(positionals[0]);

/** One scenario, family or glob of either; all of them, and the documents anew, without. */
async function run(pattern: string | undefined): Promise<number> {
  if (values.stage) {
    const obstacle = stagingObstacle();
    if (obstacle !== null) {
      console.error(obstacle);
      return 2;
    }
    if (!stageScenarios(values.captures, pattern))
      console.error('Not every scenario could be staged; scoring what is there.');
  }
  const captures = readStaged(values.captures, pattern);
  if (captures.length === 0) {
    console.error(
      `No captures${pattern === undefined ? '' : ` of ${pattern}`} in ${values.captures}: \`sudo npm run lab\` makes them.`,
    );
    return 2;
  }
  const { grades, unexpected } = await gradeCaptures(captures);
  const damaged = values.damage ? await gradeDamaged(captures) : [];
  const results = resultsOf(grades, unexpected, damaged, WEIGHTS_VERSION);
  console.log(consoleText(results));
  if (pattern === undefined && values.damage) publish(results);
  return 0;
}

function publish(results: LabResults): void {
  mkdirSync(dirname(SCORES), { recursive: true });
  writeFileSync(SCORES, `${JSON.stringify(results, null, 1)}\n`);
  if (values.captures !== CAPTURES) return;
  writeFileSync(PAGE, withBlock(readFileSync(PAGE, 'utf8'), 'accuracy', accuracyFigures(results)));
  writeFileSync(README, withBlock(readFileSync(README, 'utf8'), 'accuracy', accuracyLines(results)));
  console.log('\nWritten: .lab/scores.json, docs/accuracy.md, README.md');
}
