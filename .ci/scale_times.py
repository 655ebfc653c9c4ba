#!/usr/bin/env python3
"""Copies a file of Google Benchmark (JSON) with all times multiplied.

scale_times.py FROM TO FACTOR
"""

import json
import sys


def main():
    source, target, factor = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(source, encoding="utf-8") as file:
        content = json.load(file)
    for benchmark in content["benchmarks"]:
        for key in ("real_time", "cpu_time"):
            benchmark[key] *= factor
    with open(target, "w", encoding="utf-8") as file:
        json.dump(content, file)


if __name__ == "__main__":
    main()
