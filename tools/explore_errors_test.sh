#!/bin/bash
# Whatever is wrong before the first run ends with exit code 1 and a message
# that names it; nothing is written and nothing that is there changes.
. tools/testing.sh

cat > good.yaml << 'YAML'
trajectory: good
command: ["true", "{x}"]
parameters: {x: 0.5, n: 5}
explore: {x: [1.0, 2.0]}
YAML
echo "no HDF5 at all, but long enough to hold a signature" > text.hdf5
printf 'a,b\n1,2\n' > points.csv
"$explore" good.yaml --out=old.hdf5 --quiet
rm -rf logs
snapshot() { find . -type f -exec sha1sum {} + | sort; find . | sort; }
before=$(snapshot)

# bad MESSAGE ARGUMENT...: explore refuses the arguments.
bad() {
  local message=$1
  shift
  run 1 "$explore" "$@"
  expect_stderr "$message"
  [[ ! -s ../stdout ]] || fail "messages on stdout"
  expect_equal "$(snapshot)" "$before"
}

# bad_spec MESSAGE LINE...: explore refuses a spec with these lines.
bad_spec() {
  local message=$1
  shift
  printf '%s\n' "$@" > ../bad.yaml
  bad "$message" ../bad.yaml
}

# Flags and arguments.
bad "an argument is missing"
bad "second.yaml is one too many" good.yaml second.yaml
bad "no flag --job; do you mean --jobs?" good.yaml --job=2
bad "no flag --xyz$" good.yaml --xyz
bad "flag --set needs a value" good.yaml --set
bad "illegal value 'maybe'" good.yaml --pool=maybe
bad "jobs=many: needs a whole number" good.yaml --jobs=many
bad "TUBE.*LOCK" good.yaml --wrap_mode=TUBE
bad "progress=some" good.yaml --progress=some
bad "set=y=1: .*'y'" good.yaml --set=y=1
bad "set=x: not NAME=VALUE" good.yaml --set=x
bad "set=x=a: .*type float" good.yaml --set=x=a
bad "explore=n=1.5: .*type int" good.yaml --explore=n=1.5
bad "explore=x=0:1:0: " good.yaml --explore=x=0:1:0
bad "pypet=latest: 'latest' is neither" good.yaml --pypet=latest

# Files.
bad "nowhere.yaml" nowhere.yaml
bad "nowhere/file.hdf5" good.yaml --out=nowhere/file.hdf5
bad "text.hdf5" good.yaml --out=text.hdf5
bad "old.hdf5 has a trajectory good already" good.yaml --out=old.hdf5
bad "nothing to continue: no file" good.yaml --continue --out=new.hdf5
bad "text.hdf5 is no HDF5 file" good.yaml --continue --out=text.hdf5

# Specs.
bad_spec "bad.yaml:1:1: the key trajectroy is not known; do you mean traj" \
  "trajectroy: t" "command: [m]"
bad_spec "there is no command" "trajectory: t"
bad_spec "bad.yaml:3:17: parameters.x: .*mixed" \
  "trajectory: t" "command: ['true']" "parameters: {x: [1, a]}"
bad_spec "bad.yaml:1:13: trajectory: .*a/b" \
  "trajectory: a/b" "command: ['true']"
bad_spec "bad.yaml:3:1[0-9]*: explore.y: .*'y'" \
  "trajectory: t" "command: ['true']" "explore: {y: [1]}"
bad_spec "bad.yaml:2:10: command: {nope}: " \
  "trajectory: t" "command: ['true', '{nope}']"
bad_spec "bad.yaml:2:10: command: there is no program ./nowhere" \
  "trajectory: t" "command: [./nowhere]"
bad_spec "command: there is no program nowhere on PATH" \
  "trajectory: t" "command: [nowhere]"
bad_spec "good.yaml is not executable" \
  "trajectory: t" "command: [./good.yaml]"
bad_spec "//m:model is a Bazel label, but there is no WORKSPACE" \
  "trajectory: t" "command: [//m:model]"
bad_spec "environment.jbos: is no setting; do you mean jobs?" \
  "trajectory: t" "command: ['true']" "environment: {jbos: 2}"
bad_spec "timeout: needs a number of seconds" \
  "trajectory: t" "command: ['true']" "timeout: never"
bad_spec "a has 2.*b has 1\|b has 1.*a has 2" \
  "trajectory: t" "command: ['true']" "parameters: {a: 1, b: 1}" \
  "explore: {mode: list, a: [1, 2], b: [1]}"
bad_spec "bad.yaml:4:1: end of sequence" "trajectory: t" "command: ['true']" "a: [1"
bad_spec "points.csv: line 1: no column is called c" \
  "trajectory: t" "command: ['true']" "parameters: {c: 1}" \
  "explore: {c: {file: $PWD/points.csv}}"

# A build that fails, in a workspace that is none.
mkdir ../workspace
touch ../workspace/WORKSPACE
printf '#!/bin/sh\necho "m.cc:3: error: oops" >&2\nexit 1\n' \
  > ../workspace/bazelw
chmod +x ../workspace/bazelw
printf 'trajectory: t\ncommand: [//m:model]\n' > ../workspace/spec.yaml
(cd ../workspace && run 1 "$explore" spec.yaml && expect_stderr "error: oops")
expect_equal "$(ls ../workspace | paste -sd' ')" "WORKSPACE bazelw spec.yaml"
expect_clean

# Help is for standard output, and needs nothing.
run 0 "$explore" --help
expect_stdout "explore SPEC.yaml"
expect_stdout "Exit codes:"
[[ ! -s ../stderr ]] || fail "help on stderr"

echo PASSED
