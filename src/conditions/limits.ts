/**
 * Connections measured at once: some 2.5 kB each, so 80 MB at most. Those that open beyond it are judged, but their
 * conditions are not known.
 */
export const MAX_MEASURED = 32_768;

/** Examples kept behind each count. */
export const MAX_EXAMPLES = 5;

/** Different texts counted under one question; more are put together as "others". */
export const MAX_DISTINCT = 200;
