"""What users get wrong, end to end: the cases of refusals.toml, and those that need a disk or a user of their own."""
import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
import tomllib
import unittest

import wrong_files
from program import ATTUNE, run, said

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "refusals.toml")
SMOKE = ["run", "heat/heat_verification", "--scale", "smoke"]


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        wrong_files.make(cls.scratch.name)

    def check(self, case, ranks):
        cwd = self.scratch.name
        if "deck" in case:
            with open(os.path.join(cwd, "deck.toml"), "w", encoding="utf-8") as file:
                file.write(case["deck"])
        code, out, err = run(shlex.split(case["arguments"]), cwd, ranks)
        lines = said(err)
        self.assertEqual((code, len(lines)), (case["exit"], 1), f"exit code and number of lines of:\n{err}\n{out}")
        if "says" in case:
            self.assertEqual(lines[0], case["says"])
        else:
            self.assertRegex(lines[0], "^" + case["matches"] + "$")

    def test_each_is_refused_with_one_line_and_its_exit_code(self):
        with open(TABLE, "rb") as file:
            cases = tomllib.load(file)["case"]
        self.assertGreaterEqual(len(cases), 40)
        for case in cases:
            for ranks in case.get("ranks", [1]):
                with self.subTest(case["what"], ranks=ranks):
                    if case.get("needs") == "h5py" and not wrong_files.has_h5py():
                        self.skipTest("needs h5py")
                    self.check(case, ranks)

    def test_faults_in_files_are_told_on_stdout(self):
        for name, fault in wrong_files.FAULTS.items():
            with self.subTest(name):
                code, out, err = run(["verify", name], self.scratch.name)
                self.assertEqual((code, err), (4, ""))
                self.assertRegex(out, fault)

    def test_a_difference_is_told_on_stdout(self):
        code, out, err = run(["diff", "result/heat/heat_verification.h5", "other.h5"], self.scratch.name)
        self.assertEqual((code, err), (7, ""))
        self.assertIn("not the same", out)


class Disks(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        os.chmod(self.scratch.name, 0o755)

    def small_disk(self, kibibytes):
        folder = os.path.join(self.scratch.name, "disk")
        os.makedirs(folder)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", folder], capture_output=True, check=False)
        if made.returncode != 0:
            self.skipTest("no small disk can be mounted here")
        return folder

    def test_a_full_disk_ends_with_5_and_leaves_nothing_half_written(self):
        for ranks in (1, 2):
            for kibibytes in (4, 60, 100):
                with self.subTest(ranks=ranks, kibibytes=kibibytes), contextlib.ExitStack() as stack:
                    folder = self.small_disk(kibibytes)
                    stack.callback(os.rmdir, folder)
                    stack.callback(subprocess.run, ["umount", folder], check=True)
                    code, out, err = run(SMOKE + ["--out", "disk"], self.scratch.name, ranks)
                    self.assertEqual((code, len(said(err))), (5, 1), out + err)
                    self.assertIn("No space left on device", said(err)[0])
                    left = [name for _, _, names in os.walk(folder) for name in names if not name.startswith(".")]
                    for name in left:
                        self.assertEqual(run(["verify", os.path.join(folder, "heat", name)], self.scratch.name)[0], 0, name)

    def test_a_folder_without_permission_ends_with_5(self):
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            self.skipTest("needs root, to become another user")
        if subprocess.run(as_nobody + [ATTUNE, "list"], cwd=self.scratch.name, capture_output=True, check=False).returncode != 0:
            self.skipTest("another user cannot run the command")
        code, out, err = run(SMOKE, self.scratch.name, before=as_nobody)
        self.assertEqual((code, len(said(err))), (5, 1), out + err)
        self.assertRegex(said(err)[0], r"^results/heat/heat_verification\.h5: .*Permission denied$")

    def test_a_full_standard_output_ends_with_5(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ATTUNE, "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (5, "attune: cannot write to the standard output\n"))


if __name__ == "__main__":
    unittest.main()
