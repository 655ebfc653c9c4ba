#!/usr/bin/env python3
"""Prints how many tests passed and failed, from Bazel's build events (JSON)."""

import json
import sys


def main():
    passed, failed = set(), set()
    with open(sys.argv[1], encoding="utf-8") as events:
        for line in events:
            event = json.loads(line)
            if "testSummary" in event:
                label = event["id"]["testSummary"]["label"]
                status = event["testSummary"].get("overallStatus")
                (passed if status in ("PASSED", "FLAKY") else failed).add(label)
            elif "targetCompleted" in event["id"]:
                skipped = event.get("aborted", {}).get("reason") == "SKIPPED"
                if not skipped and not event.get("completed", {}).get("success"):
                    failed.add(event["id"]["targetCompleted"]["label"])
    print(len(passed - failed), len(failed))


if __name__ == "__main__":
    main()
