#!/bin/bash
# Runs all fuzz targets of libFuzzer, one after the other:
#
#   run_fuzzers [SECONDS [FOLDER [OPTIONS]]]
#
# each for that time, or a minute. FOLDER keeps the corpora and the inputs that
# are failures for the next time. OPTIONS are those of libFuzzer.
set -uo pipefail

seconds=${1:-60}
folder=${2:-$(mktemp -d)}
options=("${@:3}")
targets=storage/hdf5/fuzz
failed=()
export UBSAN_OPTIONS=print_stacktrace=1
for target in "$targets"/*_fuzz; do
  name=${target##*/}
  corpus=$folder/$name
  mkdir -p "$corpus"
  echo "== $name for $seconds s"
  if "$target" -max_total_time="$seconds" -timeout=120 -rss_limit_mb=1024 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="$folder/$name-" \
    "${options[@]}" "$corpus" 2> "$folder/$name.log"; then
    grep -E '^stat::(number|new|peak)|^(load|check|most memory): ' \
      "$folder/$name.log"
  else
    failed+=("$name")
    tail -n 60 "$folder/$name.log"
  fi
done
if ((${#failed[@]})); then
  echo "run_fuzzers: ${failed[*]} failed; $folder has the inputs"
  exit 1
fi
[[ $# -ge 2 ]] || rm -rf "$folder"
