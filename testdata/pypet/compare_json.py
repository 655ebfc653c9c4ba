#!/usr/bin/python3
"""Compares what two programs say of one file.

    compare_json.py FOUND.json EXPECTED.json

Prints what differs, one line each, and exits with 1 if anything does. Who read
the file is no difference.
"""
import json
import sys

READER = ('file', 'reader', 'strict_load', 'log')


def differences(found, expected, path=''):
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted(set(found) | set(expected)):
            if key not in found:
                yield '%s/%s is missing: %.200r' % (path, key, expected[key])
            elif key not in expected:
                yield '%s/%s is too much: %.200r' % (path, key, found[key])
            else:
                yield from differences(found[key], expected[key],
                                       path + '/' + key)
    elif isinstance(found, list) and isinstance(expected, list) and len(
            found) == len(expected):
        for i, pair in enumerate(zip(found, expected)):
            yield from differences(*pair, '%s[%d]' % (path, i))
    elif found != expected or isinstance(found, bool) != isinstance(
            expected, bool):
        yield '%s is %.200r, not %.200r' % (path, found, expected)


def main(found_file, expected_file):
    with open(found_file) as file:
        found = json.load(file)
    with open(expected_file) as file:
        expected = json.load(file)
    for key in READER:
        found.pop(key, None)
        expected.pop(key, None)
    lines = list(differences(found, expected))
    print('\n'.join(lines[:50] + ['%d differences' % len(lines)]))
    return 1 if lines else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
