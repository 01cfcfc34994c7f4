/** What `live --help` prints. At most 80 columns, so that it needs no layout. */
export const LIVE_HELP_TEXT = `Who hangs up, as it happens: verdicts from a network interface as connections
end. Needs root to capture; what reads the packets does not run as root.

Examples
  sudo whohungup live -i eth0 -f 'tcp port 8080'
                                       who hangs up on port 8080
  sudo whohungup live -i any --for 10m --format jsonl > out.jsonl
                                       ten minutes, for a program
  sudo whohungup live -i eth0 -Y 'server and not harmless' -w proof.pcapng
                                       and keep their packets for Wireshark
  sudo whohungup live -i eth0 --metrics :9464
                                       for Prometheus

Usage
  whohungup live -i IF [-f BPF] [options]
  On a terminal a live screen (keys: p pause, f filter, t timeline, q quit);
  otherwise a line or a record for each connection that did not end well (with
  --all or --format jsonl: for each). Ctrl-C prints the summary; SIGUSR1 prints
  the counts so far on standard error.

Options
  -i IF                 the interface; "any" is all of them; -D lists them
  -f BPF                capture only this, as tcpdump does: 'tcp port 8080'
      --via WAY         cap (default), tcpdump or dumpcap. cap's times may be
                        20 ms off and it cannot count what it drops; the others
                        have the kernel's clock and counts
  -B MIB                the kernel's buffer (default 256)
  -Z USER               who reads the packets: default the user who called
                        sudo, else nobody
      --for TIME        stop after 90s, 10m, 2h…
  -c N                  stop after N frames
      --until-reset     stop after the first connection that a reset ended
      --linger TIME     wait so long after a reset for what shows who really
                        sent it (default 5s)
  -w FILE               keep the packets of connections that did not end well,
                        with the verdict as a comment (pcapng)
  -C MB, -G TIME        a new file after so much, after so long
  -W N                  keep only the last N files
      --ring MIB        memory for packets whose connection has not ended
                        (default 64)
      --metrics [HOST]:PORT
                        Prometheus metrics, on 127.0.0.1 unless HOST is given
      --otlp URL        verdicts and counts to an OpenTelemetry Collector, e.g.
                        http://127.0.0.1:4318 (packages: docs/live.md)
      --no-screen       lines instead of the screen
  -Y EXPR               only connections that match; see whohungup --help
  -q                    nothing but the summary's counts
      --all             connections that ended well, too
      --format FORMAT   text (default) or jsonl
      --fail-on LIST    exit 1 when a selected connection is of one of these
                        groups: client-abort, intermediary, server
      --color WHEN      auto (default), always, never; NO_COLOR is respected
      --width N         columns to use (default: the terminal's, else 80)
      --help            print this

Exit codes
  0  done, whatever was found
  1  --fail-on matched
  2  the command line is at fault: no such interface, no valid filter…
  3  live capture lacks the right, or libpcap
  130  interrupted before the interface was open

More: docs/live.md
`;
