import { counted, thousands } from '../bytes/number-text.ts';
import type {
  ConnectionConditions,
  HostConditions,
  OsGuess,
  PaceConditions,
  PathConditions,
  PipeConditions,
} from '../model/conditions.ts';
import { durationText } from './quantity.ts';

/** Agreed by nearly everybody: only their absence is worth a word. */
const ORDINARY: ReadonlySet<string> = new Set(['sack', 'timestamps', 'window-scaling']);

/** The conditions of one connection, for the head of its timeline. */
export function conditionLines(conditions: ConnectionConditions): string[] {
  const { client, server, path, toClient, toServer, pace, optimisations } = conditions;
  const lines = [
    `Client: ${hostText(client)}. Server: ${hostText(server)}.`,
    `Path: ${pathText(path)}.`,
    ...pipeLines('to the client', toClient),
    ...pipeLines('to the server', toServer),
    ...paceLines(pace),
  ];
  const notable = optimisations.filter(({ kind }) => !ORDINARY.has(kind));
  for (const { text, frames } of notable)
    lines.push(`Note: ${text}${frames.length > 0 ? ` (frame ${frames.join(', ')})` : ''}.`);
  for (const doubt of [...client.os.doubts, ...server.os.doubts]) lines.push(`Doubt: ${doubt}.`);
  return lines;
}

function hostText({ os, mss, hops }: HostConditions): string {
  const parts = [osText(os)];
  if (mss !== null) parts.push(`MSS ${thousands(mss)}`);
  if (hops !== null) parts.push(hops === 0 ? 'no router away' : `${counted(hops, 'router')} away`);
  return parts.join(', ');
}

function osText({ family, version, certainty, source }: OsGuess): string {
  if (family === null) return `system unknown (${source})`;
  return `${family}${version === null ? '' : ` ${version}`} (${certainty})`;
}

function pathText(path: PathConditions): string {
  const parts: string[] = [];
  if (path.roundTripNs !== null && path.toClientNs !== null && path.toServerNs !== null)
    parts.push(
      `RTT ${durationText(path.roundTripNs)} (to the client ${durationText(path.toClientNs)}, to the server ${durationText(path.toServerNs)})`,
    );
  else parts.push('RTT unknown');
  const resent = path.fromClient.retransmitted + path.fromServer.retransmitted;
  const sent = resent + path.fromClient.dataSegments + path.fromServer.dataSegments;
  parts.push(
    resent === 0
      ? 'nothing sent again'
      : `${thousands(resent)} of ${counted(sent, 'data segment')} sent again`,
  );
  if (path.synRetransmissions > 0) parts.push(`SYN sent again ${counted(path.synRetransmissions, 'time')}`);
  if (path.tunnelDepth > 0) parts.push('in a tunnel');
  if (path.isVlan) parts.push('VLAN');
  return parts.join('; ');
}

function pipeLines(direction: string, pipe: PipeConditions): string[] {
  if (pipe.overfull.length === 0) return [];
  const parts: string[] = [];
  if (pipe.zeroWindows > 0)
    parts.push(
      `the receiver's window was shut ${counted(pipe.zeroWindows, 'time')}, ${durationText(pipe.zeroWindowNs)}`,
    );
  if (pipe.windowLimitedNs > 0) parts.push(`${durationText(pipe.windowLimitedNs)} without room in it`);
  if (pipe.overfull.includes('loss')) parts.push('data was lost');
  if (pipe.overfull.includes('queue'))
    parts.push(`round trips grew to ${durationText(pipe.loadedRoundTripNs ?? 0)}`);
  return [
    `Too much ${direction}: ${parts.join(', ')}; at most ${counted(pipe.peakInFlight, 'byte')} in flight${pipe.peakFrame === null ? '' : ` (frame ${pipe.peakFrame})`}.`,
  ];
}

function paceLines(pace: PaceConditions): string[] {
  if (pace.answers === 0) return [];
  const parts = [
    `${counted(pace.answers, 'response')} in ${counted(pace.segments, 'segment')} and ${counted(pace.writes, 'write')}`,
    `server thought ${durationText(pace.thinkNs)}`,
  ];
  if (pace.spreadNs > 0) parts.push(`sending took ${durationText(pace.spreadNs)}${splitText(pace)}`);
  const lines = [`Pace: ${parts.join('; ')}.`];
  if (pace.tinyAnswers > 0)
    lines.push(
      `Tiny segments: ${counted(pace.worstSegments, 'segment')} for ${counted(pace.worstBytes, 'byte')} (frame ${pace.worstFrame}).`,
    );
  if (pace.stalls > 0)
    lines.push(
      `Nagle: ${counted(pace.stalls, 'small segment')} waited for a delayed ACK, ${durationText(pace.stallNs)} in all (frame ${pace.stallFrame}).`,
    );
  return lines;
}

/** Under this part of the time a cause is not worth a word. */
const MIN_PART = 0.05;

function splitText({ spreadNs, serverGapNs, networkNs, windowNs, lossNs }: PaceConditions): string {
  const causes: readonly (readonly [number, string])[] = [
    [serverGapNs, 'for the server'],
    [networkNs, 'for ACKs'],
    [windowNs, "for the client's window"],
    [lossNs, 'for lost data'],
  ];
  const worth = causes.filter(([ns]) => ns > 0 && ns >= MIN_PART * spreadNs);
  if (worth.length === 0) return '';
  return ` (waiting ${worth.map(([ns, what]) => `${durationText(ns)} ${what}`).join(', ')})`;
}
