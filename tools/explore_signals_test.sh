#!/bin/bash
# Ctrl-C, SIGTERM and kill -9 leave a file to go on with, and no processes.
. tools/testing.sh

# The name makes its processes known by their command lines.
cat > model.sh << 'SH'
#!/bin/sh
touch "started$2"
sleep "$3"
echo "{\"z\": $2}" > $CPPET_RESULTS
SH
chmod +x model.sh
cat > spec.yaml << YAML
trajectory: signals
command: [./model.sh, "$folder", "{i}", "{seconds}"]
parameters: {i: 0, seconds: 60.0}
explore: {i: {range: [0, 6, 1]}}
environment: {jobs: 2}
YAML

none_is_left() { ! pgrep -f "model.sh $folder" > /dev/null; }
some_started() { ls started*; }

# start FLAG...: explore in a process group of its own, as in a terminal.
start() {
  rm -f started*
  set -m
  "$explore" spec.yaml "$@" > ../stdout 2> ../stderr &
  pid=$!
  set +m
  wait_for some_started
}

# ended CODE: it ended, with that exit code, and left nothing behind.
ended() {
  local code=0
  wait $pid || code=$?
  expect_equal "$code" "$1"
  wait_for none_is_left
  expect_clean
}

# The first Ctrl-C lets active runs finish, although it goes to all processes of
# the terminal.
start --out=interrupt.hdf5 --set=seconds=2.0
kill -INT -$pid
ended 130
expect_stderr "interrupted; signals: 2 runs completed, 4 not run"
expect_stderr "explore spec.yaml --out=interrupt.hdf5 .*--continue"
expect_equal "$("$inspect" interrupt.hdf5 --runs --where='z >= 0' | wc -l)" 3

# The second one ends them at once.
start --out=twice.hdf5
kill -INT -$pid
sleep 0.5
kill -INT -$pid
ended 130
run 0 "$inspect" twice.hdf5 --check

# Killed, it leaves what was stored.
start --out=killed.hdf5
kill -KILL $pid
ended 137
run 0 "$inspect" killed.hdf5 --check

# All of them can be gone on with.
sed -i 's/^sleep.*//' model.sh
for file in interrupt twice killed; do
  flags=--set=seconds=60.0
  [[ $file == interrupt ]] && flags=--set=seconds=2.0
  run 0 "$explore" spec.yaml --out=$file.hdf5 $flags --continue
  expect_equal "$(column $file.hdf5 z)" "0 1 2 3 4 5"
  run 0 "$inspect" $file.hdf5 --check
done
expect_clean

echo PASSED
