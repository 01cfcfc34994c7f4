import type { LogEvent, LogProgram } from '../../model/log-event.ts';
import { addressesIn } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { sayingOf } from '../saying.ts';

/** Rust: `std::io::Error`'s Display and Debug (library/std/src/io/error), and what hyper wraps it in. */
const RUST =
  /\(os error (\d{1,5})\)|kind: Connection(?:Reset|Aborted|Refused)|kind: BrokenPipe|hyper::(?:error::)?Error|hyper_util::/;

/** Rust and hyper. */
export const readRust: LineReader = (line) =>
  RUST.test(line.body) || line.body.includes('IncompleteMessage') ? words(line, 'rust') : null;

/** The last resort: known words in a line of no known form, with the address that stands in it. */
export const readAnyWords: LineReader = (line) => {
  // Lines of a stack say nothing that its first line has not said.
  if (/^\s{1,12}(?:at |File |in |\.\.\.|errno|code|syscall)/.test(line.text)) return null;
  return words(line, 'unknown');
};

function words(line: Parameters<LineReader>[0], program: LogProgram): LogEvent | null {
  const says = sayingOf(line.body);
  if (says === null || says.kind === 'ordinary') return null;
  const [first = null, second = null] = addressesIn(line.body, 2);
  const isPair = second !== null && /->/.test(line.body);
  return eventOf(line, program, { says, peer: isPair ? second : first, local: isPair ? first : null });
}
