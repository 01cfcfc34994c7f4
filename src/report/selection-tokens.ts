/** Words and signs of a selection expression, each with its place for error messages. */
export interface Token {
  readonly kind: 'word' | 'string' | 'operator' | 'end';
  /** Operators in their sign form (`and` → `&&`); strings without quotes; words as typed. */
  readonly text: string;
  /** Index of the first character in the expression. */
  readonly at: number;
}

/** A fault in a selection expression: where, and what would have been right. */
export class SelectionError extends Error {
  readonly expression: string;
  readonly at: number;

  constructor(message: string, expression: string, at: number) {
    super(message);
    this.expression = expression;
    this.at = at;
  }
}

/** Spelled-out operators, as in Wireshark's display filters. */
const SPELLED = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
  ['contains', 'contains'],
  ['matches', 'matches'],
  ['in', 'in'],
]);

const SPACE = /\s+/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[<>!~(){},=]/y;
/** Single or double quotes; `\"` and `\\` inside. */
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
/** Names, numbers, addresses (`[2001:db8::1]:80`), paths without spaces. */
const WORD = /[^\s=!<>&|(){},"'~]+/y;

export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(expression);
  };
  while (at < expression.length) {
    const space = take(SPACE);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const start = at;
    const quoted = take(QUOTED);
    const found = quoted ?? take(OPERATOR) ?? take(WORD);
    if (found === null) throw new SelectionError(faultAt(expression[at] ?? ''), expression, at);
    at += found[0].length;
    tokens.push(
      quoted === null ? plainToken(found[0], start) : { kind: 'string', text: unquote(quoted), at: start },
    );
  }
  tokens.push({ kind: 'end', text: '', at: expression.length });
  return tokens;
}

function faultAt(character: string): string {
  return character === '"' || character === "'"
    ? 'this quotation mark is never closed'
    : `"${character}" is not expected here`;
}

function plainToken(text: string, at: number): Token {
  if (/^[=!<>&|~(){},]/.test(text))
    return { kind: 'operator', text: text === '=' ? '==' : text === '~' ? 'matches' : text, at };
  const spelled = SPELLED.get(text.toLowerCase());
  return spelled === undefined ? { kind: 'word', text, at } : { kind: 'operator', text: spelled, at };
}

/** Only a backslash before a quotation mark is an escape: in a pattern the others belong to the pattern. */
function unquote(match: RegExpExecArray): string {
  return (match[1] ?? match[2] ?? '').replace(/\\(["'])/g, '$1');
}
