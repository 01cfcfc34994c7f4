/** What `compare --help` prints. At most 80 columns, so that it needs no layout. */
export const COMPARE_HELP_TEXT = `Did the change help? Two captures of the same service, before and after: who
hung up how often, for how long responses are on the wire, and whether the
difference can be chance.

Examples
  whohungup compare before.pcap after.pcap       figures side by side
  whohungup compare monday.pcapng.gz tuesday.pcapng.gz --format jsonl
  whohungup compare old.pcap new.pcap --fail-on server || echo "worse"

Usage
  whohungup compare BEFORE AFTER
  Both are pcap or pcapng, also compressed; one may be "-". They should show the
  same kind of traffic, taken at the same place.

Shares have Wilson's 95 % interval, their difference Newcombe's, and the rate at
which clients leave for each second that a response is on the wire the exact
Poisson interval. A difference counts when chance makes one so large in fewer
than one of twenty pairs of captures.

Options
  -c N                  stop after N frames of each
  -q                    the verdict only, and no warnings on stderr
      --format FORMAT   text (default) or jsonl (one comparison record)
      --fail-on LIST    exit 1 when one of these groups ends more connections
                        than before, and not by chance: client-abort,
                        intermediary, server
      --color WHEN      auto (default), always, never; NO_COLOR is respected
      --width N         columns to use (default: the terminal's, else 80)
      --help            print this

Exit codes
  0  done, whatever was found
  1  --fail-on matched
  2  the command line or an input is at fault
130  interrupted (Ctrl-C) before there was anything to show

More: docs/compare.md
`;
