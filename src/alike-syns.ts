import type { LoneSyn } from './model/lone-syn.ts';
import type { JudgedConnection } from './model/verdict.ts';
import { isPastSynPatience } from './verdict/silence-outcomes.ts';

/** Servers under flood at once, roughly: each holds one connection, some 5 kB. A power of two. */
const PLACES = 64;

interface Kind {
  serverAddress: number;
  serverPort: number;
  /** IP version, direction and patience. */
  traits: number;
  judged: JudgedConnection | null;
}

/**
 * Of connections of which nothing but a SYN was seen, one of each kind. What is said about such a connection, and what the
 * capture learns from it, depends on its server, on whether it has had time to be answered, and on the direction that the link
 * layer gives, on nothing else (test/lone-syns.test.ts). So of millions one is judged.
 *
 * A small cache: of two kinds with the same place the later one stays.
 */
export class AlikeSyns {
  readonly #kinds = Array.from(
    { length: PLACES },
    (): Kind => ({ serverAddress: 0, serverPort: 0, traits: -1, judged: null }),
  );
  /** The kind looked for last, when none had been judged. */
  #wanted: Kind | null = null;

  /** One of the same kind. Null: none is known; the next one judged is this one itself, and is to be told to {@link learn}. */
  find(syn: LoneSyn): JudgedConnection | null {
    const traits = (isPastSynPatience(syn.silenceNs) ? 8 : 0) | (syn.direction << 1) | (syn.isIpv6 ? 1 : 0);
    const { serverAddress, serverPort } = syn;
    const kind = this.#kinds[placeOf(serverAddress, serverPort, traits)]!;
    const isSame =
      kind.serverAddress === serverAddress && kind.serverPort === serverPort && kind.traits === traits;
    // The number of an IPv6 address may have gone to another one.
    if (isSame && kind.judged !== null && (!syn.isIpv6 || kind.judged.facts.server.ip === syn.serverIp()))
      return kind.judged;
    kind.serverAddress = serverAddress;
    kind.serverPort = serverPort;
    kind.traits = traits;
    kind.judged = null;
    this.#wanted = kind;
    return null;
  }

  /** A connection has been judged. */
  learn(judged: JudgedConnection): void {
    if (this.#wanted === null) return;
    this.#wanted.judged = judged;
    this.#wanted = null;
  }
}

function placeOf(address: number, port: number, traits: number): number {
  return Math.imul(address ^ Math.imul(port ^ (traits << 16), 0x85ebca6b), 0x9e3779b1) >>> 26;
}
