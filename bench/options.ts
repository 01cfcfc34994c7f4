import { parseArgs } from 'node:util';
import { PEERS, type Peer, WHOHUNGUP } from './peers.ts';
import { VARIANT_NAMES, WORKLOAD_NAMES, type WorkloadName } from './workloads/catalogue.ts';

export const USAGE = `npm run bench -- [options]

  --scale N         size of the workloads; 1 (default) is 0.1 to 4 GB each
  --scales 0.1,1    each workload at these sizes in turn, and what a packet costs at each
  --only W1,W2      these workloads: ${[...WORKLOAD_NAMES, ...VARIANT_NAMES].join(', ')}
                    (default: all but ${VARIANT_NAMES.join(', ')})
  --peers a,b       these peers: ${PEERS.map(({ name }) => name).join(', ')}
                    (default: all up to scale 0.1; above, those that do not take minutes for a gigabyte)
  --skip-slow       leave out the slow peers at any scale
  --rounds N        how often each peer runs on each workload (default 3)
  --time-limit S    end a run after so many seconds (default 900)
  --budget S        give the peers so many seconds in all, whohungup not counted
                    (default 30 up to scale 0.02, else none)
  --check           hold whohungup's results against what was written
  --digest          a digest of whohungup's JSON Lines for each workload, the fixtures, and captures beside the repository
  --json FILE       write all figures to FILE
  --generate        only write the workloads
  --clean           remove the workloads' files (.bench/) and stop
`;

/** Below this, even the slowest peer takes seconds. */
const ALL_PEERS_SCALE = 0.1;
/** The size for a quick check, and what it may take: continuous integration gives it a minute. */
const QUICK_SCALE = 0.02;
const QUICK_BUDGET_S = 30;
const DEFAULT_TIME_LIMIT_S = 900;

export interface Options {
  /** One or more, in the order given. */
  readonly scales: readonly number[];
  readonly workloads: readonly WorkloadName[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly timeLimitS: number;
  readonly budgetS: number;
  readonly check: boolean;
  readonly digest: boolean;
  readonly json: string | null;
  readonly generateOnly: boolean;
  readonly clean: boolean;
  readonly help: boolean;
}

/** Throws an Error with a sentence for the user when the arguments make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scale: { type: 'string', default: '1' },
      scales: { type: 'string' },
      only: { type: 'string', default: WORKLOAD_NAMES.join() },
      peers: { type: 'string' },
      'skip-slow': { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      'time-limit': { type: 'string', default: String(DEFAULT_TIME_LIMIT_S) },
      budget: { type: 'string' },
      check: { type: 'boolean', default: false },
      digest: { type: 'boolean', default: false },
      json: { type: 'string' },
      generate: { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const scales = (values.scales ?? values.scale).split(',').map((text) => positive('scale', text));
  const scale = Math.max(...scales);
  const skipSlow = values['skip-slow'] || (values.peers === undefined && scale > ALL_PEERS_SCALE);
  const byDefault = scale <= QUICK_SCALE ? QUICK_BUDGET_S : Number.POSITIVE_INFINITY;
  return {
    scales,
    workloads: values.only.split(',').map(workloadName),
    peers: (values.peers?.split(',').map(peerNamed) ?? PEERS).filter(({ isSlow }) => !(isSlow && skipSlow)),
    rounds: Math.ceil(positive('rounds', values.rounds)),
    timeLimitS: positive('time-limit', values['time-limit']),
    budgetS: values.budget === undefined ? byDefault : positive('budget', values.budget),
    check: values.check,
    digest: values.digest,
    json: values.json ?? null,
    generateOnly: values.generate,
    clean: values.clean,
    help: values.help,
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new Error(`--${option}: "${text}" is not above 0`);
  return value;
}

function workloadName(text: string): WorkloadName {
  const names = [...WORKLOAD_NAMES, ...VARIANT_NAMES];
  const name = names.find((known) => known.toLowerCase() === text.trim().toLowerCase());
  if (name === undefined) throw new Error(`--only: no workload "${text}"; there are ${names.join(', ')}`);
  return name;
}

function peerNamed(text: string): Peer {
  const peer = PEERS.find(({ name }) => name === text.trim());
  if (peer === undefined)
    throw new Error(`--peers: no peer "${text}"; ${WHOHUNGUP} and others are in --help`);
  return peer;
}
