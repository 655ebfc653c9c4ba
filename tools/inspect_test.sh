#!/bin/bash
# Shows files that explore wrote, and refuses those that nobody did.
. tools/testing.sh

cat > spec.yaml << 'YAML'
trajectory: b_second
comment: Shown below
command: echo '{"z":{x},"a":[1,2,3,4,5,6,7,8]}' > $CPPET_RESULTS; echo text
parameters:
  g.x: {value: 0.5, comment: An x}
  name: plain
explore:
  g.x: [1, 2, 3, 4]
YAML
"$explore" spec.yaml --out=file.hdf5 --quiet
sed 's/b_second/a_first/; s/1, 2, 3, 4/1/' spec.yaml > first.yaml
"$explore" first.yaml --out=file.hdf5 --quiet

# The tree, by default of the last trajectory.
run 0 "$inspect" file.hdf5
[[ ! -s ../stderr ]] || fail "messages for a sound file"
expect_equal "$(sed -n 1,2p ../stdout)" "$(printf 'b_second\nShown below')"
expect_stdout "4 runs: 4 completed, 0 failed, 0 not run"
expect_stdout "x .* 0.5 (explored: 1.0, 2.0, 3.0, 4.0) .*An x"
expect_stdout "z .* 1.0"
expect_stdout "a .* int64 (8): 1, 2, 3, \.\.\."
expect_stdout "^    \.\.\. 1 more"
for wanted in a_first 0 -2; do
  run 0 "$inspect" file.hdf5 --trajectory=$wanted
  expect_equal "$(head -n 1 ../stdout)" a_first
done
run 0 "$inspect" --trajectory -1 file.hdf5
expect_equal "$(head -n 1 ../stdout)" b_second

# A part of it.
run 0 "$inspect" file.hdf5 parameters.g
expect_equal "$(cat ../stdout)" "$(printf \
  'parameters.g\nx  0.5 (explored: 1.0, 2.0, 3.0, 4.0)  An x')"
run 0 "$inspect" file.hdf5 x
expect_stdout "value: 0.5"
expect_stdout "run_00000003: 4.0"
run 0 "$inspect" file.hdf5 results.runs.run_00000002.a
expect_stdout "a: array(\[1, 2, 3, 4, 5, 6, 7, 8\])"
run 0 "$inspect" file.hdf5 z
expect_equal "$(cat ../stdout)" "$(printf \
  'idx\titem\tvalue\n0\tz\t1.0\n1\tz\t2.0\n2\tz\t3.0\n3\tz\t4.0')"

# Tables.
run 0 "$inspect" file.hdf5 --runs
expect_equal "$(head -n 1 ../stdout | cut -f 1-4)" \
  "$(printf 'idx\tstatus\truntime\tg.x')"
expect_equal "$(wc -l < ../stdout)" 5
expect_equal "$("$inspect" file.hdf5 --runs --where='x > 1 && z != 3' |
  cut -f 1 | paste -sd' ')" "idx 1 3"

# Everything, for a machine.
run 0 "$inspect" file.hdf5 --json
python3 - << 'PYTHON' || fail "--json"
import json
with open("../stdout") as f:
    d = json.load(f)
assert d["name"] == "b_second" and d["length"] == 4 and d["log"] == []
assert d["reader"]["cppet"] and d["file"] == "file.hdf5"
assert d["results"]["results.runs.run_00000001.z"]["items"]["z"] == {
    "type": "float", "value": 2.0}
PYTHON
run 0 "$inspect" file.hdf5 --digest
expect_equal "$(tr -d '0-9a-f\n' < ../stdout)" ""
run 0 "$inspect" file.hdf5 --check
expect_stdout "file.hdf5 is sound"

# What only Python can read is left out, which is said.
run 0 "$inspect" "$pypet_files/c_arrays.hdf5"
expect_stderr "inspect: warning: .*c_arrays.hdf5: /c_arrays/results/flags/v"
cp ../stderr ../isolated
run 0 "$inspect" "$pypet_files/c_arrays.hdf5" --trust
expect_equal "$(cat ../stderr)" "$(cat ../isolated)"
run 0 "$inspect" "$pypet_files/c_arrays.hdf5" --json
python3 - << 'PYTHON' || fail "--json without its log"
import json
with open("../stdout") as f:
    log = json.load(f)["log"]
assert log and all("/c_arrays/results/" in line for line in log), log
PYTHON

# Files may take more or less memory.
run 0 "$inspect" "$pypet_files/f_none0.hdf5" --memory=64
if ! sanitized; then
  run 1 "$inspect" "$pypet_files/f_none0.hdf5" --memory=1
  expect_stderr "f_none0.hdf5: .*memory"
fi

# What a killed program leaves is seen, and repaired for others.
cat > killed.yaml << 'YAML'
trajectory: killed
command: 'sleep 0.05; echo "{\"z\": {x}}" > $CPPET_RESULTS'
parameters: {x: 0}
explore: {x: {linspace: [0, 999, 1000]}}
YAML
"$explore" killed.yaml --out=killed.hdf5 --wrap_mode=LOCAL --quiet &
wait_for test -s killed.hdf5
three_completed() {
  (($("$inspect" killed.hdf5 --runs --where='status == "completed"' |
    wc -l) > 3))
}
wait_for three_completed
kill -9 $!
wait $! 2> ../stderr || true
run 0 "$inspect" killed.hdf5 --runs
expect_stderr "inspect --repair killed.hdf5"
cp ../stdout ../killed_runs
run 0 "$inspect" killed.hdf5 --repair
expect_stdout "killed.hdf5 has all [0-9]* commits of its journal now"
expect_stdout "killed.hdf5 is sound"
[[ ! -e killed.hdf5.wal ]] || fail "the journal is left"
run 0 "$inspect" killed.hdf5 --runs
cmp ../stdout ../killed_runs || fail "other runs after --repair"
[[ ! -s ../stderr ]] || fail "something to say"
run 0 "$inspect" killed.hdf5 --repair
expect_equal "$(cat ../stdout)" "killed.hdf5 is sound"

# What is wrong is named.
bad() {
  local message=$1
  shift
  run 1 "$inspect" "$@"
  expect_stderr "$message"
  [[ ! -s ../stdout ]] || fail "something on stdout"
}
echo "no HDF5 at all, but long enough to hold a signature" > text.hdf5
head -c 3000 file.hdf5 > cut.hdf5
bad "nowhere.hdf5: there is no such file" nowhere.hdf5
bad "text.hdf5 is no HDF5 file" text.hdf5
bad "cut.hdf5" cut.hdf5
bad "text.hdf5 is no HDF5 file" text.hdf5 --check
bad "cut.hdf5" cut.hdf5 --check
bad "do you mean b_second?" file.hdf5 --trajectory=b_secnd
bad "no trajectory number 2 in it; there are 2" file.hdf5 --trajectory=2
bad "'nope'" file.hdf5 nope
bad "no 'process.stdeer'; do you mean process.stderr?" file.hdf5 process.stdeer
bad "where: at 3: " file.hdf5 --where='x ='
bad "where: at 1: there is no y" file.hdf5 --where='y == 1'
bad "no flag --rnus; do you mean --runs?" file.hdf5 --rnus
bad "only one of" file.hdf5 --runs --json
bad "PATH z goes with no flag" file.hdf5 z --runs
bad "an argument is missing"
run 0 "$inspect" --help
expect_stdout "inspect FILE \[PATH\]"

echo PASSED
