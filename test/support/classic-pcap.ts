import { Frame } from '../../src/model/frame.ts';

const FILE_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;

/** The frames of a classic pcap file in memory, for tests that must not depend on the capture stage. */
export function* framesOfClassicPcap(bytes: Uint8Array): Generator<Frame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  const isLittleEndian = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const isNanoseconds = view.getUint32(0, isLittleEndian) === 0xa1b23c4d;
  const frame = new Frame();
  frame.bytes = bytes;
  frame.view = view;
  frame.linkType = view.getUint32(20, isLittleEndian) & 0xffff;
  let offset = FILE_HEADER_LEN;
  while (offset + RECORD_HEADER_LEN <= bytes.length) {
    const capturedLen = view.getUint32(offset + 8, isLittleEndian);
    const start = offset + RECORD_HEADER_LEN;
    if (start + capturedLen > bytes.length) return;
    const fraction = view.getUint32(offset + 4, isLittleEndian) * (isNanoseconds ? 1 : 1000);
    frame.timeNs = (view.getUint32(offset, isLittleEndian) % 1e6) * 1e9 + fraction;
    frame.start = start;
    frame.end = start + capturedLen;
    frame.originalLen = view.getUint32(offset + 12, isLittleEndian);
    frame.frameNumber++;
    yield frame;
    offset = frame.end;
  }
}
