import { type CapturedFrame, endsOf, type FrameList } from './captured-frames.ts';
import { seededRandom } from './seeded-random.ts';
import { sllDoubles, vlanCopies, vxlanCopies } from './wrapped-copies.ts';

/** What capture hosts do to captures. Each kind is applied to an undamaged one; `name` seeds what is left to chance. */
export interface Damage {
  readonly kind: string;
  /** For the page: what was done. */
  readonly text: string;
  apply(list: FrameList, name: string): FrameList;
}

const MS = 1_000;
const SECOND = 1_000_000;

export const DAMAGES: readonly Damage[] = [
  { kind: 'drops-5', text: '5 % of the frames are missing', apply: dropped(0.05) },
  { kind: 'drops-20', text: '20 % of the frames are missing', apply: dropped(0.2) },
  { kind: 'duplicates', text: 'a quarter of the frames are there twice', apply: duplicated },
  { kind: 'reordered', text: 'frames up to 1 ms early or late in the file', apply: reordered },
  { kind: 'only-client', text: 'only what the client sent', apply: oneDirection('client') },
  { kind: 'only-server', text: 'only what the server sent', apply: oneDirection('server') },
  { kind: 'snaplen-96', text: 'snapped to 96 octets', apply: snapped(96) },
  { kind: 'snaplen-68', text: 'snapped to 68 octets', apply: snapped(68) },
  { kind: 'late-start', text: 'begins after the handshake and a little more', apply: startedLate },
  { kind: 'early-stop', text: 'ends after two thirds of the frames', apply: stoppedEarly },
  { kind: 'clock-back', text: 'the clock steps 2 s back half-way', apply: clockStep(-2 * SECOND) },
  { kind: 'clock-forward', text: 'the clock steps 60 s forward half-way', apply: clockStep(60 * SECOND) },
  {
    kind: 'sll-doubles',
    text: 'each frame twice, as the "any" device of a router shows it',
    apply: sllDoubles,
  },
  { kind: 'vlan-copies', text: 'each frame twice, once with a VLAN tag', apply: vlanCopies },
  { kind: 'vxlan-copies', text: 'each frame twice, once inside VXLAN', apply: vxlanCopies },
];

function dropped(rate: number): Damage['apply'] {
  return ({ linkType, frames }, name) => {
    const random = seededRandom(`${name} drops ${rate}`);
    return { linkType, frames: frames.filter(() => random() >= rate) };
  };
}

function duplicated({ linkType, frames }: FrameList, name: string): FrameList {
  const random = seededRandom(`${name} duplicates`);
  const copy = (frame: CapturedFrame): CapturedFrame => ({ ...frame, timeUs: frame.timeUs + 3 });
  return {
    linkType,
    frames: frames.flatMap((frame) => (random() < 0.25 ? [frame, copy(frame)] : [frame])),
  };
}

/** As a network card with several queues hands them over: each keeps its time, the file is not quite in order. */
function reordered({ linkType, frames }: FrameList, name: string): FrameList {
  const random = seededRandom(`${name} order`);
  const placed = frames.map((frame) => ({ frame, place: frame.timeUs + (2 * random() - 1) * MS }));
  placed.sort((a, b) => a.place - b.place);
  return { linkType, frames: placed.map(({ frame }) => frame) };
}

/** Who opened connections is the client. */
function oneDirection(side: 'client' | 'server'): Damage['apply'] {
  return ({ linkType, frames }) => {
    const openers = new Set<string>();
    for (const { octets } of frames) {
      const ends = endsOf(octets);
      if (ends?.isOpening) openers.add(ends.source);
    }
    const isWanted = ({ octets }: CapturedFrame): boolean => {
      const ends = endsOf(octets);
      return ends !== null && openers.has(ends.source) === (side === 'client');
    };
    return { linkType, frames: frames.filter(isWanted) };
  };
}

function snapped(snaplen: number): Damage['apply'] {
  return ({ linkType, frames }) => ({
    linkType,
    frames: frames.map((frame) => ({ ...frame, octets: frame.octets.subarray(0, snaplen) })),
  });
}

const HANDSHAKE_FRAMES = 3;

/** Without the handshake of each connection and a quarter of what follows, so that it may begin inside a message. */
function startedLate({ linkType, frames }: FrameList): FrameList {
  const missing = HANDSHAKE_FRAMES + Math.floor((frames.length - HANDSHAKE_FRAMES) / 4);
  return { linkType, frames: frames.slice(missing) };
}

function stoppedEarly({ linkType, frames }: FrameList): FrameList {
  return { linkType, frames: frames.slice(0, Math.ceil((frames.length * 2) / 3)) };
}

function clockStep(byUs: number): Damage['apply'] {
  return ({ linkType, frames }) => ({
    linkType,
    frames: frames.map((frame, place) =>
      place * 2 < frames.length ? frame : { ...frame, timeUs: frame.timeUs + byUs },
    ),
  });
}
