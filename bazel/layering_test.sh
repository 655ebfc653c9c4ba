#!/bin/bash
# Each argument is a file that lists what a folder should not depend on.
set -eu
status=0
(($# > 0)) || { echo "nothing to check" >&2; exit 1; }
for file; do
  if [[ -s $file ]]; then
    echo "${file##*/}, against the direction of the layers:"
    cat "$file"
    status=1
  fi
done
exit $status
