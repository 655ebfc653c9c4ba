#!/bin/bash
# A benchmark that has an error makes its program fail.
set -u
program=base/benchmark_main_testdata

"$program" --benchmark_min_time=0.001 --benchmark_filter=Good || {
  echo "a good benchmark fails" >&2
  exit 1
}
if output=$("$program" --benchmark_min_time=0.001 2>&1); then
  echo "a bad benchmark does not fail: $output" >&2
  exit 1
fi
[[ $output == *"it cannot be done"* && $output == *BM_Good* ]] || {
  echo "not all is reported: $output" >&2
  exit 1
}
