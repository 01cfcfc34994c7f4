/** Lines kept: some 300 MB, as few have more than 1,500 octets; the latest ones, as captures are taken of what just happened. */
export const MAX_EVENTS = 200_000;
/** Lines that speak of trouble kept beyond that. */
export const MAX_TROUBLES = 100_000;
/** Characters kept of the targets that lines name: ten times what a busy log of that many lines has. */
export const MAX_TARGETS_LEN = 200_000_000;
/** Connections kept, some 1.5 kB each; beyond it only those whose client a line names. */
export const MAX_CONNECTIONS = 100_000;
export const MAX_NAMED_CONNECTIONS = 200_000;
/** Exchanges kept, of targets that a line names. */
export const MAX_EXCHANGES = 500_000;
/** Pairs of line and exchange held against each other to find the clocks' difference. */
export const MAX_CLOCK_PAIRS = 400_000;
/** Exchanges with one target, beyond which a line says too little to tell when. */
export const MAX_ALIKE_FOR_CLOCK = 400;
/** Looks at connections and exchanges to find the clocks' difference: some seconds. */
export const MAX_CLOCK_LOOKS = 10_000_000;
/** Connections that one line is held against, the nearest in time. */
export const MAX_ALIKE = 400;
/** Cells of one alignment table (4 octets each, and time). */
export const MAX_ALIGNMENT_CELLS = 4_000_000;
