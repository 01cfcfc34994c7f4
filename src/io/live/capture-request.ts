/** What can read an interface. `cap` is libpcap in a process of our own; the others are the programs of that name. */
export type Provider = 'cap' | 'tcpdump' | 'dumpcap';
export const PROVIDERS: readonly Provider[] = ['cap', 'tcpdump', 'dumpcap'];

/** Who a process becomes when it gives up root. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface CaptureRequest {
  readonly device: string;
  /** In the language of pcap-filter(7); empty = everything. */
  readonly filter: string;
  /** The kernel's buffer, in MiB. */
  readonly bufferMiB: number;
  /** Whom the capture process becomes once it has opened the interface; null when it is not root to begin with. */
  readonly identity: Identity | null;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

/** Why a capture cannot begin, for exit codes: the right or a part is missing, or the request is at fault. */
export type FaultKind = 'permission' | 'missing' | 'interface' | 'filter' | 'other';

/** The message is for the user. */
export class LiveCaptureError extends Error {
  override readonly name = 'LiveCaptureError';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
