import { ApplicationStage } from '../../src/app/application-stage.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import type { Segment } from '../../src/model/segment.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { CaptureContextBuilder } from '../../src/verdict/capture-context.ts';
import { judge } from '../../src/verdict/judge.ts';

/** The stages from segments to verdicts, for stories told on a ladder. A segment with an ICMP type is what an error quotes. */
export function judgeSegments(segments: readonly Segment[]): JudgedConnection[] {
  const found: ConnectionFacts[] = [];
  const sink = { connection: (facts: ConnectionFacts) => found.push(facts) };
  const stage = new TcpStage(new ApplicationStage(null), sink, null, {
    escapeText,
    formatAddress: (address) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.'),
    retainAddress: () => {},
    releaseAddress: () => {},
    foldAddress: () => 0,
  });
  for (const segment of segments) {
    if (segment.icmpType >= 0) stage.pushIcmpError(segment);
    else stage.push(segment);
  }
  stage.end();
  found.sort((a, b) => a.id - b.id);
  const context = new CaptureContextBuilder();
  for (const facts of found) context.add(facts);
  return found.map((facts) => ({ file: 'ladder', facts, verdict: judge(facts, context) }));
}
