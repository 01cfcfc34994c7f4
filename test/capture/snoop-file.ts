import { OctetWriter, padded, type RecordSpec } from '../support/pcap-builder.ts';

/** A snoop file (RFC 1761), each record with a cumulative drop count of its own index. */
export function snoopFile(records: readonly RecordSpec[], datalink = 4): Uint8Array {
  const writer = new OctetWriter(false);
  writer.octets(new TextEncoder().encode('snoop\0\0\0'));
  writer.u32(2);
  writer.u32(datalink);
  for (const [index, record] of records.entries()) {
    const { octets } = record;
    writer.u32(record.originalLen ?? octets.length);
    writer.u32(record.capturedLen ?? octets.length);
    writer.u32(24 + padded(octets.length));
    writer.u32(index);
    writer.u32(record.seconds ?? 0);
    writer.u32(record.fraction ?? 0);
    writer.octets(octets);
    writer.pad();
  }
  return writer.take();
}
