import type { Figures } from './figures.ts';
import { FLIPS } from './grade-damaged.ts';
import { scoreText, shareText } from './percent.ts';
import type { LabResults } from './results.ts';
import { TARGETS } from './targets.ts';

/** The short account for the terminal: figures, then every miss. */
export function consoleText(results: LabResults): string {
  const { all, calibration, heldOut } = results.sets;
  const lines = [
    `${results.scenarios} scenarios, ${all.captures} captures, ${all.connections} connections; weights ${results.weights}`,
    '',
    row('', ['all', 'calibration', 'held out']),
    ...figureRows.map(([name, text]) => row(name, [all, calibration, heldOut].map(text))),
    '',
    ...TARGETS.filter(({ isMet }) => !isMet(all)).map(
      ({ name, wanted, got }) => `MISSED: ${name} ${got(all)}, promised ${wanted}`,
    ),
    ...all.falseAccusations.map((name) => `FALSE ACCUSATION: ${name}`),
    `${all.claimedTooMuch.length} claimed though the capture cannot show it`,
    ...results.misses.map(
      ({ scenario, vantages, what, got, wanted, headline }) =>
        `${scenario} @${vantages.join(',')}: ${what} is ${got}, not ${wanted}\n    ${headline}`,
    ),
    ...results.unexpected.map((name) => `unexpected connection: ${name}`),
    '',
    ...damageLines(results),
  ];
  return lines.join('\n');
}

const figureRows: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['group, of decided', ({ decided }) => shareText(decided)],
  ['undetermined', ({ undetermined }) => shareText(undetermined)],
  ['first closer', ({ fields }) => shareText(fields.closedBy)],
  ['kind', ({ fields }) => shareText(fields.kind)],
  ['killer frame', ({ fields }) => shareText(fields.killerFrame)],
  ['position', ({ fields }) => shareText(fields.position)],
  ['outcome', ({ fields }) => shareText(fields.outcome)],
  ['body octets', ({ bodyBytes }) => shareText(bodyBytes)],
  ["programs' errors", ({ programErrors }) => shareText(programErrors)],
  ['Brier score', ({ forecasts }) => scoreText(forecasts.brier)],
  ['first RST, of blamed', ({ baseline }) => shareText(baseline.blamed)],
  ['ours, of blamed', ({ baseline }) => shareText(baseline.oursBlamed)],
];

function row(name: string, cells: readonly string[]): string {
  return (
    name.padEnd(22) +
    cells
      .map((cell) => cell.padEnd(24))
      .join('')
      .trimEnd()
  );
}

function damageLines({ damaged, flips }: LabResults): string[] {
  if (damaged.length === 0) return [];
  const counted = damaged.map(({ kind, copies, counts }) => {
    const bad = FLIPS.map((change) => `${change} ${counts[change]}`).join(', ');
    return `${kind.padEnd(14)} ${String(copies).padStart(5)} copies: same ${counts.same}, fell ${counts.fell}, hinted ${counts.hinted}, ${bad}`;
  });
  const listed = flips.map(
    ({ change, kind, name, headline }) => `${change} under ${kind}: ${name}\n    ${headline}`,
  );
  return [...counted, ...listed];
}
