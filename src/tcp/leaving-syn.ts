import type { LoneSyn } from '../model/lone-syn.ts';
import type { WireWords } from './boundary.ts';
import type { ConnectionRow } from './connection-row.ts';
import { ROW_IPV6 } from './row-bits.ts';

/** Tells of a connection that leaves and of which nothing but a SYN has come. */
export class LeavingSyn implements LoneSyn {
  readonly #words: WireWords;
  #clientAddress = 0;
  id = 0;
  isIpv6 = false;
  serverAddress = 0;
  serverPort = 0;
  /** NaN: a plain float is stored without making an object. */
  timeNs = Number.NaN;
  silenceNs = Number.NaN;
  direction = 0;

  constructor(words: WireWords) {
    this.#words = words;
  }

  /** Makes this the connection of `row`, whose SYN had the given direction. */
  take(row: ConnectionRow, direction: number, nowNs: number): this {
    this.id = row.id;
    this.isIpv6 = row.has(ROW_IPV6);
    this.#clientAddress = row.address0;
    this.serverAddress = row.address1;
    this.serverPort = row.port1;
    this.timeNs = row.lastNs;
    this.silenceNs = Math.max(0, nowNs - row.lastNs);
    this.direction = direction;
    return this;
  }

  clientIp(): string {
    return this.#words.formatAddress(this.#clientAddress, this.isIpv6);
  }

  serverIp(): string {
    return this.#words.formatAddress(this.serverAddress, this.isIpv6);
  }
}
