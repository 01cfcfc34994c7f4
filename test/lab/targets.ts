import type { Figures } from './figures.ts';
import { percent, scoreText } from './percent.ts';
import { ratio } from './share.ts';

/** What the project promises of its verdicts. */
interface Target {
  readonly name: string;
  readonly wanted: string;
  got(figures: Figures): string;
  isMet(figures: Figures): boolean;
}

const atLeast = (value: number | null, least: number): boolean => value === null || value >= least;
const atMost = (value: number | null, most: number): boolean => value === null || value <= most;

export const TARGETS: readonly Target[] = [
  {
    name: 'Group right, of decided verdicts',
    wanted: '≥ 98 %',
    got: ({ decided }) => percent(ratio(decided)),
    isMet: ({ decided }) => atLeast(ratio(decided), 0.98),
  },
  {
    name: 'Undetermined, where the capture can show it',
    wanted: '≤ 10 %',
    got: ({ undetermined }) => percent(ratio(undetermined)),
    isMet: ({ undetermined }) => atMost(ratio(undetermined), 0.1),
  },
  {
    name: 'Intermediaries falsely accused',
    wanted: '0',
    got: ({ falseAccusations }) => String(falseAccusations.length),
    isMet: ({ falseAccusations }) => falseAccusations.length === 0,
  },
  {
    name: 'First closer right',
    wanted: '≥ 99 %',
    got: ({ fields }) => percent(ratio(fields.closedBy)),
    isMet: ({ fields }) => atLeast(ratio(fields.closedBy), 0.99),
  },
  {
    name: 'Position right',
    wanted: '≥ 98 %',
    got: ({ fields }) => percent(ratio(fields.position)),
    isMet: ({ fields }) => atLeast(ratio(fields.position), 0.98),
  },
  {
    name: "Programs' errors foretold",
    wanted: '≥ 95 %',
    got: ({ programErrors }) => percent(ratio(programErrors)),
    isMet: ({ programErrors }) => atLeast(ratio(programErrors), 0.95),
  },
  {
    name: 'Brier score',
    wanted: '≤ 0.05',
    got: ({ forecasts }) => scoreText(forecasts.brier),
    isMet: ({ forecasts }) => atMost(forecasts.brier, 0.05),
  },
];
