#!/bin/bash
# Merges files that explore wrote, and refuses those that do not fit.
. tools/testing.sh
merge=$(dirname "$inspect")/merge

# spec NAME PARAMETERS EXPLORED
spec() {
  cat > "$1.yaml" << YAML
trajectory: $1
command: echo '{"z":{x}}' > \$CPPET_RESULTS
parameters: {x: 0, $2}
explore: {$3}
YAML
  "$explore" "$1.yaml" --out="$1.hdf5" --quiet
}
spec one "y: 5, trial: 0" "x: [1, 2]"
spec two "y: 5, trial: 0" "x: [2, 3, 4]"
spec other_y "y: 6, trial: 0" "x: [1]"
spec trials "y: 5, trial: 0" "trial: [0, 1, 2]"
spec text "y: five, trial: 0" "x: [1]"
spec more "y: 5, trial: 0, more: 1" "x: [1]"
cp two.hdf5 ../two_before

# A new file.
run 0 "$merge" all.hdf5 one.hdf5 two.hdf5
expect_stderr "merge: two.hdf5: 3 runs taken, 0 duplicates left out; 5 runs now"
[[ ! -s ../stdout ]] || fail "something on stdout"
expect_equal "$(column all.hdf5 x)" "1 2 2 3 4"
expect_equal "$(column all.hdf5 z)" "1 2 2 3 4"
expect_equal "$(column all.hdf5 status | tr ' ' '\n' | sort -u)" completed
run 0 "$inspect" all.hdf5 --check
run 0 "$inspect" all.hdf5
expect_equal "$(head -n 1 ../stdout)" one
cmp two.hdf5 ../two_before || fail "two.hdf5 was changed"

# One that is there, and several files.
run 0 "$merge" some.hdf5 one.hdf5
run 0 "$merge" some.hdf5 two.hdf5 other_y.hdf5 --remove_duplicates
expect_stderr "merge: two.hdf5: 2 runs taken, 1 duplicates left out; 4 runs now"
expect_stderr "merge: other_y.hdf5: 1 runs taken"
expect_equal "$(column some.hdf5 x)" "1 2 3 4 1"
expect_equal "$(column some.hdf5 y)" "5 5 5 5 6"
run 0 "$inspect" some.hdf5 --check

run 0 "$merge" trial.hdf5 trials.hdf5 trials.hdf5 trials.hdf5 --trial=trial
expect_equal "$(column trial.hdf5 trial)" "0 1 2 3 4 5 6 7 8"

run 0 "$merge" rest.hdf5 one.hdf5 more.hdf5 --ignore=parameters.more
run 1 "$inspect" rest.hdf5 parameters.more

# What does not fit leaves everything as it is.
cp some.hdf5 ../some_before
bad() {
  local message=$1
  shift
  run 1 "$merge" "$@"
  expect_stderr "$message"
  [[ ! -e new.hdf5 ]] || fail "new.hdf5 was made"
  cmp some.hdf5 ../some_before || fail "some.hdf5 was changed"
}
bad "nowhere.hdf5: there is no such file" some.hdf5 nowhere.hdf5
bad "nowhere.hdf5: there is no such file" new.hdf5 nowhere.hdf5 one.hdf5
bad "text.hdf5: parameters.y is of type int here and of type str" \
  some.hdf5 one.hdf5 text.hdf5
bad "more.hdf5: .*parameters.more is only in more" new.hdf5 one.hdf5 more.hdf5
bad "has the points of all runs of two already" \
  some.hdf5 two.hdf5 --remove_duplicates
bad "parameters.x cannot count trials" some.hdf5 two.hdf5 --trial=x
bad "into itself" some.hdf5 some.hdf5
echo "no HDF5 at all, but long enough to hold a signature" > no.hdf5
bad "no.hdf5 is no HDF5 file" some.hdf5 no.hdf5
bad "cannot copy\|No such file" missing/new.hdf5 one.hdf5 two.hdf5
bad "an argument is missing" some.hdf5
bad "do you mean --trial" some.hdf5 one.hdf5 --trail=x
[[ -z $(ls -A | grep '\.tmp') ]] || fail "temporary files: $(ls -A)"

# One that is killed leaves the file as it was, or merged.
spec first "y: 5, trial: 0" "x: {range: [0, 200, 1]}"
spec second "y: 5, trial: 0" "x: {range: [200, 400, 1]}"
cp first.hdf5 killed.hdf5
start=$(date +%s%N)
run 0 "$merge" killed.hdf5 second.hdf5
took=$(($(date +%s%N) - start))
kills=0
for part in {1..12}; do
  rm -f killed.hdf5.wal # the two files belong together
  cp first.hdf5 killed.hdf5
  "$merge" killed.hdf5 second.hdf5 2> /dev/null &
  sleep "$(awk -v t="$took" -v p="$part" 'BEGIN { print t * p / 12e9 }')"
  kill -9 $! 2> /dev/null && ((++kills))
  wait $! || true
  run 0 "$inspect" killed.hdf5 --check
  runs=$(column killed.hdf5 x | wc -w)
  ((runs == 200 || runs == 400)) || fail "$runs runs after a kill"
done
((kills > 0)) || fail "no merge was killed"

run 0 "$merge" --help
expect_stdout "merge OUT IN"

echo PASSED
