#!/bin/bash
# Exports the runs of files that explore wrote.
. tools/testing.sh
export_=$(dirname "$inspect")/export

cat > spec.yaml << 'YAML'
trajectory: b_second
command: |
  case {x} in
    3) exit 1;;
    2) printf '%s' '{"z": 0.1, "g": {"text": "a, \"b\"\n2"}, "empty": ""}';;
    *) printf '%s' '{"z": 1e300, "i": 9007199254740993, "t": true, "a": [1, 2],
              "g": {"text": "1.5"}}';;
  esac > $CPPET_RESULTS
parameters: {x: 0, y: 2.5}
explore: {x: [1, 2, 3]}
YAML
run 2 "$explore" spec.yaml --out=file.hdf5 --quiet
sed 's/b_second/a_first/; s/1, 2, 3/1/' spec.yaml > first.yaml
"$explore" first.yaml --out=file.hdf5 --quiet

run 0 "$export_" file.hdf5
[[ ! -s ../stderr ]] || fail "messages for a sound file"
python3 - << 'PYTHON' || fail "csv"
import csv
with open("../stdout", newline="") as f:
    rows = list(csv.DictReader(f))
assert [r["x"] for r in rows] == ["1", "2", "3"], rows
assert [r["status"] for r in rows] == ["completed", "completed", "failed"], rows
assert [r["z"] for r in rows] == ["1e+300", "0.1", ""], rows
assert rows[0]["i"] == "9007199254740993" and rows[0]["t"] == "true", rows
assert [r["g.text"] for r in rows] == ["1.5", 'a, "b"\n2', ""], rows
assert rows[0]["process.exit_code"] == "0", rows
assert "process.stdout" not in rows[0] and "a" not in rows[0], rows
PYTHON
expect_stdout ',"1.5"'

run 0 "$export_" file.hdf5 --results=z,empty --format=tsv
expect_equal "$(head -n 1 ../stdout)" \
  "$(printf 'idx\tstatus\truntime\tx\tz\tempty')"
expect_equal "$(cut -f 5,6 ../stdout | tail -n 3)" \
  "$(printf '1e+300\t\n0.1\t""\n\t')"

run 0 "$export_" file.hdf5 -o runs.json --results=z,i,empty,process.stdout
[[ ! -s ../stdout ]] || fail "something on stdout"
python3 - << 'PYTHON' || fail "json"
import json
with open("runs.json") as f:
    rows = json.load(f)
assert len(rows) == 3, rows
assert list(rows[0]) == ["idx", "status", "runtime", "x", "z", "i", "empty",
                         "process.stdout"], rows
assert rows[0]["z"] == 1e300 and rows[0]["i"] == 9007199254740993, rows
assert rows[1]["empty"] == "" and rows[1]["i"] is None, rows
assert rows[2]["z"] is None and rows[2]["idx"] == 2, rows
PYTHON
run 0 "$export_" file.hdf5 --trajectory=a_first
expect_equal "$(wc -l < ../stdout)" 2
run 0 "$export_" "$pypet_files/a_multiply.hdf5"
expect_equal "$(head -n 1 ../stdout)" "idx,status,runtime,x,y,z"

bad() {
  local message=$1
  shift
  run 1 "$export_" "$@"
  expect_stderr "$message"
  [[ ! -s ../stdout ]] || fail "something on stdout"
}
bad "nowhere.hdf5: there is no such file" nowhere.hdf5
bad "no scalar result .*zz; do you mean z?\|no run has a scalar result zz" \
  file.hdf5 --results=zz
bad "no run has a scalar result a" file.hdf5 --results=a
bad "no format xml, only csv, tsv and json" file.hdf5 --format=xml
bad "do you mean b_second?" file.hdf5 --trajectory=b_secnd
bad "missing/runs.csv" file.hdf5 -o missing/runs.csv
sanitized || bad "file.hdf5: " file.hdf5 --memory=1
bad "an argument is missing"
run 0 "$export_" file.hdf5 --trust --memory=1
run 0 "$export_" --help
expect_stdout "export FILE \[flags\]"

echo PASSED
