/** A response that is complete. **Borrowed**: what it says is only true until the call returns. */
export interface CompletedResponse {
  /** Its exchange, counted from 1 on the connection. */
  readonly index: number;
  /** Below 0 when the request was not seen. */
  readonly requestFrame: number;
  readonly requestEndNs: number;
  readonly responseStartNs: number;
  readonly responseEndNs: number;
  readonly status: number;
  /** Body octets that crossed the capture point, after de-chunking. */
  readonly bodyBytes: number;
  /** Body octets that the capture cut off or lacks. */
  readonly bodyNotCaptured: number;
  /** See bytes/path-hash.ts; 0 when the request was not seen. */
  pathHash(): number;
}

/** Is told of every response that is complete, also of connections about which nothing else is gathered. */
export interface ResponseSink {
  /**
   * `half`: the half-stream that the request came on. `idleNs`: how long the connection had been unused before the
   * request; −1 when it is the first one seen.
   */
  complete(half: number, response: CompletedResponse, idleNs: number): void;
}

/** What the TCP stage knows of the connection behind a response. Borrowed too. */
export interface ResponseConnection {
  readonly startNs: number;
  /** IPv4, or an index of the AddressBook. */
  readonly clientAddress: number;
  readonly isIpv6: boolean;
}
