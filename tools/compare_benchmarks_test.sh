#!/bin/bash
# Compares files such as Google Benchmark writes, and refuses others.
. tools/testing.sh
compare=$(dirname "$inspect")/compare_benchmarks

# entry NAME TYPE AGGREGATE TIME UNIT
entry() {
  cat << JSON
    {
      "name": "$1", "family_index": 0, "run_name": "$1", "run_type": "$2",
      "repetitions": 3, "threads": 1, "aggregate_name": "$3", "iterations": 9,
      "real_time": $4, "cpu_time": 1.0e+00, "time_unit": "$5"
    }
JSON
}

# file NAME ENTRY...
file() {
  local name=$1 IFS=,
  shift
  echo "{\"context\": {\"num_cpus\": 2}, \"benchmarks\": [$*]}" > "$name"
}

runs=("$(entry BM_Store/4 iteration "" 2.0e+00 ms)"
  "$(entry BM_Store/4 iteration "" 9.0e+00 ms)"
  "$(entry BM_Store/4 iteration "" 1.0e+00 ms)")
file base.json "${runs[@]}" "$(entry BM_Load iteration "" 5 us)"
file aggregates.json \
  "${runs[@]}" "$(entry BM_Store/4 aggregate mean 4.0 ms)" \
  "$(entry BM_Store/4 aggregate median 2400 us)" \
  "$(entry BM_Store/4 aggregate cv NaN ms)" \
  "$(entry BM_Merge iteration "" 1 s)"
file slower.json "$(entry BM_Store/4 iteration "" 3e6 ns)" \
  "$(entry BM_Load iteration "" 2 us)"

tab=$'\t'
run 0 "$compare" base.json base.json
expect_stdout "^benchmark${tab}before${tab}now${tab}ratio${tab}verdict$"
expect_stdout "^BM_Store/4${tab}2 ms${tab}2 ms${tab}1.000${tab}same$"
expect_stdout "^BM_Load${tab}5 us${tab}5 us${tab}1.000${tab}same$"
expect_stderr "0 of 2 slower by more than a factor of 1.25"

run 0 "$compare" base.json aggregates.json
expect_stdout "^BM_Store/4${tab}2 ms${tab}2.4 ms${tab}1.200${tab}same$"
expect_stdout "^BM_Load${tab}5 us${tab}-${tab}-${tab}gone$"
expect_stdout "^BM_Merge${tab}-${tab}1 s${tab}-${tab}new$"
run 2 "$compare" base.json aggregates.json --max_ratio=1.1

run 2 "$compare" base.json slower.json
expect_stdout "^BM_Store/4${tab}2 ms${tab}3 ms${tab}1.500${tab}slower$"
expect_stdout "^BM_Load${tab}5 us${tab}2 us${tab}0.400${tab}faster$"
expect_stderr "1 of 2 slower"
run 0 "$compare" base.json slower.json --max_ratio 1.6
run 0 "$compare" base.json slower.json --filter='^BM_L(oad|ist)$'
[[ $(wc -l < ../stdout) == 2 ]] || fail "more than what was asked for"

# From the folder where Bazel was called.
mkdir elsewhere
(cd elsewhere &&
  BUILD_WORKING_DIRECTORY=$folder/work "$compare" base.json base.json) \
  > ../stdout 2> ../stderr || fail "not compared from elsewhere"

# What is wrong is named, and nothing is compared.
bad() {
  local message=$1
  shift
  run 1 "$compare" "$@"
  expect_stderr "$message"
  [[ ! -s ../stdout ]] || fail "something on stdout"
}
file other.json "$(entry BM_Other iteration "" 1 s)"
file hours.json "$(entry BM_Load iteration "" 1 h)"
file failed.json '{"run_name": "BM_Load", "run_type": "iteration",
  "error_occurred": true, "error_message": "disk full", "real_time": 0}'
head -c 300 base.json > cut.json
head -c 100000 /dev/zero | tr '\0' '[' > deep.json
printf '\x89HDF\r\n\x1a\n\0\0\0' > binary.json
bad "nowhere.json" base.json nowhere.json
bad "nowhere.json" nowhere.json base.json
bad "elsewhere" base.json elsewhere
bad "cut.json: no JSON at " cut.json base.json
bad "deep.json: it is no object" base.json deep.json
bad "binary.json: no JSON at 1:1: " binary.json base.json
bad "hours.json: benchmarks\[0\] BM_Load: its time_unit 'h'" base.json hours.json
bad "failed.json against base.json: BM_Load failed: disk full" \
  base.json failed.json
bad "no benchmark has a time in both" base.json other.json
bad "no benchmark that fits X has" base.json base.json --filter=X
bad "the filter a\[: " base.json base.json --filter='a['
bad "the largest ratio 0.5 " base.json base.json --max_ratio=0.5
bad "max_ratio" base.json base.json --max_ratio=much
bad "do you mean --max_ratio?" base.json base.json --max_ration=2
bad "an argument is missing" base.json
bad "one too many" base.json base.json base.json
run 0 "$compare" --help
expect_stdout "--benchmark_repetitions=5"

echo PASSED
