/** The application protocol as the octets show it, without keys. */
export type AppProtocol = 'none' | 'http/1' | 'http/2' | 'tls' | 'other';

/**
 * How far the application protocol had got. `answered` = at least one exchange, all of them complete; the verdict
 * turns it into `after-response` or `idle-keepalive` by the silence that followed.
 */
export type AppPhase =
  | 'before-request'
  | 'in-request'
  | 'awaiting-response'
  | 'in-response-headers'
  | 'in-response-body'
  | 'answered'
  | 'tls-handshake'
  | 'tls-application'
  | 'tunnel'
  | 'non-http'
  | 'unknown';

export type BodyFraming = 'none' | 'content-length' | 'chunked' | 'until-close' | 'tunnel';

/** One request and the response to it, as far as they got. */
export interface Exchange {
  /** Counted from 1 on its connection. */
  readonly index: number;
  readonly method: string | null;
  /** Request target as on the wire, latin1, at most 2,048 characters. */
  readonly target: string | null;
  readonly httpVersion: string | null;
  readonly host: string | null;
  /** Request headers by which proxies give themselves away (Via, X-Forwarded-For, Forwarded, CF-Ray…), lower case names. */
  readonly requestProxyHeaders: readonly string[];
  readonly requestFrame: number | null;
  readonly requestStartNs: number | null;
  /** Also true when the request was not seen but is being answered. */
  readonly isRequestComplete: boolean;
  /** When its last octet was seen; null while it is not complete. */
  readonly requestEndNs: number | null;
  readonly requestBodyBytes: number;
  /** Declared length of the request body; null when chunked or unknown; 0 when there is none. */
  readonly requestBodyLength: number | null;
  readonly isExpectContinue: boolean;

  readonly status: number | null;
  /** Value of the Server header, for the reader's orientation; at most 80 characters. */
  readonly server: string | null;
  /** Response headers by which proxies give themselves away (Via, X-Cache, CF-Ray…), lower case names. */
  readonly responseProxyHeaders: readonly string[];
  readonly responseFrame: number | null;
  readonly responseStartNs: number | null;
  readonly isResponseHeadComplete: boolean;
  readonly isResponseComplete: boolean;
  readonly responseEndNs: number | null;
  readonly framing: BodyFraming | null;
  /**
   * Body octets that crossed the capture point, after de-chunking: those that the snaplen cut off, too, but not those of
   * packets that the capture lacks. Rough where chunk headers are among what is not there; `chunk` is null then.
   */
  readonly bodyBytes: number;
  /** Body octets of packets that the capture lacks. */
  readonly bodyBytesNotCaptured: number;
  readonly bodyLength: number | null;
  /** Stream offset of the first body octet on the response's half-stream; null before the head is complete. */
  readonly bodyStartOffset: number | null;
  /** Chunked: index of the chunk in flight (from 1), octets of it seen and its declared size. */
  readonly chunk: { readonly index: number; readonly bytes: number; readonly size: number } | null;
  /** Either message said, or HTTP/1.0 implies, that the connection ends after this exchange. */
  readonly isLast: boolean;
}

/** TLS as its record headers and hello messages show it. */
export interface TlsState {
  readonly sni: string | null;
  /** First protocol the client offered by ALPN, and the one the server chose (TLS 1.2 and before). */
  readonly alpnOffered: readonly string[];
  readonly alpnChosen: string | null;
  /** Version of the connection: '1.3', '1.2'… from the ServerHello, else null. */
  readonly version: string | null;
  readonly isClientHelloSeen: boolean;
  readonly isServerHelloSeen: boolean;
  readonly isHandshakeComplete: boolean;
  /** Plain alerts (in the handshake) and encrypted ones (content type 21 after it; description then null). */
  readonly alerts: readonly TlsAlert[];
  /** A record of the type that a close_notify has was the side's last record (always a guess in TLS 1.3). */
  readonly isClientCloseNotifyLikely: boolean;
  readonly isServerCloseNotifyLikely: boolean;
  /** A record of this half had begun but its octets had not all come. */
  readonly isClientRecordCut: boolean;
  readonly isServerRecordCut: boolean;
  readonly clientApplicationBytes: number;
  readonly serverApplicationBytes: number;
}

export interface TlsAlert {
  readonly from: 'client' | 'server';
  readonly frame: number;
  readonly level: number | null;
  /** RFC 8446 §6 AlertDescription, or null when encrypted. */
  readonly description: number | null;
}

/** What the frames of HTTP/2 say about how it ended (RFC 9113). */
export interface Http2State {
  /** The first GOAWAY of each side that names an error, in the order of the capture. */
  readonly failures: readonly Http2Failure[];
  /** Streams that RST_STREAM ended before their response was whole, by who sent it. */
  readonly resetByClient: number;
  readonly resetByServer: number;
}

/** A GOAWAY with another error code than NO_ERROR (RFC 9113 §6.8). */
export interface Http2Failure {
  readonly from: 'client' | 'server';
  readonly frame: number;
  /** RFC 9113 §7. */
  readonly code: number;
}

/** RFC 6455 close handshake. */
export interface WebSocketState {
  readonly isClientCloseSeen: boolean;
  readonly isServerCloseSeen: boolean;
  readonly closeCode: number | null;
}

/**
 * Everything the application stage knows at one moment. Plain data; taken when a FIN or RST comes and at the end.
 * `clientHalf` is 0 or 1: which half-stream of the connection the requests (or the ClientHello) came on; −1 when
 * the octets do not tell.
 */
export interface AppSnapshot {
  readonly protocol: AppProtocol;
  readonly phase: AppPhase;
  readonly clientHalf: number;
  /** The exchange in flight; when none is, the last complete one. Null when HTTP was not seen. */
  readonly exchange: Exchange | null;
  readonly requestsBegun: number;
  readonly responsesBegun: number;
  readonly responsesComplete: number;
  /** Requests begun whose response was not complete. */
  readonly inFlight: number;
  readonly tls: TlsState | null;
  /** Null when HTTP/2 was not seen in the clear. */
  readonly http2: Http2State | null;
  readonly webSocket: WebSocketState | null;
  /** Protocol that an Upgrade or CONNECT switched to, lower case, else null. */
  readonly tunnelProtocol: string | null;
  /** Source address of a PROXY protocol preamble ("203.0.113.7:5123"), else null. */
  readonly proxyPreamble: string | null;
  /** Distinct X-Forwarded-For / Forwarded values seen on requests of this connection, at most 4 are told apart. */
  readonly forwardedForCount: number;
  /** Named surprises (kebab-case): `both-length-and-chunked`, `bad-chunk-size`, `response-without-request`… */
  readonly oddities: readonly string[];
  /** Text of the first octets, escaped, at most 40 characters, for protocol 'other'. */
  readonly firstOctets: string | null;
}
