"""analysis/discovery.py

Which files of a directory are results, and which module draws them.
"""

import dataclasses
import glob
import importlib
import importlib.util
import os
import re

STEP, TIMING, PLAIN = (
    re.compile(r"(.+)\.step\d+\.h5$"),
    re.compile(r"(.+)\.timing\.h5$"),
    re.compile(r"([^.]+)\.h5$"),
)
EXPERIMENT = re.compile(r"[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")  # what may be the name of a module


@dataclasses.dataclass
class Found:
    """Files of one experiment F/E in DIR: E.h5, E.timing.h5, E.step########.h5."""

    experiment: str
    result: str = ""
    timing: str = ""
    snapshots: list = dataclasses.field(default_factory=list)


def find(directory):
    """[Found], sorted by name; a snapshot without its result is one too."""
    found = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(directory), "*", "*.h5"))):
        family, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)
        step, timing, plain = STEP.match(name), TIMING.match(name), PLAIN.match(name)
        match = step or timing or plain
        if not match or name.startswith("."):
            continue
        experiment = f"{family}/{match[1]}"
        entry = found.setdefault(experiment, Found(experiment))
        if step:
            entry.snapshots.append(path)
        elif timing:
            entry.timing = path
        else:
            entry.result = path
    return list(found.values())


def module_of(experiment):
    """analysis/F/E.py, or None."""
    if not EXPERIMENT.fullmatch(experiment):
        return None
    name = "analysis." + experiment.replace("/", ".")
    try:
        exists = importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return None
    module = importlib.import_module(name) if exists else None
    return module if hasattr(module, "figures") else None
