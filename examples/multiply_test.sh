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

# Columns have the same results, whoever writes.
found=$(digest columns.hdf5 --layout=columns)
[[ $found == "$expected" ]] || fail "columns: $found"
for mode in LOCK QUEUE LOCAL PIPE; do
  found=$(digest "columns-$mode.hdf5" --layout=columns --jobs=2 --pool \
    --wrap_mode="$mode")
  [[ $found == "$expected" ]] || fail "columns $mode: $found"
done
# What is to be seen, without run times and comments.
show() {
  if [[ $2 == --* ]]; then
    "$inspect" "$1" "$2" | cut -f 1,2,4-
  else
    "$inspect" "$1" "$2" | grep -v comment:
  fi
}
for what in "--runs" "--where=z>100" z run_7.z; do
  show columns.hdf5 "$what" > found
  show in_process.hdf5 "$what" | cmp - found || fail "inspect $what"
done

# Each product is right.
"$inspect" in_process.hdf5 --runs | awk -F'\t' '
  NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
  $column["x"] * $column["y"] != $column["z"] { print "wrong:", $0; bad = 1 }
  END { exit bad || NR != 501 }' || fail "products"

# There may be more results of a run.
for layout in tree columns; do
  "$multiply" --out=three.hdf5 --runs=50 --results=3 --layout=$layout
  "$inspect" three.hdf5 --runs | awk -F'\t' '
    NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
    $column["z_3"] != 3 * $column["z"] { print "wrong:", $0; bad = 1 }
    END { exit bad || NR != 51 }' || fail "three results, $layout"
  rm three.hdf5
done

# An existing file is added to, and a name that is taken is an error.
cp in_process.hdf5 before.hdf5
! "$multiply" --out=in_process.hdf5 2> message || fail "a name came twice"
grep -q multiply message || fail "the message names no trajectory"
cmp in_process.hdf5 before.hdf5 || fail "the file changed"
