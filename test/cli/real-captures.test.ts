import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { runCapture } from '../../src/cli/run-analysis.ts';
import { sha1 } from '../../src/cli/sha1.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { JsonlReport } from '../../src/report/jsonl.ts';
import { widthOf } from '../../src/report/layout.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { TextReport } from '../../src/report/text.ts';
import { timelineLines } from '../../src/report/timeline.ts';
import { TimelineRecorder } from '../../src/report/timeline-recorder.ts';
import { schemaErrors } from '../support/record-schema.ts';
import { capturePath, truthCaptures } from '../support/truth.ts';

/** Whatever a capture holds, what is printed of it is well-formed, fits, and commands no terminal. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
const COMMANDS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const WIDTH = 80;
const options = {
  palette: paletteOf(new Chalk({ level: 0 })),
  width: WIDTH,
  verbosity: 2,
  isQuiet: false,
  isAll: true,
  selection: 'all',
  timeMode: 'absolute' as const,
  fileCount: 1,
};

interface Printed {
  readonly text: string;
  readonly ladders: string;
  readonly records: string;
}

async function printed(path: string): Promise<Printed> {
  let text = '';
  let ladders = '';
  let records = '';
  const reports = [
    new TextReport((chunk) => (text += chunk), options),
    new JsonlReport((chunk) => (records += chunk), sha1),
  ];
  const timeline = new TimelineRecorder(() => true, 200);
  const connection = (judged: JudgedConnection, ...rest: [Parameters<TextReport['connection']>[2]]): void => {
    for (const report of reports) report.connection(judged, true, ...rest);
    ladders += `${timelineLines(judged, timeline.take(judged.facts.id), rest[0], options).join('\n')}\n`;
  };
  const { summary } = await runCapture({
    paths: [path],
    maxFrames: null,
    signal: new AbortController().signal,
    onProgress: () => {},
    sink: { connection },
    timeline,
  });
  for (const report of reports) report.end(summary);
  return { text, ladders, records };
}

const captures = truthCaptures();
if (captures.length === 0) console.log('real-captures: skipped, there are no captures beside the checkout');

describe.skipIf(captures.length === 0)('real captures', () => {
  test.each(captures)('%s', async (name) => {
    const { text, ladders, records } = await printed(capturePath(name));
    for (const record of records.trim().split('\n')) expect(schemaErrors(JSON.parse(record))).toEqual([]);
    for (const line of `${text}\n${ladders}`.split('\n')) {
      if (widthOf(line) > WIDTH) expect.fail(`wider than ${WIDTH}: ${line}`);
    }
    expect(text + ladders + records).not.toMatch(COMMANDS);
  });
});
