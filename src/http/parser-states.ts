/** States of one direction of HTTP/1; message-parser.ts draws how one leads to another. */

export const START = 0;
export const HEAD = 1;
export const LENGTH = 2;
export const CHUNKED = 3;
export const UNTIL_CLOSE = 4;
export const TUNNEL = 5;
/** Octets were lost, and with them the place in the message. */
export const LOST = 6;
/** The end of a chunked body fell into a gap: looks out for the last chunk. */
export const LOST_CHUNKED = 7;
/** Octets stand between messages that are none. */
export const FOREIGN = 8;
/** Not HTTP any more: nothing is looked at again. */
export const DEAD = 9;
