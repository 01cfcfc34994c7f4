import type { ResponseConnection } from '../model/responses.ts';
import { ConnectionRow } from './connection-row.ts';
import type { Endpointed } from './flow-table.ts';
import type { RecordTable } from './record-table.ts';
import { ROW_IPV6 } from './row-bits.ts';

/** Tells which connection a row of the table holds now. */
export class Directory implements Endpointed {
  readonly #row: ConnectionRow;
  readonly #found = { startNs: 0, clientAddress: 0, isIpv6: false };

  constructor(table: RecordTable) {
    this.#row = new ConnectionRow(table);
  }

  isBetween(
    index: number,
    src: number,
    srcPort: number,
    dst: number,
    dstPort: number,
    isIpv6: number,
  ): boolean {
    const row = this.#row;
    row.move(index);
    const { address0, port0, address1, port1 } = row;
    if ((row.bits & ROW_IPV6) !== isIpv6) return false;
    if (address0 === src && port0 === srcPort && address1 === dst && port1 === dstPort) return true;
    return address0 === dst && port0 === dstPort && address1 === src && port1 === srcPort;
  }

  /** Its number. */
  idOf(row: number): number {
    this.#row.move(row);
    return this.#row.id;
  }

  /** What is known of the connection that half-stream `clientHalf` belongs to. Borrowed. */
  behind(clientHalf: number): ResponseConnection {
    const row = this.#row;
    row.move(clientHalf >> 1);
    const found = this.#found;
    found.startNs = row.startNs;
    found.clientAddress = (clientHalf & 1) === 0 ? row.address0 : row.address1;
    found.isIpv6 = row.has(ROW_IPV6);
    return found;
  }
}
