/**
 * Captured length that is believed whatever the file's snaplen says: libpcap's MAXIMUM_SNAPLEN, which capture tools
 * write when asked for whole frames. Some writers put a smaller snaplen into the header than they then use.
 */
export const USUAL_CAPTURED_LIMIT = 262_144;

/**
 * No record or block may be longer, whatever the header says. More than any frame that TCP can be in (a jumbogram with
 * offload is 512 KiB), and the bound on the memory that a false length can cost.
 */
export const HARD_LEN_LIMIT = 16 * 1024 * 1024;

/** Interfaces that are told apart in one capture; a file made of nothing but interface blocks must not fill memory. */
export const MAX_INTERFACES = 65_536;

/** Decryption secrets kept, in octets over the whole capture. A TLS session needs about 1 KiB. */
export const MAX_SECRETS_LEN = 8 * 1024 * 1024;

/** Octets of an interface name that are kept; names come from the file. */
export const MAX_NAME_LEN = 256;
