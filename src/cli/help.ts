/** What --help prints. At most 80 columns, so that it needs no layout. */
export const HELP_TEXT = `Who hung up, where in the HTTP exchange, and how we know: verdicts from a
packet capture.

Examples
  whohungup capture.pcap                         what happened, worst first
  whohungup -v -Y 'server and not harmless' capture.pcapng
                                                 with evidence and filters
  whohungup timeline capture.pcap --conn 17      one connection, step by step
  tcpdump -r big.pcap -w - 'port 80' | whohungup --format jsonl - > out.jsonl
  whohungup --fail-on server,intermediary capture.pcap || echo "look at it"

Usage
  whohungup [analyze] FILE...    verdicts for saved captures; several files are
                                 one capture in parts, in order of time
  whohungup timeline FILE...     ladders of connections: those that did not end
                                 well, or the ones you choose
  whohungup pair A B             two captures of the same traffic from two
                                 places: what was added, lost or changed in
                                 between (whohungup pair --help)
  whohungup compare BEFORE AFTER did a change help? Rates, exposure, and whether
                                 it can be chance (whohungup compare --help)
  whohungup live -i IF           verdicts from an interface as connections end
                                 (root; whohungup live --help)
  whohungup explain FILE --log LOG
                                 the connection behind each line of a log, and
  whohungup explain WORD         what a word of a log means
                                 (whohungup explain --help)
  FILE is pcap or pcapng, also compressed; "-" is standard input.

Options
  -r FILE               a capture to read (the same as FILE)
  -Y EXPR               only connections that match, e.g. 'client-abort',
                        'host contains shop and status >= 500',
                        'peer == 203.0.113.7:443', 'duration > 60'
  -c N                  stop after N frames
  -v, -vv               evidence and Wireshark filters; all evidence
  -q                    counts only, and no warnings on stderr
  -n                    no name resolution (never done; accepted for habit)
      --checklist       answers to the questions one asks about a capture: who,
                        where, OS, network, proxies, pipe, tiny segments, noise
      --all             every connection by itself, none folded or left out
      --format FORMAT   text (default) or jsonl (one JSON record a line)
      --fail-on LIST    exit 1 when a selected connection is of one of these
                        groups: client-abort, intermediary, server
      --jobs N|auto     threads that follow connections (default: 1); the same
                        output (no effect where single packets are looked at)
      --color WHEN      auto (default), always, never; NO_COLOR is respected
      --width N         columns to use (default: the terminal's, else 80)
      --version         print the version
      --help            print this

Options of timeline
      --conn N          connection N: the id in a report, as tcp.stream
      --peer IP:PORT    connections with this endpoint
  -t r|a|d              times since the start, absolute (UTC), since the last

-Y knows
  group outcome position certainty confidence closedby kind harmless id host ip
  client server port client.port server.port peer status method path bytes
  duration; == != < <= > >= contains matches, in {a, b}, and or not ( ).
  Verdict words stand alone: client-abort, truncated, in-response-body.

Exit codes
  0  done, whatever was found
  1  --fail-on matched
  2  the command line or the input is at fault (results so far are printed)
  3  live capture lacks the right, or libpcap

More: docs/json.md (the records), docs/evidence.md (how we decide),
      docs/checklist.md (what the answers rest on)
`;
