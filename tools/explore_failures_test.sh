#!/bin/bash
# Runs that fail do so alone, are stored with what is known of them, and are
# what --continue runs.
. tools/testing.sh

cat > model.sh << 'SH'
#!/bin/sh
echo "out of $1"
[ -e mended ] && { echo "{\"z\": $1}" > $CPPET_RESULTS; exit 0; }
case $1 in
  1) echo "something is wrong" >&2; exit 3 ;;
  2) kill -9 $$ ;;
  3) exec sleep 60 ;;
  4) echo '{"z": oops}' > $CPPET_RESULTS ;;
  5) echo '{"z": [[1], [2, 3]]}' > $CPPET_RESULTS ;;
  6) echo '{"bad name": 1}' > $CPPET_RESULTS ;;
  *) echo "{\"z\": $1}" > $CPPET_RESULTS ;;
esac
SH
chmod +x model.sh
cat > spec.yaml << 'YAML'
trajectory: failures
command: [./model.sh, "{i}"]
parameters: {i: 0}
explore: {i: {range: [0, 8, 1]}}
environment: {jobs: 2}
timeout: 1
YAML

run 2 "$explore" spec.yaml
expect_stderr "failures: 2 runs completed, 6 failed"
expect_stderr "run_00000001: exited with code 3"
expect_stderr "    something is wrong"
expect_stderr "... 1 more"
expect_stderr "explore spec.yaml --continue"
expect_clean
! pgrep -f "sleep 60" > /dev/null || fail "a command runs on"

file=hdf5/failures.hdf5
expect_equal "$(column $file status)" \
  "completed failed failed failed failed failed failed completed"
# The columns of process.exit_code and z of runs that have none are empty.
expect_equal "$("$inspect" $file --runs --where='exit_code == 3' | cut -f 1)" \
  "$(printf 'idx\n1')"
expect_equal "$("$inspect" $file --runs --where='exit_code == -9' | cut -f 1)" \
  "$(printf 'idx\n2')"
expect_equal "$("$inspect" $file --runs --where='z >= 0' | cut -f 1 | paste -sd' ')" \
  "idx 0 7"
run 0 "$inspect" $file process.stdout
expect_equal "$(grep -c 'out of' ../stdout)" 8
run 0 "$inspect" $file process.stderr
expect_stdout "$(printf '1\tstderr\tsomething is wrong')"
run 0 "$inspect" $file --json
for reason in "exited with code 3" "killed by signal 9" "timeout of 1s" \
  "no JSON at 1:7" "z: the lists are ragged" "bad name"; do
  expect_stdout "$reason"
done
run 0 "$inspect" $file --check

# The same spec cannot begin anew in the same file, but it can go on.
cp $file before.hdf5
run 1 "$explore" spec.yaml
expect_stderr "has a trajectory failures already.*--continue"
cmp $file before.hdf5 || fail "the file changed"
run 0 "$explore" spec.yaml --continue --dry_run
expect_equal "$(cut -f 1 ../stdout | paste -sd' ')" "idx 1 2 3 4 5 6"
cmp $file before.hdf5 || fail "the file changed"

# Other parameters are another sweep.
run 1 "$explore" spec.yaml --continue --set=i=1
expect_stderr "parameters.i is 0 in the file, but 1 here"
run 1 "$explore" spec.yaml --continue --explore=i=0,1
expect_stderr "parameters.i has 8 points in the file, but 2 here"
cmp $file before.hdf5 || fail "the file changed"

# Enough is enough; and what is tried again may work.
sed 's/jobs: 2/jobs: 1, max_failures: 0/' spec.yaml > strict.yaml
run 2 "$explore" strict.yaml --out=strict.hdf5
expect_stderr "stopped as max_failures says; failures: 1 run completed, 1 failed, 6 not run"
expect_stderr "explore strict.yaml --out=strict.hdf5 --continue"
cat > once.yaml << 'YAML'
trajectory: once
command: "[ -e once_$CPPET_RUN ] || { touch once_$CPPET_RUN; exit 1; }"
parameters: {i: 0}
explore: {i: [1, 2, 3]}
environment: {retries: 1}
YAML
run 0 "$explore" once.yaml
expect_stderr "once: 3 runs completed, in"

touch mended
run 0 "$explore" spec.yaml --continue
expect_stderr "failures: 6 runs completed, 2 before, in"
expect_equal "$(column $file z)" "0 1 2 3 4 5 6 7"
expect_equal "$(column $file status | tr ' ' '\n' | sort -u)" completed
run 0 "$inspect" $file --check
run 0 "$explore" spec.yaml --continue
expect_stderr "failures: 0 runs completed, 8 before"
expect_clean

echo PASSED
