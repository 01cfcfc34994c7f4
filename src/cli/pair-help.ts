/** What `pair --help` prints. At most 80 columns, so that it needs no layout. */
export const PAIR_HELP_TEXT = `Two captures of the same traffic from two places: who really sent the reset,
and what was added, lost or changed in between.

Examples
  whohungup pair client.pcap server.pcap         what happened in between
  whohungup pair client.pcap server.pcap --timeline --conn 3
                                                 both ends side by side
  whohungup pair lan.pcap wan.pcap -Y intermediary --format jsonl > out.jsonl
  ssh gw tcpdump -w - port 80 | whohungup pair client.pcap -

Usage
  whohungup pair A B
  A and B are pcap or pcapng, also compressed; one may be "-". Which of them is
  nearer to the client is found out from TTLs and delays.

A reset that arrived at one capture, and that the capture nearer to its sender
lacks although it has everything else, was made in between: proven. One that the
sender's own capture has was sent by that host. Connections are recognised by
addresses and ports, behind NAT by sequence numbers, time stamps and payload.

Options
      --a client|server A is the capture nearer to the client (to the server)
      --timeline        ladders with a column for each capture
      --conn N          only connection N of A (its id in a report)
  -Y EXPR               only connections that match; see whohungup --help
  -c N                  stop after N frames of each
  -v, -vv               all evidence
  -q                    counts only, and no warnings on stderr
      --all             every connection, also those that ended well
      --format FORMAT   text (default) or jsonl
      --fail-on LIST    exit 1 when a selected connection is of one of these
                        groups: client-abort, intermediary, server
      --color WHEN      auto (default), always, never; NO_COLOR is respected
      --width N         columns to use (default: the terminal's, else 80)
      --help            print this

Exit codes
  0  done, whatever was found
  1  --fail-on matched
  2  the command line or an input is at fault, or the captures have no
     connection in common
130  interrupted (Ctrl-C) before there was anything to show

More: docs/pair.md
`;
