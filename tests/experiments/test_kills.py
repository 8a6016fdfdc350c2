"""Kills runs at fifty instants, most of them while files are written: a final name is never an incomplete file.

Half of the instants are drawn from the time a run takes; half come shortly after the n-th temporary file appeared."""
import os
import random
import signal
import subprocess
import tempfile
import time
import unittest

from program import ATTUNE, command, run

RUN = ["run", "heat/heat_verification", "--scale", "smoke", "--out", "results", "params.dimensions=[2]",
       "params.boundaries=['periodic']"]
KILLS = {1: 34, 2: 16}  # ranks: kills
random_instants = random.Random(20260101)


def descendants(pid):
    """The process and all below it, the last first."""
    found = [pid]
    for parent in found:
        for task in os.listdir(f"/proc/{parent}/task") if os.path.exists(f"/proc/{parent}/task") else []:
            try:
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as children:
                    found += [int(child) for child in children.read().split()]
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found[::-1]


def kill(process):
    for pid in descendants(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()


def temporary_files(folder):
    return {name for name in os.listdir(folder) if name.endswith(".tmp")} if os.path.isdir(folder) else set()


def wait_for_output(process, folder, count, delay):
    """Until temporary files have appeared `count` times, and a little longer."""
    before = set()
    while process.poll() is None and count > 0:
        now = temporary_files(folder)
        count -= len(now - before)
        before = now
    time.sleep(delay)


class Kills(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = os.path.join(self.scratch.name, "results", "heat")
        self.in_output = 0

    def start(self, ranks):
        return subprocess.Popen(command(RUN, ranks), cwd=self.scratch.name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def seconds_of_a_run(self, ranks):
        start = time.monotonic()
        self.assertEqual(self.start(ranks).wait(timeout=120), 0)
        return time.monotonic() - start

    def check_files(self):
        left = os.listdir(self.folder) if os.path.isdir(self.folder) else []
        self.in_output += any(name.endswith(".tmp") for name in left)
        files = [os.path.join(self.folder, name) for name in left if name.endswith(".h5") and not name.startswith(".")]
        if files:
            code, out, err = run(["verify"] + files, self.scratch.name)
            self.assertEqual(code, 0, out + err)

    def empty(self):
        for name in os.listdir(self.folder) if os.path.isdir(self.folder) else []:
            os.remove(os.path.join(self.folder, name))

    def kill_and_check(self, ranks, number, seconds):
        if number % 3 == 0:  # otherwise over the files of the run before
            self.empty()
        process = self.start(ranks)
        if number % 2 == 0:
            time.sleep(seconds * random_instants.uniform(0, 1.1))
        else:
            wait_for_output(process, self.folder, random_instants.randint(1, 7), random_instants.uniform(0, 0.004))
        kill(process)
        self.check_files()

    def test_no_final_name_is_an_incomplete_file(self):
        for ranks, kills in KILLS.items():
            with self.subTest(ranks=ranks):
                seconds = self.seconds_of_a_run(ranks)
                for number in range(kills):
                    self.kill_and_check(ranks, number, seconds)
                self.assertEqual(self.start(ranks).wait(timeout=120), 0, "a run over what killed runs left")
                self.check_files()
        print(f"{sum(KILLS.values())} kills, {self.in_output} of them while a file was written")
        self.assertGreater(self.in_output, 0)


if __name__ == "__main__":
    assert os.path.exists(ATTUNE)
    unittest.main()
