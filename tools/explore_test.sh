#!/bin/bash
# Sweeps a model that is a script, as a user does.
. tools/testing.sh

cat > model.py << 'PYTHON'
import json, os, sys
x, n, label = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
with open(os.environ["CPPET_PARAMETERS"]) as f:
    parameters = json.load(f)
assert parameters == {"parameters.g.x": x, "parameters.n": n,
                      "parameters.label": label}
print("run", os.environ["CPPET_RUN"])
with open(os.environ["CPPET_RESULTS"], "w") as f:
    json.dump({"product": x * n, "nothing": None, "not_a_number": float("nan"),
               "group": {"flag": n > 15, "matrix": [[n, 1], [2, 3]],
                         "text": label}}, f)
PYTHON
cat > spec.yaml << 'YAML'
trajectory: products
comment: Of numbers
command: [python3, model.py, "{g.x}", "{n}", "{label}"]
parameters:
  g.x: {value: 0.5, comment: First factor}
  n: 5
  label: "it's a {label} & more"
explore:
  g.x: [1, 2.5]
  n: {range: [10, 30, 10]}
environment: {jobs: 2}
YAML

# A dry run prints each run and writes nothing.
run 0 "$explore" spec.yaml --dry_run
expect_equal "$(head -n 2 ../stdout)" "$(printf '%s\t' idx g.x n)command
$(printf '%s\t' 0 1.0 10)python3 model.py 1.0 10 'it'\\''s a {label} & more'"
expect_equal "$(wc -l < ../stdout)" 5
expect_equal "$(ls)" "$(printf 'model.py\nspec.yaml')"

# A real one has all results in the file, and says what to do next.
run 0 "$explore" spec.yaml
[[ ! -s ../stdout ]] || fail "messages on stdout"
expect_stderr "products: 4 runs completed, in "
expect_stderr "null is no result and was left out in 4 runs.*: nothing"
next=$(grep -o '[^ ]*inspect .*' ../stderr)
run 0 $next
expect_stdout "Of numbers"
expect_stdout "4 completed, 0 failed, 0 not run"
expect_equal "$(column hdf5/products.hdf5 product)" "10.0 20.0 25.0 50.0"
expect_equal "$(column hdf5/products.hdf5 group.flag)" "false true false true"
expect_equal "$(column hdf5/products.hdf5 not_a_number)" "nan nan nan nan"
run 0 "$inspect" hdf5/products.hdf5 results.runs.run_00000001.group
expect_stdout "matrix *array(\[\[20, 1\], \[2, 3\]\])"
expect_stdout "text *\"it's a {label} & more\""
run 0 "$inspect" hdf5/products.hdf5 process.stdout
expect_stdout "$(printf '3\tstdout\trun 3')"
expect_clean

# Who stores and how many processes there are makes no difference.
digest=$("$inspect" hdf5/products.hdf5 --digest)
for flags in --jobs=1 --nopool --wrap_mode=LOCK "--wrap_mode=LOCK --nopool" --wrap_mode=PIPE --wrap_mode=LOCAL; do
  rm -f other.hdf5
  run 0 "$explore" spec.yaml --out=other.hdf5 $flags --quiet
  [[ ! -s ../stderr ]] || fail "--quiet said something with $flags"
  expect_equal "$("$inspect" other.hdf5 --digest)" "$digest"
  run 0 "$inspect" other.hdf5 --check
done

# Flags change the spec.
run 0 "$explore" spec.yaml --out=flags.hdf5 --set=label=plain --set n=7 \
  --explore=x=0:1:3 --explore=n=1,2
expect_equal "$(column flags.hdf5 g.x)" "0.0 0.0 0.5 0.5 1.0 1.0"
expect_equal "$(column flags.hdf5 product)" "0.0 0.0 0.5 1.0 1.0 2.0"
run 0 "$inspect" flags.hdf5 parameters.n
expect_stdout "value: 7"
run 0 "$inspect" flags.hdf5 group.text
expect_stdout "$(printf '5\ttext\tplain')"

# A folder as --out, and the versions that pypet wants.
mkdir out
run 0 "$explore" spec.yaml --out=out --pypet=0.7.0/3.11.2 --explore=n=1
run 0 "$inspect" out/products.hdf5 --json
expect_stdout '"version": "0.7.0"'
expect_stdout '"python": "3.11.2"'

# A line for the shell; values are safe in it. No exploration is one run.
cat > shell.yaml << 'YAML'
trajectory: shell
command: printf '{"length":%s}' $(printf %s {text} | wc -c) > $CPPET_RESULTS
parameters:
  text: "a'b\"c $HOME `id` ;"
YAML
run 0 "$explore" shell.yaml
expect_equal "$(column hdf5/shell.hdf5 length)" 18

# Points from a file beside the spec, side by side.
mkdir specs
printf 'a,b\n1,2.5\n3,4\n' > specs/points.csv
cat > specs/points.yaml << 'YAML'
trajectory: points
command: ["true"]
parameters: {a: 0, b: 0.0}
explore: {a: {file: points.csv}, b: {file: points.csv}, mode: list}
YAML
run 0 "$explore" specs/points.yaml --dry_run
expect_equal "$(cut -f 2,3 ../stdout | paste -sd' ')" \
  "$(printf 'a\tb 1\t2.5 3\t4.0')"

echo PASSED
