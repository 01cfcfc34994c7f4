import { DAMAGES } from './damage.ts';
import { ANSWERS, type Figures, type Matrix } from './figures.ts';
import { type ReliabilityBin, TRUE_GROUPS } from './forecast.ts';
import { CHANGES } from './grade-damaged.ts';
import { table } from './markdown.ts';
import { percent, scoreText, shareText, shareWithInterval } from './percent.ts';
import type { LabResults, MissRow } from './results.ts';
import { TARGETS } from './targets.ts';

/** The generated part of docs/accuracy.md. */
export function accuracyFigures(results: LabResults): string {
  const { sets, scenarios, families, weights } = results;
  const { all, calibration, heldOut } = sets;
  return [
    `Weights ${weights}; ${scenarios} scenarios in ${families} families, ${all.captures} captures, ${all.connections} connections ` +
      `(${calibration.connections} for calibration, ${heldOut.connections} held out); the capture can show the truth for ${all.knowable}.`,
    '### What we promise',
    targetTable(results),
    '### All figures',
    'With the number of connections and the 95 % interval (Wilson).',
    figureTable(results),
    '### Confusion matrices',
    'Rows: the truth. Columns: our answer.',
    ...matrices(results),
    '### Beside the first RST',
    'The usual way by hand: find the first RST and blame the address it comes from.',
    baselineTable(results),
    '### Is a confidence of 0.9 right nine times in ten?',
    `Brier score ${scoreText(all.forecasts.brier)} (calibration set ${scoreText(calibration.forecasts.brier)}, held out ${scoreText(heldOut.forecasts.brier)}).`,
    ...[...setsOf(results)].flatMap(([name, figures]) => [
      `${name}:`,
      reliabilityTable(figures.forecasts.reliability),
    ]),
    'All, also where the capture cannot show the truth:',
    reliabilityTable(all.forecasts.reliabilityAnywhere),
    '### Intermediaries falsely accused',
    list(all.falseAccusations),
    '### Claimed although the capture cannot show it',
    'The sender of the first close is named, as the packets have it: a perfect copy of its reset, or a path that went silent until it closed, looks the same. Two captures tell (`whohungup pair`).',
    list(byScenario(all.claimedTooMuch)),
    '### Damaged captures',
    damageTable(results),
    '### Verdicts that damage turned against somebody',
    flipTable(results),
    '### Every miss',
    missTable(results.misses),
    ...(results.unexpected.length === 0
      ? []
      : ['Connections seen that were none:', list(results.unexpected)]),
  ].join('\n\n');
}

function setsOf({ sets }: LabResults): readonly (readonly [string, Figures])[] {
  return [
    ['All', sets.all],
    ['Calibration set', sets.calibration],
    ['Held out', sets.heldOut],
  ];
}

const SET_HEADS = ['All', 'Calibration set', 'Held out'] as const;

function inSets({ sets }: LabResults, name: string, text: (figures: Figures) => string): string[] {
  return [name, text(sets.all), text(sets.calibration), text(sets.heldOut)];
}

function targetTable(results: LabResults): string {
  const mark = (isMet: boolean): string => (isMet ? '' : ' (missed)');
  return table(
    ['', 'Promised', ...SET_HEADS],
    TARGETS.map(({ name, wanted, got, isMet }) => {
      const [label, ...cells] = inSets(results, name, (figures) => got(figures) + mark(isMet(figures)));
      return [label!, wanted, ...cells];
    }),
  );
}

function figureTable(results: LabResults): string {
  const row = (name: string, text: (figures: Figures) => string): string[] => inSets(results, name, text);
  return table(
    ['', ...SET_HEADS],
    [
      row('Connections', ({ connections }) => String(connections)),
      row('Group right, of decided verdicts', ({ decided }) => shareWithInterval(decided)),
      row('The same, also where the capture cannot show it', (each) =>
        shareWithInterval(each.decidedAnywhere),
      ),
      row('Undetermined, where it can', ({ undetermined }) => shareWithInterval(undetermined)),
      row('First closer', ({ fields }) => shareWithInterval(fields.closedBy)),
      row('FIN, RST or none', ({ fields }) => shareWithInterval(fields.kind)),
      row('The frame that ended it', ({ fields }) => shareWithInterval(fields.killerFrame)),
      row('Position', ({ fields }) => shareWithInterval(fields.position)),
      row('Outcome', ({ fields }) => shareWithInterval(fields.outcome)),
      row('Body octets, exactly', ({ bodyBytes }) => shareWithInterval(bodyBytes)),
      row("Programs' errors foretold", ({ programErrors }) => shareWithInterval(programErrors)),
      row('Intermediaries falsely accused', (each) => String(each.falseAccusations.length)),
      row('Brier score, all groups', ({ forecasts }) => scoreText(forecasts.brier)),
      row('Brier score of the confidence', ({ forecasts }) => scoreText(forecasts.brierOfConfidence)),
      row('Log loss', ({ forecasts }) => scoreText(forecasts.logLoss)),
      row('Brier score, also where the capture cannot show it', ({ forecasts }) =>
        scoreText(forecasts.brierAnywhere),
      ),
    ],
  );
}

