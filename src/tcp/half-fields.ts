/** Layout of a half-stream record: places of its fields in the Int32Array and the Float64Array. */

/** Places of the Int32 fields in a record. */
/** Field 0 is RecordView.bits. */
export const ISN = 1;
export const NEXT_SEQ = 2;
export const MAX_SEQ = 3;
export const FIN_SEQ = 4;
export const MAX_ACK = 5;
export const LAST_ACK = 6;
export const PREVIOUS_ACK = 7;
export const PREVIOUS_ACK_FRAME = 8;
export const WINDOW = 9;
export const WINDOW_SHIFT = 10;
export const MSS = 11;
export const TS_VAL = 12;
export const IP_ID = 13;
export const IP_ID_ZEROS = 14;
export const IP_ID_STEPS = 15;
export const IP_ID_JUMPS = 16;
export const TOS = 17;
export const TTL_OF_SYN = 18;
export const TTL_MIN = 19;
export const TTL_MAX = 20;
export const FLOW_LABEL = 21;
export const SOURCE_MAC = 22;
export const FIRST_FRAME = 23;
export const LAST_FRAME = 24;
export const LAST_DATA_FRAME = 25;
export const SEGMENTS = 26;
export const DATA_SEGMENTS = 27;
export const RETRANSMITTED = 28;
export const OUT_OF_ORDER = 29;
export const FINAL_RETRANSMISSIONS = 30;
export const KEEP_ALIVES = 31;
export const UNANSWERED_PROBES = 32;
export const ZERO_WINDOWS = 33;
export const SMALL_SEGMENTS = 34;
export const MAX_PAYLOAD_LEN = 35;
export const RTT_SEQ = 36;
export const GOOD_CHECKSUMS = 37;
export const BAD_CHECKSUMS = 38;
export const OUTBOUND = 39;
export const INBOUND = 40;
export const SYN_WINDOW = 41;
export const FIN_FRAME = 42;
export const FIN_ACK = 43;
export const INTS = 44;

/** Places of the Float64 fields. */
export const OFFSET = 0;
export const BYTES = 1;
export const NOT_CAPTURED = 2;
export const MISSING = 3;
export const LAST_NS = 4;
export const LAST_DATA_NS = 5;
export const PREVIOUS_ACK_NS = 6;
export const RTT_START_NS = 7;
export const RTT_MIN_NS = 8;
export const ZERO_WINDOW_SINCE_NS = 9;
export const ZERO_WINDOW_NS = 10;
export const ACKED_UNSEEN_NS = 11;
export const FIN_NS = 12;
export const PAUSED_NS = 13;
export const FLOATS = 14;
