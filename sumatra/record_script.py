"""Reads or writes a Sumatra project for cppet, for stores that only Sumatra knows.

Reads a job from standard input: {"action": "labels", "folder": ...} or
{"action": "add", ...}, and prints the answer behind MARK on a line of its own, as
Sumatra prints warnings.
"""

import sys

if sys.path and sys.path[0] == "":
    del sys.path[0]  # or files of this folder would go before modules

import datetime
import json
import os
import re

import sumatra
from sumatra.datastore import DataKey
from sumatra.launch import PlatformInformation, SerialLaunchMode
from sumatra.parameters import JSONParameterSet
from sumatra.programs import Executable
from sumatra.projects import load_project
from sumatra.records import Record

MARK = "cppet-sumatra:"


def is_utc(version):
    """Whether times have the zone UTC, else they are local and have none."""
    return [int(part) for part in re.findall(r"[0-9]+", version)[:2]] >= [0, 8]


def to_time(seconds, utc):
    return datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc if utc else None)


def labels(project):
    store = project.record_store
    return store.labels(project.name) if store.has_project(project.name) else []


def add(project, job, utc):
    # Sumatra itself would overwrite the record.
    if job["label"] in labels(project):
        return {"taken": True}
    record = Record(
        executable=Executable(**job["executable"]),
        repository=project.default_repository,
        launch_mode=project.default_launch_mode or SerialLaunchMode(job["folder"]),
        datastore=project.data_store,
        input_datastore=getattr(project, "input_datastore", None),
        parameters=JSONParameterSet(job["parameters"]),
        on_changed=project.on_changed,
        timestamp=to_time(job["timestamp"], utc),
        **job["arguments"])
    record.outcome = job["outcome"]
    record.duration = job["duration"]
    record.tags = set(job["tags"])
    record.platforms = [PlatformInformation(**job["platform"])]
    record.output_data = [
        DataKey(key["path"], key["digest"], to_time(key["creation"], utc),
                **key["metadata"])
        for key in job["output_data"]]
    project.save_record(record)
    return {"taken": False}


def main():
    job = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    os.chdir(job["folder"])
    project = load_project(job["folder"])
    utc = is_utc(sumatra.__version__)
    if job["action"] == "add":
        answer = add(project, job, utc)
    else:
        answer = {"labels": list(labels(project)), "utc": utc}
    print("\n" + MARK + json.dumps(answer))


main()
