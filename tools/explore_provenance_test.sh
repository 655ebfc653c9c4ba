#!/bin/bash
# Sweeps that keep the version of their code, by git and in a Sumatra project.
sumatra_files=$PWD/testdata/sumatra
. tools/testing.sh

export HOME=$folder GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org
export GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org

git init -q --initial-branch=main
printf 'hdf5\nlogs\n.smt\nData\n' > .gitignore
cat > model.sh << 'SHELL'
echo "{\"square\": $(($1 * $1))}" > "$CPPET_RESULTS"
SHELL
cat > spec.yaml << 'YAML'
trajectory: squares
command: [sh, model.sh, "{n}"]
parameters: {n: 1}
explore:
  n: [1, 2, 3]
environment: {git_repository: ., git_message: from a spec}
YAML
git add .
git commit -q -m first

# The name of the trajectory is another one for each sweep.
new_name() {
  sed -i "s/^trajectory: .*/trajectory: $1/" spec.yaml
}
head_of() { git rev-parse HEAD; }

# Nothing is committed when nothing is run.
echo '# changed' >> model.sh
before=$(head_of)
run 0 "$explore" spec.yaml --dry_run
run 1 "$explore" spec.yaml --set=m=2
run 1 "$explore" spec.yaml --sumatra_project=.
expect_stderr "sumatra_project: .*\.smt"
sed 's/sh, model/no_such_program, model/' spec.yaml > broken.yaml
run 1 "$explore" broken.yaml
rm broken.yaml
expect_equal "$(head_of)" "$before"
expect_equal "$(git diff --cached)" ""
[[ ! -e hdf5 ]] || fail "something was stored"

# Changes are committed before the runs, and inspect shows the commit.
run 0 "$explore" spec.yaml
expect_equal "$(git status --porcelain)" ""
[[ $(head_of) != "$before" ]] || fail "no commit"
run 0 git log -1 --format=%B
expect_stdout '^from a spec -- Trajectory: `squares`, Time: `'
short=$(head_of | cut -c 1-7)
run 0 "$inspect" hdf5/squares.hdf5
expect_stdout "^code: $short main, \"from a spec -- Trajectory: "
run 0 "$inspect" hdf5/squares.hdf5 --json
expect_stdout "config.git.commit_${short}_[0-9_hms]*.hexsha"
run 1 "$inspect" hdf5/squares.hdf5 --patch
expect_stderr "not committed"

# What goes on notes its code as well; nothing is left to do here.
run 0 "$explore" spec.yaml --continue

# Or they are stored, and the repository stays as it is.
new_name recorded
echo '# changed again' >> model.sh
before=$(head_of)
run 0 "$explore" spec.yaml --git_mode=record --git_message=
expect_equal "$(head_of)" "$before"
run 0 "$inspect" hdf5/recorded.hdf5
expect_stdout "^code: changed since $short, see --patch"
"$inspect" hdf5/recorded.hdf5 --patch > ../patch
git clone -q . ../clone
git -C ../clone apply "$folder/patch"
diff -r --exclude=.git --exclude=hdf5 --exclude=logs . ../clone ||
  fail "the patch gives other files"
new_name refused
run 1 "$explore" spec.yaml --git_mode=refuse
expect_stderr "git_mode = refuse"
run 1 "$explore" spec.yaml --git_mode=maybe
expect_stderr "commit, record and refuse"
git commit -q -am again

# A record is left in a Sumatra project.
mkdir .smt Data
for part in project.json:project records.sql:records.sql; do
  sed "s|/home/user/empty|$PWD|g" "$sumatra_files/empty.${part%:*}" \
    > ".smt/${part#*:}"
done
python3 -c 'import sqlite3, sys
sqlite3.connect(".smt/records").executescript(sys.stdin.read())' \
  < .smt/records.sql
new_name with_record
git commit -q -am "with a record"
run 0 "$explore" spec.yaml --out=Data --sumatra_project=. \
  --sumatra_reason="[why] not" --sumatra_label=first
run 0 "$inspect" Data/with_record.hdf5
expect_stdout '^Sumatra record: first, "\[why\] not"$'
query() {
  python3 -c 'import sqlite3, sys
for row in sqlite3.connect(".smt/records").execute(sys.argv[1]): print(*row)' \
    "$1"
}
expect_equal "$(query 'SELECT label, version, tags FROM django_store_record')" \
  "first $(head_of) _finished_"
expect_equal "$(query 'SELECT reason FROM django_store_record')" \
  "[why] not -- Trajectory with_record -- Explored Parameters: ['parameters.n']"
expect_equal "$(query 'SELECT path, digest FROM django_store_datakey')" \
  "with_record.hdf5 $(sha1sum < Data/with_record.hdf5 | cut -d ' ' -f 1)"
expect_equal "$(query 'SELECT script_arguments FROM django_store_record')" \
  "spec.yaml --out=Data --sumatra_project=. --sumatra_reason=[why] not \
--sumatra_label=first"

# A label is given once, which is known before anything is run.
new_name another
run 1 "$explore" spec.yaml --out=Data --sumatra_project=. --sumatra_label=first
expect_stderr "first"
[[ ! -e Data/another.hdf5 ]] || fail "something was stored"

# All is stored when the record cannot be.
cat > model.sh << 'SHELL'
echo "{\"square\": $(($1 * $1))}" > "$CPPET_RESULTS"
rm -f .smt/records
SHELL
run 3 "$explore" spec.yaml --out=Data --sumatra_project=.
expect_stderr "another: 3 runs completed"
expect_stderr "all is stored, but Sumatra has no record of it: .*\.smt/records"
run 0 "$inspect" Data/another.hdf5
expect_stdout "3 completed, 0 failed"
expect_clean

echo PASSED
