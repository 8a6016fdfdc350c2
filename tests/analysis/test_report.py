"""tests/analysis/test_report.py

Is the report one offline page with every claim, red ones in sight, and every figure?

usage: test_report.py     ATTUNE_SMOKE=DIR: the whole report on the results in DIR too
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, ROOT]

import fabricate  # noqa: E402
from page import Page  # noqa: E402

from analysis.claims import HOLD, NOT_EVALUATED, RED, Claim, families  # noqa: E402
from analysis.result_file import Absent, Result, Unreadable  # noqa: E402


def analysis(*arguments):
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def claim_ids(directory):
    for path in glob.glob(os.path.join(directory, "*", "*.h5")):
        if ".step" not in path:
            with h5py.File(path, "r") as file:
                yield from file.get("claims", {})


class Temporary(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = holder.name

    def path(self, *parts):
        return os.path.join(self.directory, *parts)

    def page(self):
        with open(self.path("report.html"), encoding="utf-8") as file:
            return Page(file.read())

    def assert_sound(self, page):
        """Valid nesting, ids once, nothing from outside, every claim there."""
        self.assertEqual(page.faults, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertNotIn("script", page.tags)
        for link in page.links + page.urls:
            self.assertRegex(link, r"^(#|data:image/|figures/)")
            if link.startswith("#"):
                self.assertIn(link[1:], page.ids)
            if link.startswith("figures/"):
                self.assertGreater(os.path.getsize(self.path(link)), 1000, link)
        for name in claim_ids(self.directory):
            self.assertIn(name, page.text)


class Verdicts(unittest.TestCase):
    def test_the_file_and_its_numbers_must_both_say_hold(self):
        numbers = {"kind": "at_most", "value": 1.0, "expected": 0.0, "tolerance": 2.0}
        self.assertEqual(Claim("a", stored=1, **numbers).verdict, HOLD)
        self.assertEqual(Claim("a", stored=0, **numbers).verdict, RED)
        self.assertEqual(Claim("a", stored=1, **{**numbers, "value": 3.0}).verdict, RED)
        self.assertEqual(Claim("a", stored=1, **{**numbers, "value": float("nan")}).verdict, RED)
        self.assertEqual(Claim("a", stored=-1, **numbers).verdict, NOT_EVALUATED)
        self.assertEqual(Claim("a", stored=None, **numbers).verdict, NOT_EVALUATED)
        self.assertEqual(Claim("a", stored=1).verdict, NOT_EVALUATED)

    def test_relative_and_lower_bounds(self):
        self.assertTrue(Claim("a", kind="equal_rel", value=101, expected=100, tolerance=0.02).satisfied)
        self.assertFalse(Claim("a", kind="equal_rel", value=103, expected=100, tolerance=0.02).satisfied)
        self.assertTrue(Claim("a", kind="at_least", value=0.9, expected=1, tolerance=0.2).satisfied)

    def test_families_share_a_statement_and_show_their_worst(self):
        bound = {"kind": "at_most", "expected": 0.0, "tolerance": 1.0, "role": "identity"}
        made = [
            Claim("loss_1d", "loss at D = 1", 0.1, stored=1, **bound),
            Claim("other", "else", 0.1, stored=1, **bound),
            Claim("loss_2d", "loss at D = 2", 7.0, stored=0, **bound),
            Claim("loss_3d", "loss at D = 3", 0.9, stored=1, **bound),
        ]
        first, second = families(made)
        self.assertEqual((first.label, first.worst.id, second.label), ("loss_*", "loss_2d", "other"))
        self.assertEqual([c.id for c in first.others], ["loss_3d", "loss_1d"])


class Files(Temporary):
    def test_absent_things_are_said_to_be_absent(self):
        fabricate.generic(self.path("a.h5"))
        result = Result(self.path("a.h5"), "heat/a")
        self.assertEqual((result.provenance, result.deck, result.parameters), ({}, "", {}))
        with self.assertRaises(Absent):
            result.quantity("loss")

    def test_links_out_of_the_file_are_refused(self):
        fabricate.external(self.path("a.h5"))
        with self.assertRaises(Unreadable):
            Result(self.path("a.h5"), "heat/a")


class Report(Temporary):
    def test_usage(self):
        self.assertEqual(analysis().returncode, 2)
        self.assertEqual(analysis("draw").returncode, 2)
        done = analysis("report", self.path("nowhere"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("nowhere", done.stderr)

    def test_a_directory_without_results(self):
        done = analysis("report", self.directory)
        self.assertEqual(done.returncode, 4)
        self.assertIn("no results", done.stderr)
        self.assertFalse(os.path.exists(self.path("report.html")))

    def test_a_damaged_file_is_named_and_the_others_are_drawn(self):
        fabricate.fill(self.directory)
        with open(self.path("heat", "broken.h5"), "wb") as file:
            file.write(b"\x89HDF\r\n\x1a\n" + bytes(100))
        done = analysis("report", self.directory)
        self.assertEqual(done.returncode, 4)
        self.assertIn("broken.h5", done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertIn("cannot be read", self.page().visible)
        self.assertIn("heat-stencil-transition", self.page().ids)

    def test_fabricated_results(self):
        fabricate.fill(self.directory)
        done = analysis("report", self.directory)
        self.assertEqual((done.returncode, "Traceback" in done.stderr), (0, False), done.stderr)
        page = self.page()
        self.assert_sound(page)
        for name in ("loss_below_2d", "who_wins", "liar", "nan_that_claims_to_hold"):
            self.assertIn(name, page.visible)
        for words in (
            "a < b & c > d",
            "its numbers say otherwise",
            "no ratio below 1",
            "Up to <which> time step?",
            "abc-dirty",
            "no data set 'rollout_ratio'",
            "heat/nothing_of_ours",
            "heat/orphan",
            "measured times",
            "4 red",
        ):
            self.assertIn(words, page.text)
        for name in ("loss", "kink", "centre"):
            for kind, magic in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
                with open(self.path("figures", "heat", f"stencil_transition_{name}.{kind}"), "rb") as file:
                    self.assertEqual(file.read(4), magic)

    def test_the_same_results_make_the_same_page(self):
        pages = []
        fabricate.fill(self.directory)
        for _ in range(2):
            analysis("report", self.directory)
            with open(self.path("report.html"), "rb") as file:
                pages.append(file.read())
        self.assertEqual(*pages)


@unittest.skipUnless(os.environ.get("ATTUNE_SMOKE"), "ATTUNE_SMOKE names no directory of smoke results")
class Smoke(Temporary):
    def test_every_experiment_is_drawn(self):
        for family in sorted(os.listdir(os.environ["ATTUNE_SMOKE"])):
            source = os.path.join(os.environ["ATTUNE_SMOKE"], family)
            if os.path.isdir(source) and family != "figures":
                shutil.copytree(source, self.path(family))
        done = analysis("report", self.directory)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        page = self.page()
        self.assert_sound(page)
        self.assertNotIn("not drawn", page.text)
        self.assertNotIn("No summary", page.text)
        for path in glob.glob(self.path("*", "*.h5")):
            family, name = path.split(os.sep)[-2:]
            experiment = name[:-3].removesuffix(".timing")
            if "." not in experiment and os.path.exists(os.path.join(ROOT, "analysis", family, experiment + ".py")):
                for kind in ("png", "pdf"):
                    self.assertTrue(glob.glob(self.path("figures", family, f"{experiment}_*.{kind}")), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
