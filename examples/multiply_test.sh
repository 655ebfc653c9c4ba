#!/bin/bash
# The same products come out, whoever computes and whoever writes.
set -eu
multiply=$PWD/examples/multiply
inspect=$PWD/tools/inspect
cd "$(mktemp -d -p "$TEST_TMPDIR")"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

digest() {
  local file=$1
  shift
  "$multiply" --out="$file" --runs=500 "$@" || fail "multiply $*"
  "$inspect" "$file" --check > /dev/null || fail "--check after multiply $*"
  "$inspect" "$file" --digest
}

expected=$(digest in_process.hdf5)
[[ -n $expected ]] || fail "no digest"
for mode in LOCK QUEUE LOCAL PIPE; do
  for jobs in 1 4; do
    for pool in "" no; do
      found=$(digest "$mode-$jobs-$pool.hdf5" "--${pool}pool" \
        --jobs="$jobs" --wrap_mode="$mode")
      [[ $found == "$expected" ]] || fail "$mode $jobs $pool: $found"
    done
  done
done

# Each product is right.
"$inspect" in_process.hdf5 --runs | awk -F'\t' '
  NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
  $column["x"] * $column["y"] != $column["z"] { print "wrong:", $0; bad = 1 }
  END { exit bad || NR != 501 }' || fail "products"

# An existing file is added to, and a name that is taken is an error.
cp in_process.hdf5 before.hdf5
! "$multiply" --out=in_process.hdf5 2> message || fail "a name came twice"
grep -q multiply message || fail "the message names no trajectory"
cmp in_process.hdf5 before.hdf5 || fail "the file changed"
