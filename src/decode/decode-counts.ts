import { LAYER_NAMES, type Layer } from './layer.ts';
import type { FragmentCounts } from './network/fragment-store.ts';

/** What became of all frames so far. */
export class DecodeCounts {
  frames = 0;
  tcp = 0;
  icmpErrors = 0;
  /** Frames without TCP, and fragments kept for later. */
  other = 0;
  malformed = 0;
  unsupported = 0;
  /** Of `other`: frames with more headers or tunnels inside one another than are followed. */
  tooDeep = 0;
  /** Of `malformed`: by the layer whose header did not fit (LAYER_ numbers). */
  readonly malformedByLayer = new Float64Array(LAYER_NAMES.length);
  /** Of `unsupported`: by LINKTYPE_ number. */
  readonly unsupportedByLinkType = new Map<number, number>();
  readonly fragments: FragmentCounts;

  constructor(fragments: FragmentCounts) {
    this.fragments = fragments;
  }

  countMalformed(layer: Layer): void {
    this.malformed++;
    this.malformedByLayer[layer]!++;
  }

  countUnsupported(linkType: number): void {
    this.unsupported++;
    this.unsupportedByLinkType.set(linkType, (this.unsupportedByLinkType.get(linkType) ?? 0) + 1);
  }
}
