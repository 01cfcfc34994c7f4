import type { Ending } from '../ending.ts';
import type { FoundPattern, PatternEvidence } from '../kind.ts';
import { type Lifted, lifted } from '../lift.ts';
import { groupBy } from '../measures.ts';

/** Values told of one kind. */
const MAX_TOLD = 2;
const USUAL_STATUS = 200;

/** One URL (digits in it count as one sign) whose responses end badly more often than those of the others. */
export function oneUrl(evidence: PatternEvidence): readonly FoundPattern[] {
  const { open, responses, words } = evidence;
  const found = lifted(
    open,
    ({ path }) => path,
    (_, { pathHash }) => responses.byPath.count(pathHash),
    responses.sinceRequest.total,
  );
  return found.slice(0, MAX_TOLD).map((each) => ({
    ...patternOf('one-url', each, words),
    text: `${sharesText(each, words)} for ${requestOf(each)}`,
    suggests: 'Something about that URL: its handler, its size or slowness, or a filter that dislikes it.',
    next: 'Ask for it by hand; look at its handler in the log, how long it takes, and whether a web application firewall knows it.',
  }));
}

/** The clients of one network (/24, /48) whose responses end badly more often. */
export function oneClientNetwork(evidence: PatternEvidence): readonly FoundPattern[] {
  const { open, responses, words } = evidence;
  const found = lifted(
    open,
    ({ network }) => network,
    (_, { networkHash }) => responses.byNetwork.count(networkHash),
    responses.total,
  );
  return found.slice(0, MAX_TOLD).map((each) => {
    const clients = groupBy(each.members, ({ clientIp }) => clientIp).size;
    const pattern = patternOf('one-client-network', each, words);
    return {
      ...pattern,
      text: `${sharesText(each, words)} for ${words.counted(clients, 'client')} in ${each.value}`,
      figures: { ...pattern.figures, clients },
      suggests:
        clients === 1
          ? 'That one client: its program, its host, or its way here.'
          : 'The network of these clients, or a device on their way.',
      next: 'Capture at that side, or pair two captures (whohungup pair), to see what its own packets look like.',
    };
  });
}

/** A status whose responses end badly more often. The usual one does beside those without a body, which says nothing. */
export function oneStatus(evidence: PatternEvidence): readonly FoundPattern[] {
  const { open, responses, words } = evidence;
  const begun = open.filter(({ isLate }) => !isLate);
  const found = lifted(
    begun,
    ({ status }) => (status === USUAL_STATUS ? null : status),
    (status) => responses.byStatus[status] ?? 0,
    responses.total,
  );
  return found.slice(0, MAX_TOLD).map((each) => ({
    ...patternOf('one-status', each, words),
    text: `${sharesText(each, words)} with status ${each.value}`,
    suggests: 'The program that makes these responses ends the connection, or makes the client end it.',
    next: 'Look in the log of the server for that status, and whether its body is as long as it says.',
  }));
}

function requestOf({ value, members }: Lifted<string>): string {
  const methods = new Set(members.map(({ method }) => method));
  const [method] = methods;
  return methods.size === 1 && method !== null ? `${method} ${value}` : value;
}

function patternOf<K extends string | number>(
  kind: string,
  { value, members, of, share, shareElsewhere, pValue }: Lifted<K>,
  _words: PatternEvidence['words'],
): Omit<FoundPattern, 'text' | 'suggests' | 'next'> {
  return {
    kind,
    members: members as readonly Ending[],
    of,
    figures: { value, share, shareElsewhere, lift: shareElsewhere === 0 ? null : share / shareElsewhere },
    pValue,
    isCause: false,
  };
}

function sharesText(
  { members, of, share, shareElsewhere }: Lifted<unknown>,
  words: PatternEvidence['words'],
): string {
  return `${words.thousands(members.length)} of ${words.counted(of, 'response')} (${words.percent(share)}, elsewhere ${words.percent(shareElsewhere)}) ended badly`;
}
