#!/bin/bash
# Killed in the middle and continued, it prints what it prints otherwise.
set -eu
random_walk=$PWD/examples/random_walk
folder=$(mktemp -d -p "$TEST_TMPDIR")
mkdir "$folder/whole" "$folder/killed"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cd "$folder/whole"
"$random_walk" --steps=3000000 | sort -n > ../expected || fail "a whole one"
[[ $(wc -l < ../expected) == 30 ]] || fail "not 30 runs"
[[ ! -e continue ]] || fail "snapshots are left"
! "$random_walk" --continue || fail "there is nothing to continue"

cd "$folder/killed"
"$random_walk" --steps=3000000 &
for _ in {1..1000}; do
  [[ -e continue/random_walk/result_00000003.rcnt ]] && break
  sleep 0.01
done
kill -KILL $!
wait $! && fail "it was not killed"
[[ -e continue/random_walk/environment.ecnt ]] || fail "no snapshot"
[[ ! -e continue/random_walk/result_00000029.rcnt ]] || fail "killed too late"
! "$random_walk" --steps=3000000 || fail "a new one began"

"$random_walk" --continue | sort -n > ../found || fail "--continue"
cmp ../found ../expected || fail "other values"
[[ ! -e continue ]] || fail "snapshots are left at the end"
