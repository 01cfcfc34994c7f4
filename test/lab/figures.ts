import {
  brier,
  brierOfClaims,
  claimOf,
  forecastOf,
  logLoss,
  type ReliabilityBin,
  reliability,
} from './forecast.ts';
import { type Answer, type Grade, isDecided, isFalseAccusation, type TrueGroup } from './grade.ts';
import { type Share, shareOf } from './share.ts';
import type { GradedField } from './staged-truth.ts';

export const ANSWERS = ['client-abort', 'intermediary', 'server', 'undetermined', 'none'] as const;

export type Matrix = Readonly<Record<TrueGroup, Readonly<Record<Answer, number>>>>;

/** All figures over one set of graded connections. */
export interface Figures {
  readonly captures: number;
  readonly connections: number;
  readonly knowable: number;
  /** Rows: the truth, where the capture can show it. */
  readonly matrix: Matrix;
  /** Rows: the truth, where the capture cannot show it. */
  readonly matrixBeyond: Matrix;
  /** Decided verdicts whose group is right, where the truth is knowable. */
  readonly decided: Share;
  /** The same, also where it is not: there a decision for anything but the truth is wrong. */
  readonly decidedAnywhere: Share;
  /** Undetermined verdicts among those where somebody is to blame and the capture can show it. */
  readonly undetermined: Share;
  readonly fields: Readonly<Record<Exclude<GradedField, 'group'>, Share>>;
  readonly bodyBytes: Share;
  readonly programErrors: Share;
  /** Names of the connections. */
  readonly falseAccusations: readonly string[];
  /** Decided for another group than the true one where the capture cannot show the truth, fair or not. */
  readonly claimedTooMuch: readonly string[];
  readonly baseline: BaselineFigures;
  readonly forecasts: ForecastFigures;
}

/** "The sender of the first RST did it", over the same connections as our `decided` and `undetermined`. */
interface BaselineFigures {
  /** Right among the connections for which it has an answer, because they carry a reset. */
  readonly decided: Share;
  /** Right among all knowable connections where somebody is to blame; having no answer is not right. */
  readonly blamed: Share;
  /** Ours by the same measure: undetermined is not right either. */
  readonly oursBlamed: Share;
  /** Blames a side although nobody is to blame. */
  readonly groundless: Share;
  readonly oursGroundless: Share;
}

interface ForecastFigures {
  readonly forecasts: number;
  /** Over all groups; the headline figure. */
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Of the confidence alone. */
  readonly brierOfConfidence: number | null;
  /** The headline figure, also over connections whose capture cannot show the truth. */
  readonly brierAnywhere: number | null;
  readonly reliability: readonly ReliabilityBin[];
  /** Also over connections whose capture cannot show the truth. */
  readonly reliabilityAnywhere: readonly ReliabilityBin[];
}

export function figuresOf(grades: readonly Grade[]): Figures {
  const knowable = grades.filter(({ isKnowable }) => isKnowable);
  const beyond = grades.filter(({ isKnowable }) => !isKnowable);
  const blamed = knowable.filter(({ truth }) => truth !== 'none');
  const rightIfDecided = (each: Grade): boolean | null => (isDecided(each) ? each.isNamedRight : null);
  return {
    captures: new Set(grades.map(({ name }) => name.replace(/#\d+$/, ''))).size,
    connections: grades.length,
    knowable: knowable.length,
    matrix: matrixOf(knowable),
    matrixBeyond: matrixOf(beyond),
    decided: shareOf(knowable, rightIfDecided),
    decidedAnywhere: shareOf(grades, (each) =>
      each.isKnowable ? rightIfDecided(each) : isClaim(each) ? each.named === each.truth : null,
    ),
    undetermined: shareOf(blamed, ({ answer }) => answer === 'undetermined'),
    fields: {
      closedBy: shareOf(knowable, ({ fields }) => fields.closedBy),
      kind: shareOf(knowable, ({ fields }) => fields.kind),
      killerFrame: shareOf(knowable, ({ fields }) => fields.killerFrame),
      position: shareOf(knowable, ({ fields }) => fields.position),
      outcome: shareOf(knowable, ({ fields }) => fields.outcome),
    },
    bodyBytes: shareOf(grades, ({ bodyBytes }) => bodyBytes),
    programErrors: shareOf(
      grades.flatMap(({ clientError, serverError }) => [clientError, serverError]),
      (isRight) => isRight,
    ),
    falseAccusations: grades.filter(isFalseAccusation).map(({ name }) => name),
    claimedTooMuch: beyond
      .filter((each) => isClaim(each) && each.named !== each.truth)
      .map(({ name }) => name),
    baseline: baselineFigures(knowable, blamed),
    forecasts: forecastFigures(knowable, grades),
  };
}

/** Names a group as likely or proven. */
function isClaim({ answer }: Grade): boolean {
  return answer !== 'undetermined' && answer !== 'none';
}

function matrixOf(grades: readonly Grade[]): Matrix {
  const emptyRow = (): Record<Answer, number> => ({
    'client-abort': 0,
    intermediary: 0,
    server: 0,
    undetermined: 0,
    none: 0,
  });
  const matrix: Record<TrueGroup, Record<Answer, number>> = {
    'client-abort': emptyRow(),
    intermediary: emptyRow(),
    server: emptyRow(),
    none: emptyRow(),
  };
  for (const { truth, answer } of grades) matrix[truth][answer]++;
  return matrix;
}

function baselineFigures(knowable: readonly Grade[], blamed: readonly Grade[]): BaselineFigures {
  const innocent = knowable.filter(({ truth }) => truth === 'none');
  return {
    decided: shareOf(knowable, ({ baseline, isBaselineRight }) =>
      baseline === 'none' ? null : isBaselineRight,
    ),
    blamed: shareOf(blamed, ({ isBaselineRight }) => isBaselineRight),
    oursBlamed: shareOf(blamed, ({ isNamedRight, answer }) => isNamedRight && answer !== 'undetermined'),
    groundless: shareOf(innocent, ({ isBaselineRight }) => !isBaselineRight),
    oursGroundless: shareOf(innocent, isClaim),
  };
}

function forecastFigures(knowable: readonly Grade[], all: readonly Grade[]): ForecastFigures {
  const forecasts = present(knowable.map(forecastOf));
  const claims = present(knowable.map(claimOf));
  return {
    forecasts: forecasts.length,
    brier: brier(forecasts),
    logLoss: logLoss(forecasts),
    brierOfConfidence: brierOfClaims(claims),
    brierAnywhere: brier(present(all.map(forecastOf))),
    reliability: reliability(claims),
    reliabilityAnywhere: reliability(present(all.map(claimOf))),
  };
}

function present<Item>(items: readonly (Item | null)[]): Item[] {
  return items.filter((item) => item !== null);
}

/** The three sets that every figure is shown for. */
export interface FigureSets {
  readonly all: Figures;
  readonly calibration: Figures;
  readonly heldOut: Figures;
}

export function figureSetsOf(grades: readonly Grade[]): FigureSets {
  return {
    all: figuresOf(grades),
    calibration: figuresOf(grades.filter(({ isHeldOut }) => !isHeldOut)),
    heldOut: figuresOf(grades.filter(({ isHeldOut }) => isHeldOut)),
  };
}
