import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Analysis } from '../src/analyze.ts';
import { CaptureState } from '../src/capture/capture-state.ts';
import { readCaptures } from '../src/io/read-capture.ts';
import type { JudgedConnection } from '../src/model/verdict.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
/** Longer than the headers and heads of all fixtures: what is cut off are bodies, chunks and TLS records. */
const HEADS_WHOLE = 700;

/** Captures of scenarios that have one. */
const captures = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(`${FIXTURES}${name}`).map((file) => `${name}/${file}`))
  .filter((path) => /\/capture\.pcap(ng)?$/.test(path));

/** The verdicts on a capture as it would be with that snaplen. */
async function verdictsOf(name: string, snaplen: number): Promise<unknown[]> {
  const path = `${FIXTURES}${name}`;
  const connections: JudgedConnection[] = [];
  const state = new CaptureState();
  const analysis = new Analysis(
    {
      clock: state.clock,
      fileOf: () => path,
      files: () => [path],
      frames: () => state.frames,
      patience: 1_000,
    },
    { connection: (judged) => connections.push(judged) },
  );
  await readCaptures(
    [path],
    {
      frame: (frame) => {
        const { end } = frame;
        frame.end = Math.min(end, frame.start + snaplen);
        analysis.frame(frame);
        frame.end = end;
      },
      interfaceFound: (found) => analysis.interfaceFound(found),
      warning: (warning) => analysis.warning(warning),
    },
    { state },
  );
  analysis.end();
  return connections
    .sort((a, b) => a.facts.id - b.facts.id)
    .map(({ verdict: { outcome, group, closedBy, kind, killerFrame, position, headline } }) => [
      outcome,
      group,
      closedBy,
      kind,
      killerFrame,
      position,
      headline,
    ]);
}

describe('a snaplen that leaves the heads whole changes no verdict', () => {
  test.each(captures)('%s', async (name) => {
    expect(await verdictsOf(name, HEADS_WHOLE)).toEqual(await verdictsOf(name, 262_144));
  });
});
