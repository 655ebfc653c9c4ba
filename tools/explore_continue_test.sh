#!/bin/bash
# With `continuable`, explore is killed and goes on by its snapshots.
. tools/testing.sh

# Each call leaves a line; a run waits while its file is there, or fails.
cat > model.sh << 'SH'
#!/bin/sh
echo "$2" >> calls
while [ -f "wait$2" ]; do sleep 0.05; done
[ ! -f "fail$2" ] || exit 3
echo "{\"z\": $2, \"n\": null}" > $CPPET_RESULTS
SH
chmod +x model.sh
cat > spec.yaml << YAML
trajectory: snaps
command: [./model.sh, "$folder", "{i}"]
parameters: {i: 0}
explore: {i: {range: [0, 6, 1]}}
environment: {jobs: 2, continuable: true, log_level: none}
YAML

calls() { sort calls | paste -sd' '; }
called() { grep -qx "$1" calls; }
result() { echo "continue/snaps/result_0000000$1.rcnt"; }
two_are_stored() {
  [[ $(column hdf5/snaps.hdf5 status) == "completed completed "* ]]
}
none_is_left() { ! pgrep -f "model.sh $folder" > /dev/null; }

# Killed while runs 2 and 3 are at work, it has a snapshot of what is done.
start() {
  touch wait2 wait3
  "$explore" spec.yaml "$@" > ../stdout 2> ../stderr &
  pid=$!
  wait_for called 2
  wait_for called 3
  wait_for two_are_stored
  kill -KILL $pid
  wait $pid || true
  wait_for none_is_left
  rm wait2 wait3
}
start
expect_equal "$(calls)" "0 1 2 3"
expect_equal "$(ls continue/snaps)" "environment.ecnt
result_00000000.rcnt
result_00000001.rcnt"
run 0 "$inspect" hdf5/snaps.hdf5 --check

# Nothing begins in its place.
run 1 "$explore" spec.yaml
expect_stderr "already; go on with it by --continue"
run 1 "$explore" spec.yaml --out=other.hdf5
expect_stderr "continue/snaps has snapshots .*delete the folder"
[[ ! -e other.hdf5 ]] || fail "a file was made"

# A damaged or missing snapshot is named, and nothing is run or changed.
cp "$(result 1)" ../whole
cp hdf5/snaps.hdf5 ../before.hdf5
head -c 50 ../whole > "$(result 1)"
run 1 "$explore" spec.yaml --continue
expect_stderr "run_00000001 .*$(result 1) is damaged.*delete the folder"
rm "$(result 1)"
run 1 "$explore" spec.yaml --continue
expect_stderr "$(result 1): No such file"
cmp hdf5/snaps.hdf5 ../before.hdf5 || fail "the file changed"
cp ../whole "$(result 1)"
expect_equal "$(calls)" "0 1 2 3"

# Just what is missing is run; what fails is left for another time.
rm calls
touch fail4
run 2 "$explore" spec.yaml --continue
expect_stderr "snaps: 3 runs completed, 2 before, 1 failed"
expect_stderr "null is no result and was left out in 5 runs, first in run_00000000"
expect_equal "$(calls)" "2 3 4 5"
rm calls fail4
run 0 "$explore" spec.yaml --continue
expect_equal "$(calls)" "4"
expect_equal "$(column hdf5/snaps.hdf5 z)" "0 1 2 3 4 5"
[[ ! -e continue ]] || fail "the snapshots are still there"

# When all is done, that is all there is to say.
rm calls
run 0 "$explore" spec.yaml --continue
expect_stderr "snaps: 0 runs completed, 6 before"
[[ ! -e calls ]] || fail "a run was called"
[[ ! -e continue ]] || fail "snapshots of nothing"

# Without its snapshots the file is enough, too.
rm -r hdf5
start
rm -r continue calls
run 0 "$explore" spec.yaml --continue
expect_equal "$(calls)" "2 3 4 5"
[[ ! -e continue ]] || fail "the snapshots are still there"

# Killed before the first commit, it is no obstacle.
mkdir -p hdf5
rm -f hdf5/snaps.hdf5 calls
start
rm hdf5/snaps.hdf5* calls "$(result 0)" "$(result 1)"
run 1 "$explore" spec.yaml --continue
expect_stderr "there is nothing to continue"
run 0 "$explore" spec.yaml
expect_equal "$(calls)" "0 1 2 3 4 5"

# It needs a file to be in; that is said of the spec.
sed 's/continuable: true/continuable: 1/' spec.yaml > bad.yaml
run 1 "$explore" bad.yaml --out=bad.hdf5
expect_stderr "bad.yaml:5:.*continuable: needs true or false"
expect_clean

echo PASSED
