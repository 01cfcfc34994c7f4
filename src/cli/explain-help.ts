/** What `explain --help` prints. At most 80 columns, so that it needs no layout. */
export const EXPLAIN_HELP_TEXT = `What is behind a log line: the connection in the capture, who hung up, why
the program said what it said, and what to change; or what a word of it means.

Examples
  whohungup explain capture.pcap \\
        --log 'write tcp 204.248.121.130:41259: broken pipe'
  whohungup explain capture.pcap --log /var/log/nginx/error.log
  journalctl -u shop --since -1h | whohungup explain capture.pcap --log -
  whohungup explain capture.pcap --log app.log --log-timezone +02:00
  whohungup explain CD--                         a word: HAProxy, Envoy, nginx,
  whohungup explain 499                          HTTP, curl, errno, Zeek, Linux,
  whohungup explain WSAECONNRESET                Windows, Go, Node, Java

Usage
  whohungup explain CAPTURE --log FILE|LINE|-
  whohungup explain WORD...
  With --log the argument is a capture, without it a word.

Lines of Go, Node, Python, Java, Rust, nginx, Apache, HAProxy, Envoy, ALB,
Caddy, gunicorn, uvicorn and PHP-FPM, as text or JSON, with syslog, journald,
Docker or Kubernetes in front; told apart line by line. Joined by address and
port where the line has them, else by time, request, status and size. How far
the clocks are apart is found out from the lines. Each answer says how sure its
connection is.

Options
      --log FILE|LINE|- the log: a file, standard input, or one quoted line
      --log-pattern RE  a form of your own, with named groups: time peer port
                        local upstream method path request status bytes duration
                        error; e.g. '^(?<time>\\S+) (?<peer>\\S+) (?<error>.*)$'
      --log-timezone Z  zone of times that name none: UTC, +02:00
      --clock-offset T  the log's clock is so far ahead: 2.5, -300ms, 1h
  -Y EXPR               only connections that match; see whohungup --help
  -c N                  stop after N frames
  -q                    counts only, and no warnings on stderr
      --all             every line, also those about what ended well
      --format FORMAT   text (default) or jsonl
      --fail-on LIST    exit 1 when a line's connection is of one of these
                        groups: client-abort, intermediary, server
      --color WHEN      auto (default), always, never; NO_COLOR is respected
      --width N         columns to use (default: the terminal's, else 80)
      --help            print this

Exit codes
  0  done, whatever was found
  1  --fail-on matched
  2  the command line or an input is at fault, or the word is not known
130  interrupted (Ctrl-C) before there was anything to show

More: docs/explain.md
`;
