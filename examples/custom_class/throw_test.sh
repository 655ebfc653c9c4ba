#!/bin/bash
# The fields of a type of the program's own are in the file if its class is
# named, and for programs to see that know nothing of it.
set -eu
throw=$PWD/examples/custom_class/throw
classes=$PWD/examples/custom_class/libvector.so
inspect=$PWD/tools/inspect
export=$PWD/tools/export
cd "$(mktemp -d -p "$TEST_TMPDIR")"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

"$throw" --classes="$classes:physics.Vector" || fail "throw"
"$inspect" throw.hdf5 --check || fail "--check"
tree=$("$inspect" throw.hdf5)
echo "$tree"
grep -q "velocity *{'x': 1.0, 'y': 1.0} (explored: {'x': 3.0, 'y': 4.0}, " \
  <<< "$tree" || fail "no velocity"
"$inspect" throw.hdf5 results.runs.run_00000001.impact > impact
cat impact
grep -qx 'y: -3.0' impact || fail "no impact"
"$inspect" throw.hdf5 --json > throw.json || fail "--json"
grep -q '"physics.Vector"' throw.json || fail "no class in JSON"
[[ $("$export" throw.hdf5 | grep -c "\"{'x': 5.0, 'y': 0.0}\"") == 1 ]] ||
  fail "export"
[[ $("$inspect" throw.hdf5 --runs | grep -c "{'x': 5.0, 'y': 0.0}") == 1 ]] ||
  fail "--runs"

# Without the class they are bytes.
"$throw" --out=pickled.hdf5 || fail "throw without the class"
! "$inspect" pickled.hdf5 | grep -q "'x'" || fail "fields without the class"

! "$throw" --classes="$classes:physics.Tensor" --out=no.hdf5 2> message ||
  fail "a class that is not there"
grep -q "libvector.so:physics.Tensor.*there is physics.Vector" message ||
  fail "the message: $(cat message)"
[[ ! -e no.hdf5 ]] || fail "a file of nothing"
