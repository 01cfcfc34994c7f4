import { addressesIn } from '../fields.ts';
import { eventOf, type Line, type LineReader } from '../line.ts';
import { sayingOf } from '../saying.ts';

/**
 * libuv's names (errno.3; nodejs.org/api/errors, "Common system errors"): `Error: read ECONNRESET`, `write EPIPE`,
 * `connect ECONNREFUSED 127.0.0.1:80`; http's own: `socket hang up`, `aborted`; undici's: `other side closed`.
 */
const SYSTEM_ERROR = /(?:^|[\s:([])(?:Error: )?(read|write|connect|shutdown|accept) (E[A-Z]{3,14})\b/;
const OWN_ERROR =
  /(?:^|\s|: )(?:Socket)?(?:Error|TypeError|Error \[\w{1,30}\]): (socket hang up|aborted|other side closed|terminated|Premature close)/;
/** `code: 'ECONNRESET'` as util.inspect shows an error on one line; a stack's own lines are indented. */
const INSPECTED = /^(?:\S.{0,200}[ {])?code: ?'(E[A-Z]{3,14}|UND_ERR_SOCKET)'/;
/** A line that prints `${error.code} ${error.message}`. */
const CODE_AND_MESSAGE = /^(?:[\w ]{1,30}: )?(E[A-Z]{3,14}) (read|write|connect|aborted|socket hang up)\b/;

/** Node: errors printed with console.error or by an unhandled 'error' event. */
export const readNode: LineReader = (line) => {
  const { body } = line;
  const found =
    SYSTEM_ERROR.exec(body) ?? OWN_ERROR.exec(body) ?? CODE_AND_MESSAGE.exec(body) ?? INSPECTED.exec(body);
  if (found === null) return null;
  const isConnect = found[1] === 'connect' || found[2] === 'connect';
  return eventOf(line, 'node', { says: saying(found, body), peer: peerOf(line, isConnect) });
};

function saying(found: RegExpExecArray, body: string) {
  // Node names a mere end of stream ECONNRESET too; its message tells them apart.
  const isEnd = /socket hang up|aborted|other side closed|terminated|Premature close/.test(found[0]);
  if (isEnd) return { kind: 'peer-closed', errno: null, code: 'ECONNRESET' } as const;
  return sayingOf(found[0]) ?? sayingOf(body) ?? { kind: 'failed', errno: null, code: null };
}

function peerOf({ body }: Line, isConnect: boolean) {
  const [first = null] = addressesIn(body, 1);
  return isConnect || first !== null ? first : null;
}
