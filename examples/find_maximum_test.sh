#!/bin/bash
# The maximum is found within the tolerance, however the runs are run.
set -eu
find_maximum=$PWD/examples/find_maximum
inspect=$PWD/tools/inspect
cd "$(mktemp -d -p "$TEST_TMPDIR")"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

tolerance=1e-4
for mode in "--jobs=1" "--jobs=2" "--jobs=2 --pool" "--jobs=2 --immediate"; do
  rm -f find_maximum.hdf5
  # shellcheck disable=SC2086
  "$find_maximum" --tolerance=$tolerance $mode > found || fail "$mode: $?"
  awk -v tolerance=$tolerance '
    function off(a, b) { return a > b ? a - b : b - a }
    $1 == "x" { x = $2 }
    $1 == "y" { y = $2 }
    $1 == "runs" { runs = $2 }
    END {
      exit !(off(x, sqrt(2)) <= tolerance &&
             off(y, -atan2(0, -1) / 4) <= tolerance && runs > 25)
    }' found || fail "$mode: $(cat found) with tolerance $tolerance"
  "$inspect" find_maximum.hdf5 --json > inspected.json || fail "inspect"
  python3 - inspected.json found << 'END' || fail "$mode: the file differs"
import json, math, sys
trajectory = json.load(open(sys.argv[1]))
found = dict(line.split() for line in open(sys.argv[2]))
runs = trajectory["runs"]
assert len(runs) == int(found["runs"]), len(runs)
assert all(run["completed"] for run in runs)
END
done
