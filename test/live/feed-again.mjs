/**
 * Stands in for tcpdump (days.ts): writes a capture to standard output again and again: node feed-again.mjs FILE ROUNDS
 *
 * In each round hosts have other addresses, whose sum is the same so that checksums still hold, and times go on.
 */
import { readFileSync, writeSync } from 'node:fs';

const [path, rounds] = process.argv.slice(2);
const file = readFileSync(path);
const view = new DataView(file.buffer, file.byteOffset, file.length);
const FILE_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const PIECE_LEN = 1 << 20;
const IPV4 = 0x0800;
/** Where addresses stand in an Ethernet frame: IPv4 at 26 and 30, IPv6 at 22 and 38. */
const ADDRESSES = { [IPV4]: [26, 30], 34525: [22, 38] };

const records = [];
for (let at = FILE_HEADER_LEN; at < file.length; at += RECORD_HEADER_LEN + view.getUint32(at + 8, true))
  records.push(at);
const firstS = view.getUint32(records[0], true);
const lengthS = view.getUint32(records.at(-1), true) - firstS + 1;

process.stderr.write('tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n');
put(file.subarray(0, FILE_HEADER_LEN));
for (let round = 0; round < Number(rounds); round++) {
  for (const at of records) {
    const later = round === 0 ? Math.floor(Date.now() / 1000) - firstS : lengthS;
    view.setUint32(at, view.getUint32(at, true) + later, true);
    const frame = at + RECORD_HEADER_LEN;
    for (const place of ADDRESSES[view.getUint16(frame + 12)] ?? []) renameHost(frame + place);
  }
  for (let at = FILE_HEADER_LEN; at < file.length; at += PIECE_LEN) put(file.subarray(at, at + PIECE_LEN));
}

/** One more in the first word, one less in the second, in one's complement: the sum stays. */
function renameHost(at) {
  view.setUint16(at, (view.getUint16(at) + 1) % 0xffff);
  view.setUint16(at + 2, (view.getUint16(at + 2) + 0xfffe) % 0xffff);
}

function put(octets) {
  for (let at = 0; at < octets.length; ) {
    try {
      at += writeSync(1, octets, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(0);
    }
  }
}
