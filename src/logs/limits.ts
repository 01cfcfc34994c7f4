/** Characters of a line that are looked at. Request targets may take 8 KB (RFC 9112 §3); what is longer is no log line. */
export const MAX_LINE_LEN = 8_192;
/** Characters of a line that are kept to be shown. */
export const MAX_TEXT_LEN = 1_000;
/** Characters kept of a request target: what is compared (2,048), with scheme and authority in front. */
export const MAX_PATH_LEN = 2_400;
/** Characters in which words of an error are looked for: they stand in front of a line, or at its end. */
export const MAX_WORDS_LEN = 2_048;
/** JSON nested deeper, or with more members, is no log record. */
export const MAX_JSON_DEPTH = 4;
export const MAX_JSON_MEMBERS = 200;
/** Lines of a Python traceback behind which its head is forgotten. */
export const MAX_TRACEBACK_LINES = 200;
