# What the tests of the tools share; each sources it first.

set -eu
explore=$PWD/tools/explore
inspect=$PWD/tools/inspect
pypet_files=$PWD/testdata/pypet
unset BUILD_WORKING_DIRECTORY BUILD_WORKSPACE_DIRECTORY
# Not in $TEST_TMPDIR: temporary folders left behind would not be seen there.
folder=$(mktemp -d /tmp/cppet_test_XXXXXX)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder/tmp
mkdir "$TMPDIR" "$folder/work"
cd "$folder/work"

# Whether the tools are built with a sanitizer, which .bazelrc gives options:
# then nothing limits their memory.
sanitized() { [[ -n ${ASAN_OPTIONS-}${TSAN_OPTIONS-} ]]; }

fail() {
  echo "FAILED: $*" >&2
  for file in stdout stderr; do
    [[ -f ../$file ]] && sed "s/^/$file: /" "../$file" >&2
  done
  exit 1
}

# run CODE COMMAND...: runs a command, which exits with CODE. What it prints is
# in ../stdout and ../stderr.
run() {
  local expected=$1 code=0
  shift
  "$@" > ../stdout 2> ../stderr || code=$?
  ((code == expected)) || fail "exit code $code, not $expected, of $*"
}

# The last command printed that.
expect_stdout() { grep -qe "$1" ../stdout || fail "no '$1' on stdout"; }
expect_stderr() { grep -qe "$1" ../stderr || fail "no '$1' on stderr"; }

expect_equal() { [[ $1 == "$2" ]] || fail "'$1' is not '$2'"; }

# No temporary folder was left behind. (The last ones go when the guard of a
# killed process has seen its end.)
expect_clean() {
  for _ in {1..100}; do
    [[ -z $(ls -A "$TMPDIR") ]] && return
    sleep 0.1
  done
  fail "left behind: $(ls -AR "$TMPDIR")"
}

# wait_for COMMAND...: until it succeeds, for half a minute at most.
wait_for() {
  for _ in {1..300}; do
    "$@" > /dev/null 2>&1 && return
    sleep 0.1
  done
  fail "waited in vain for: $*"
}

# A column of the table of runs, without its head: column FILE NAME
column() {
  "$inspect" "$1" --runs | awk -F'\t' -v name="$2" '
    NR == 1 { for (i = 1; i <= NF; ++i) if ($i == name) c = i; next }
    { print $c }' | paste -sd' '
}
