import type { JudgedConnection } from '../model/verdict.ts';
import { BARE_WORDS, FIELDS, type FieldValue, type SelectionField } from './selection-fields.ts';
import { SelectionError, type Token, tokenize } from './selection-tokens.ts';

/**
 * The language of `-Y`: which connections to print.
 *
 *     expression = term { ("or" | "||") term }
 *     term       = factor { ("and" | "&&") factor }
 *     factor     = ("not" | "!") factor | "(" expression ")" | comparison | word
 *     comparison = field ("==" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "matches") value
 *                | field "in" "{" value { "," value } "}"
 *
 * A lone word is a truth field (`harmless`) or a value that names its own field (`client-abort`). `none` is the
 * absent value. Text compares without regard to case. `!=` is the opposite of `==`: with several values (`ip`), it
 * holds when none of them is equal.
 */
export type Selection = (judged: JudgedConnection) => boolean;

type Test = (value: FieldValue) => boolean;

/** Longest expression, and deepest nesting: far beyond what a person types, far below what would exhaust the stack. */
const MAX_EXPRESSION_LEN = 4096;
const MAX_DEPTH = 100;
/** A pattern is short, and the text it runs over too, so that no pattern can hold up the analysis for long. */
const MAX_PATTERN_LEN = 200;
const MAX_MATCHED_LEN = 256;
/** `(a+)+`: a repeated group that itself repeats takes time exponential in the text. */
const NESTED_REPEAT = /\([^()]*[*+{][^()]*\)\s*[*+{]/;
const BACK_REFERENCE = /\\[1-9]|\\k</;

/** Compiles an expression. Throws {@link SelectionError} that says what is wrong and where. */
export function parseSelection(expression: string): Selection {
  if (expression.length > MAX_EXPRESSION_LEN) {
    throw new SelectionError(`longer than ${MAX_EXPRESSION_LEN} characters`, expression.slice(0, 60), 0);
  }
  return new SelectionParser(expression).parse();
}

class SelectionParser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  parse(): Selection {
    const selection = this.#expressionOf();
    const rest = this.#peek();
    if (rest.kind !== 'end') this.#fail(`expected "and", "or" or the end, not "${rest.text}"`, rest);
    return selection;
  }

  #expressionOf(): Selection {
    const terms = [this.#term()];
    while (this.#accept('||')) terms.push(this.#term());
    return (judged) => terms.some((term) => term(judged));
  }

  #term(): Selection {
    const factors = [this.#factor()];
    while (this.#accept('&&')) factors.push(this.#factor());
    return (judged) => factors.every((factor) => factor(judged));
  }

  #factor(): Selection {
    const token = this.#peek();
    if (++this.#depth > MAX_DEPTH) this.#fail('nested too deeply', token);
    try {
      if (this.#accept('!')) {
        const inner = this.#factor();
        return (judged) => !inner(judged);
      }
      if (this.#accept('(')) {
        const inner = this.#expressionOf();
        this.#expect(')');
        return inner;
      }
      return this.#comparison();
    } finally {
      this.#depth--;
    }
  }

  #comparison(): Selection {
    const name = this.#take();
    if (name.kind !== 'word') this.#fail('a field name or a word is missing here', name);
    const operator = this.#peek();
    const isCompared = operator.kind === 'operator' && COMPARISONS.has(operator.text);
    const field = FIELDS.get(name.text.toLowerCase());
    if (!isCompared) return this.#bareWord(name, field);
    if (field === undefined)
      this.#fail(`there is no field "${name.text}"; fields: ${[...FIELDS.keys()].join(' ')}`, name);
    this.#take();
    if (operator.text === 'in') return anyOf(field, this.#list(field));
    const value = this.#take();
    if (operator.text === '!=') {
      const isEqual = anyOf(field, this.#test(field, '==', value, operator));
      return (judged) => !isEqual(judged);
    }
    return anyOf(field, this.#test(field, operator.text, value, operator));
  }

  #bareWord(token: Token, field: SelectionField | undefined): Selection {
    if (field?.type === 'truth') return anyOf(field, (value) => value === true);
    const word = token.text.toLowerCase();
    const owner = FIELDS.get(BARE_WORDS.get(word) ?? '');
    if (owner === undefined && field !== undefined) {
      this.#fail(`"${token.text}" wants a comparison, such as ${token.text} == …`, token);
    }
    if (owner === undefined) {
      this.#fail(
        `"${token.text}" is neither a field nor a verdict word; fields: ${[...FIELDS.keys()].join(' ')}`,
        token,
      );
    }
    return anyOf(owner, (value) => typeof value === 'string' && value.toLowerCase() === word);
  }

  #list(field: SelectionField): Test {
    this.#expect('{');
    const tests: Test[] = [];
    do {
      const value = this.#take();
      tests.push(this.#test(field, '==', value, value));
    } while (this.#accept(','));
    this.#expect('}');
    return (value) => tests.some((test) => test(value));
  }

  #test(field: SelectionField, operator: string, value: Token, operatorToken: Token): Test {
    if (value.kind !== 'word' && value.kind !== 'string') this.#fail('a value is missing here', value);
    const isOrder = operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
    if (isOrder && field.type !== 'number') this.#fail(`"${operator}" works on numbers only`, operatorToken);
    if (operator === 'contains') return containsTest(value.text);
    if (operator === 'matches') return this.#patternTest(value);
    if (
      operator === '==' &&
      value.kind === 'word' &&
      value.text.toLowerCase() === 'none' &&
      !field.words?.includes('none')
    ) {
      return (candidate) => candidate === null;
    }
    if (field.type === 'number') return numberTest(operator, this.#number(value));
    if (field.type === 'truth') return this.#truthTest(value);
    return this.#textTest(field, value);
  }

  #textTest(field: SelectionField, value: Token): Test {
    const wanted = value.text.toLowerCase();
    if (field.words !== undefined && !field.words.some((word) => word.toLowerCase() === wanted)) {
      this.#fail(`"${value.text}" is none of: ${field.words.join(' ')}`, value);
    }
    return (candidate) => typeof candidate === 'string' && candidate.toLowerCase() === wanted;
  }

  #truthTest(value: Token): Test {
    const word = value.text.toLowerCase();
    if (word !== 'true' && word !== 'false') this.#fail('expected true or false', value);
    return (candidate) => candidate === (word === 'true');
  }

  #number(value: Token): number {
    const number = Number(value.text);
    if (value.text.trim() === '' || !Number.isFinite(number))
      this.#fail(`"${value.text}" is not a number`, value);
    return number;
  }

  #patternTest(value: Token): Test {
    if (value.text.length > MAX_PATTERN_LEN)
      this.#fail(`pattern longer than ${MAX_PATTERN_LEN} characters`, value);
    if (NESTED_REPEAT.test(value.text))
      this.#fail('a repeated group that repeats inside can take for ever', value);
    if (BACK_REFERENCE.test(value.text)) this.#fail('back references are not supported', value);
    const pattern = this.#regExp(value);
    return (candidate) => candidate !== null && pattern.test(String(candidate).slice(0, MAX_MATCHED_LEN));
  }

  #regExp(value: Token): RegExp {
    try {
      return new RegExp(value.text, 'iu');
    } catch {
      return this.#fail('not a valid regular expression', value);
    }
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#expression.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #accept(operator: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'operator' || token.text !== operator) return false;
    this.#next++;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#accept(operator)) this.#fail(`"${operator}" is missing here`, this.#peek());
  }

  #fail(message: string, token: Token): never {
    throw new SelectionError(message, this.#expression, token.at);
  }
}

const COMPARISONS: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'matches',
  'in',
]);

function anyOf(field: SelectionField, test: Test): Selection {
  return (judged) => field.read(judged).some(test);
}

function containsTest(text: string): Test {
  const wanted = text.toLowerCase();
  return (candidate) => candidate !== null && String(candidate).toLowerCase().includes(wanted);
}

function numberTest(operator: string, wanted: number): Test {
  const compare = (candidate: number): boolean => {
    switch (operator) {
      case '<':
        return candidate < wanted;
      case '<=':
        return candidate <= wanted;
      case '>':
        return candidate > wanted;
      case '>=':
        return candidate >= wanted;
      default:
        return candidate === wanted;
    }
  };
  return (candidate) => typeof candidate === 'number' && compare(candidate);
}
