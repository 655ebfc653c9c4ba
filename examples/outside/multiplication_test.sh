#!/bin/bash
# The program of another workspace leaves a file with all twelve products.
set -eu
root=$PWD
cd "$(mktemp -d -p "$TEST_TMPDIR")"
"$root/multiplication"
runs=$("$root/external/cppet/tools/inspect" multiplication.hdf5 --runs)
echo "$runs"
[[ $(grep -c completed <<< "$runs") == 12 ]]