function matrices(results: LabResults): string[] {
  const known = setsOf(results).flatMap(([name, { matrix }]) => [`${name}:`, matrixTable(matrix)]);
  return [
    ...known,
    'Where the capture cannot show the truth (all):',
    matrixTable(results.sets.all.matrixBeyond),
  ];
}

function matrixTable(matrix: Matrix): string {
  const rows = TRUE_GROUPS.map((truth) => [truth, ...ANSWERS.map((answer) => String(matrix[truth][answer]))]);
  return table(['', ...ANSWERS], rows);
}

function baselineTable(results: LabResults): string {
  const row = (name: string, text: (figures: Figures) => string): string[] => inSets(results, name, text);
  return table(
    ['', ...SET_HEADS],
    [
      row('Somebody is to blame: first RST right', ({ baseline }) => shareText(baseline.blamed)),
      row('Somebody is to blame: whohungup right', ({ baseline }) => shareText(baseline.oursBlamed)),
      row('It says something: first RST right', ({ baseline }) => shareText(baseline.decided)),
      row('It says something: whohungup right', ({ decided }) => shareText(decided)),
      row('Nobody is to blame: first RST blames', ({ baseline }) => shareText(baseline.groundless)),
      row('Nobody is to blame: whohungup blames', ({ baseline }) => shareText(baseline.oursGroundless)),
    ],
  );
}

function reliabilityTable(bins: readonly ReliabilityBin[]): string {
  return table(
    ['Confidence', 'Verdicts', 'Mean confidence', 'Right'],
    bins.map(({ from, to, claims, meanConfidence, right }) => [
      `${from}–${to}`,
      String(claims),
      meanConfidence.toFixed(3),
      percent(right / claims),
    ]),
  );
}

function damageTable({ damaged }: LabResults): string {
  return table(
    ['Damage', '', 'Verdicts', ...CHANGES],
    damaged.map(({ kind, copies, counts }) => [
      kind,
      DAMAGES.find((damage) => damage.kind === kind)?.text ?? '',
      String(copies),
      ...CHANGES.map((change) => String(counts[change])),
    ]),
  );
}

function flipTable({ flips }: LabResults): string {
  if (flips.length === 0) return 'None.';
  return table(
    ['Damage', 'Capture', 'Kind', 'Said of the copy', 'Said of the undamaged capture'],
    flips.map(({ kind, name, change, headline, was }) => [kind, name, change, headline, was]),
  );
}

function missTable(misses: readonly MissRow[]): string {
  if (misses.length === 0) return 'None.';
  return table(
    ['Scenario', 'Captured at', 'What', 'We said', 'Fair answers', 'Our sentence'],
    misses.map(({ scenario, isHeldOut, vantages, what, got, wanted, headline }) => [
      isHeldOut ? `${scenario} (held out)` : scenario,
      vantages.join(', '),
      what,
      got,
      wanted,
      headline,
    ]),
  );
}

/** `family/scenario (vantage, vantage)` */
function byScenario(names: readonly string[]): string[] {
  const vantages = new Map<string, string[]>();
  for (const name of names) {
    const at = name.lastIndexOf('/');
    const scenario = name.slice(0, at);
    vantages.set(scenario, [...(vantages.get(scenario) ?? []), name.slice(at + 1)]);
  }
  return [...vantages].map(([scenario, places]) => `${scenario} (${places.join(', ')})`);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'None.' : names.map((name) => `- ${name}`).join('\n');
}

/** The README's four lines. */
export function accuracyLines({ sets, scenarios }: LabResults): string {
  const { all, heldOut } = sets;
  const rightOf = (figures: Figures): string =>
    percent(figures.decided.right / Math.max(1, figures.decided.of));
  const undetermined = percent(all.undetermined.right / Math.max(1, all.undetermined.of));
  const byFirstReset = percent(all.baseline.blamed.right / Math.max(1, all.baseline.blamed.of));
  return [
    `On ${all.captures} captures of ${scenarios} scenarios staged with real programs and boxes, ${rightOf(all)} of the decided verdicts name the right`,
    `group (${rightOf(heldOut)} of those kept out of calibration); ${undetermined} are undetermined, ${all.falseAccusations.length} intermediaries falsely accused, Brier score ${scoreText(all.forecasts.brier)}.`,
    `Blaming the sender of the first RST is right in ${byFirstReset}. Not counted: what one capture cannot show, such as a perfect`,
    "copy of an end's own reset. Every miss, and every wrong name given there, is in [docs/accuracy.md](docs/accuracy.md).",
  ].join('\n');
}
