#!/usr/bin/python3
"""Merges the same files with pypet and with cppet and compares the results.

    compare_merge.py EXPLORE MERGE [RUNS]

EXPLORE and MERGE are the programs of cppet, RUNS (1000) the runs of each file;
PYPET (environment variable) names a folder with pypet. Prints what pypet sees
differently in the two merged files, and how long each merge took; exits with 1
if anything differs. What tells of the merge itself (config.merge) may, and what
pypet loses: comments of groups, and comments that were stored only with a run
that is left out. pypet also leaves an empty group derived_parameters.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from compare_json import differences  # noqa: E402

# pypet merges in a process of its own, as cppet does.
PYPET_MERGE = """
import logging, sys, time, warnings
warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
sys.path.insert(0, sys.argv[1])
from pypet import Trajectory
def load(name, file):
    trajectory = Trajectory(name, add_time=False, filename=file)
    trajectory.f_load(name=name, filename=file, force=True, load_parameters=2,
                      load_derived_parameters=1, load_results=1)
    return trajectory
into, other = load('first', sys.argv[2]), load('second', sys.argv[3])
start = time.time()
into.f_merge(other, backup=False, remove_duplicates=sys.argv[4] == 'True',
             trial_parameter=sys.argv[5] or None)
print(time.time() - start)
"""

SPEC = """
trajectory: %s
comment: Runs of %s
command: echo '{"z":{x},"group":{"text":"run {x}","list":[{x},1]}}' > $CPPET_RESULTS
parameters:
  x: {value: 0, comment: An x}
  y: %s
  text: same
  trial: 0
explore: {%s}
"""

# Of both trajectories: y and what is explored. Then the options of the merge.
CASES = {
    'all runs': (('1.5', 'x: {range: [0, %d, 1]}'),
                 ('1.5', 'x: {range: [%d, %d, 1]}'), False, ''),
    'no duplicates': (('1.5', 'x: {range: [0, %d, 1]}'),
                      ('1.5', 'x: {range: [%d, %d, 1]}'), True, ''),
    'another y': (('1.5', 'x: {range: [0, %d, 1]}'),
                  ('2.5', 'x: {range: [%d, %d, 1]}'), False, ''),
    'trials': (('1.5', 'trial: {range: [0, %d, 1]}'),
               ('1.5', 'trial: {range: [0, %d, 1]}'), False, 'trial'),
}


def explored(text, runs):
    numbers = (runs // 2, runs + runs // 2) if text.count('%d') == 2 else (runs,)
    return text % numbers


def pypet_versions():
    code = 'import sys; sys.path.insert(0, sys.argv[1]); import pypet; ' \
        'print(pypet.__version__)'
    done = subprocess.run([sys.executable, '-c', code, os.environ['PYPET']],
                          stdout=subprocess.PIPE, check=True)
    return '%s/%d.%d.%d' % ((done.stdout.decode().strip(),) +
                            sys.version_info[:3])


def make(explore, folder, cases, runs):
    """The files of each different pair, by name, y and what is explored."""
    files = {}
    for first, second, _, _ in cases.values():
        for name, (y, space) in (('first', first), ('second', second)):
            if (name, y, space) in files:
                continue
            file = os.path.join(folder, 'made_%d.hdf5' % len(files))
            spec = file[:-len('hdf5')] + 'yaml'
            with open(spec, 'w') as out:
                out.write(SPEC % (name, name, y, explored(space, runs)))
            # Within a merge pypet loads without `force`.
            subprocess.run([explore, spec, '--out=' + file, '--quiet',
                            '--pypet=' + pypet_versions()], check=True)
            files[name, y, space] = file
    return files


def seen(file):
    """What pypet sees in the first trajectory of a file, but for the merge."""
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, 'check_load.py'), '--max',
         '1000000', file, 'first'], stdout=subprocess.PIPE, check=True)
    said = json.loads(done.stdout)
    for key in ('file', 'reader', 'strict_load', 'log'):
        said.pop(key, None)
    info = {name: said['config'].pop(name) for name in list(said['config'])
            if name.startswith('config.merge.')}
    for name in list(said['groups']):
        if name.startswith('config.merge'):
            said['groups'].pop(name)
    return said, {name.split('.', 3)[3]: entry['value']['value']
                  for name, entry in info.items()}


def keep_comments(pypet, cppet):
    """Gives what pypet sees the comments that only cppet kept; counts them."""
    kept = 0
    for part in ('groups', 'results', 'derived_parameters'):
        for name, entry in pypet[part].items():
            comment = cppet[part].get(name, {}).get('comment', '')
            if entry['comment'] == '' and comment != '':
                entry['comment'] = comment
                kept += 1
    return kept


def compare(case, first, second, duplicates, trial, merge, folder):
    by_pypet = os.path.join(folder, 'pypet.hdf5')
    by_cppet = os.path.join(folder, 'cppet.hdf5')
    for copy in (by_pypet, by_cppet):
        shutil.copy(first, copy)
    before = time.time()
    done = subprocess.run(
        [sys.executable, '-c', PYPET_MERGE, os.environ['PYPET'], by_pypet,
         second, str(duplicates), trial], cwd=folder, stdout=subprocess.PIPE,
        check=True)
    pypet_time = float(done.stdout.split()[-1])
    pypet_whole = time.time() - before
    command = [merge, by_cppet, second]
    command += ['--remove_duplicates'] if duplicates else []
    command += ['--trial=' + trial] if trial else []
    before = time.time()
    subprocess.run(command, check=True)
    cppet_time = time.time() - before
    (pypet, pypet_info), (cppet, cppet_info) = seen(by_pypet), seen(by_cppet)
    if not cppet['derived_parameters']:
        pypet['groups'].pop('derived_parameters', None)
    kept = keep_comments(pypet, cppet)
    problems = list(differences(cppet, pypet))
    for name in ('merged_runs', 'remove_duplicates', 'trial_parameter',
                 'other_trajectory.name', 'other_trajectory.length'):
        if cppet_info.get(name) != pypet_info.get(name):
            problems.append('%s of the merge is %r, not %r' % (
                name, cppet_info.get(name), pypet_info.get(name)))
    print('%s: %d runs, %d differences, %d comments kept; pypet %.2f s (%.2f s '
          'with its start), cppet %.3f s, 1/%.0f' % (
              case, cppet['length'], len(problems), kept, pypet_time,
              pypet_whole, cppet_time, pypet_time / cppet_time), flush=True)
    for problem in problems[:20]:
        print('  ' + problem)
    return not problems


def main(explore, merge, runs):
    with tempfile.TemporaryDirectory() as folder:
        files = make(explore, folder, CASES, runs)
        equal = [
            compare(case, files[('first',) + first],
                    files[('second',) + second], duplicates, trial, merge,
                    folder)
            for case, (first, second, duplicates, trial) in CASES.items()]
    return 0 if all(equal) else 1


if __name__ == '__main__':
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]),
                  int(sys.argv[3]) if len(sys.argv) > 3 else 1000))
