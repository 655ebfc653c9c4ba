#!/usr/bin/python3
"""Lets real pypet go on with a file of cppet.

    change_with_pypet.py FILE OTHER

FILE and OTHER are two files of write_every_type; PYPET names a checkout of
pypet. Expands the trajectory in FILE by two runs, runs them, merges the
trajectory of OTHER into it, and stores it all again.
"""
import os
import sys

sys.path.insert(0, os.environ['PYPET'])

from pypet import Environment, Trajectory

NAME = 'every_type'


def load(filename):
    traj = Trajectory(NAME, filename=filename, add_time=False)
    traj.f_load(load_data=2, force=True)
    return traj


def run(traj):
    traj.f_add_result('z', traj.parameters.explored.float * 2,
                      comment='The same comment in all runs')


def are_comparable(one, other):
    try:
        one._equal_values(one.f_get_default(), other.f_get_default())
        return True
    except (TypeError, RecursionError):
        return False


def delete_what_pypet_cannot_compare(traj, other):
    """Such as text with characters beyond Latin-1, and arrays of bytes: pypet
    can store them, but not merge them."""
    parameters = other.f_get_parameters()
    for name, parameter in traj.f_get_parameters().items():
        if not parameter.f_is_empty() and not are_comparable(
                parameter, parameters[name]):
            print('not merged:', name)
            traj.f_delete_item(parameter, remove_from_trajectory=True)
            other.f_delete_item(parameters[name], remove_from_trajectory=True)


def main(filename, other):
    traj = load(filename)
    length = len(traj)
    # The first two values once more.
    traj.f_expand({name: [parameter.f_get_range()[0],
                          parameter.f_get_range()[1]]
                   for name, parameter in traj._explored_parameters.items()})
    env = Environment(trajectory=traj, log_config=None, report_progress=False)
    env.run(run)
    assert len(traj) == length + 2
    merged = load(other)
    delete_what_pypet_cannot_compare(traj, merged)
    traj.f_merge(merged, backup=False, keep_other_trajectory_info=False)
    assert len(traj) == 2 * length + 2
    traj.f_store(store_data=2)


if __name__ == '__main__':
    main(*[os.path.abspath(name) for name in sys.argv[1:]])
