"""The command as a user meets it: what it lists, where it finds decks and data, what it leaves behind."""
import hashlib
import json
import os
import shutil
import tempfile
import unittest

from program import run, said

EXPERIMENTS = ["heat/heat_verification", "heat/stencil_transition", "heat/stencil_propagator"]
QUICK_TO_RUN = ["--scale", "smoke", "params.dimensions=[2]", "params.boundaries=['periodic']"]


class Command(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.cwd = scratch.name

    def done(self, *arguments, ranks=1):
        code, out, err = run(arguments, self.cwd, ranks)
        self.assertEqual((code, said(err)), (0, []), out + err)
        return out

    def write(self, path, text):
        path = os.path.join(self.cwd, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def digest(self, path):
        with open(os.path.join(self.cwd, path), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def test_list_names_every_experiment_once_whatever_the_number_of_ranks(self):
        for ranks in (1, 2):
            lines = self.done("list", ranks=ranks).strip().split("\n")
            self.assertLessEqual(set(EXPERIMENTS), {line.split()[0] for line in lines})
            self.assertEqual(len(lines), len({line.split()[0] for line in lines}))

    def test_describe_and_config_and_help_tell(self):
        self.assertIn("stability", self.done("describe", "heat/heat_verification"))
        self.assertIn("Kokkos", self.done("config"))
        self.assertTrue(self.done("--version").startswith("attune "))
        self.assertIn("--dry-run", self.done("run", "--help"))
        for absent in ("apply", "--restart", "--wall"):
            self.assertNotIn(absent, self.done("--help") + self.done("run", "--help"))

    def test_a_dry_run_prints_a_deck_that_gives_the_same_bytes_and_writes_nothing(self):
        deck = self.done("run", "heat/heat_verification", *QUICK_TO_RUN, "--seed", "7", "--dry-run")
        self.assertEqual(os.listdir(self.cwd), [])
        self.write("again/deck.toml", deck)
        self.done("run", "heat/heat_verification", *QUICK_TO_RUN, "--seed", "7")
        self.done("run", "again/deck.toml", "--out", "again")
        name = "heat/heat_verification.h5"
        self.assertEqual(self.digest("results/" + name), self.digest("again/" + name))

    def test_a_run_leaves_its_result_its_snapshots_and_a_record_and_nothing_else(self):
        self.done("run", "heat/heat_verification", *QUICK_TO_RUN)
        left = sorted(os.listdir(os.path.join(self.cwd, "results", "heat")))
        self.assertEqual(left, ["heat_verification.h5", "heat_verification.run.json", "heat_verification.step00000000.h5",
                                "heat_verification.step00000020.h5"])
        with open(os.path.join(self.cwd, "results", "heat", "heat_verification.run.json"), encoding="utf-8") as file:
            record = json.load(file)
        self.assertEqual(record["experiment"], "heat/heat_verification")
        self.assertIn("red", self.done("claims", "results"))
        self.assertIn("0 faults", self.done("verify", "results"))
        self.assertIn("heat/heat_verification", self.done("info", "results/heat/heat_verification.h5"))
        self.done("diff", "results/heat/heat_verification.h5", "results/heat/heat_verification.h5")

    def test_a_benchmark_checks_and_times_its_kernels_and_leaves_a_file_that_says_so(self):
        self.write("torch.txt", "program PyTorch\nthreads 1\ncase dense_forward_d64 float\nseconds 0.5 0.6 0.7\n")
        out = self.done("bench", "--smoke", "--threads", "1,2", "--peers", "torch.txt", "dense", "stencil_2d_w1")
        self.assertRegex(out, r"dense_forward_d64 +float")
        self.assertRegex(out, r"stencil_2d_w1 +double")
        self.assertNotIn("stencil_3d_w1", out)
        left = sorted(os.listdir(os.path.join(self.cwd, "results", "kernels")))
        self.assertEqual(left, ["bench.run.json", "bench.timing.h5"])
        self.assertIn("0 faults", self.done("verify", "results"))
        claims = self.done("claims", "results")
        self.assertIn("check_dense_backward_d64_double", claims)
        self.assertIn("peer_dense_forward_d64_float_threads1", claims)

    def test_decks_and_data_are_found_in_the_folders_that_the_user_names(self):
        self.write("mine/heat/heat_verification.toml", 'experiment = "heat/heat_verification"\n[params]\nstability = 0.5\n'
                                                       'picture = "my.pgm"\n')
        self.write("pictures/my.pgm", "P2 8 8 9 " + " ".join(str(n % 9) for n in range(64)))
        os.environ["ATTUNE_INPUTS"] = "mine"
        self.addCleanup(os.environ.pop, "ATTUNE_INPUTS")
        self.assertIn("stability = 0.5", self.done("run", "heat/heat_verification", "--dry-run"))
        code, _, err = run(["run", "heat/heat_verification", *QUICK_TO_RUN, "params.snapshots=[]"], self.cwd)
        self.assertEqual(code, 4, err)
        self.assertIn("'my.pgm': no such file here, nor in mine/data", err)
        code, _, err = run(["run", "heat/heat_verification", "--data", "pictures", "params.snapshots=[]",
                            "params.rollout_steps=5", "params.records=2", *QUICK_TO_RUN], self.cwd)
        self.assertIn(code, (0, 7), err)  # so small a picture need not bear every claim out

    def test_reproduce_goes_on_where_data_are_missing_and_where_a_deck_is_wrong(self):
        small = "[scale.smoke.params]\ndimensions = [1]\nboundaries = ['periodic']\nratios = [0.7, 1.2, 1.6]\ncells_1d = [256]\n"
        self.write("mine/heat/heat_verification.toml", 'experiment = "heat/heat_verification"\nstabilty = 0.5\n')
        self.write("mine/heat/stencil_transition.toml", 'experiment = "heat/stencil_transition"\n' + small + "picture = 'none.png'\n")
        self.write("mine/heat/stencil_propagator.toml", 'experiment = "heat/stencil_propagator"\nx = 1\n')
        os.environ["ATTUNE_INPUTS"] = "mine"
        self.addCleanup(os.environ.pop, "ATTUNE_INPUTS")
        for ranks in (1, 2):
            shutil.rmtree(os.path.join(self.cwd, "results"), ignore_errors=True)
            code, out, err = run(["reproduce", "heat", "--scale", "smoke"], self.cwd, ranks)
            self.assertEqual(code, 3, out + err)
            self.assertRegex(out, r"heat/heat_verification +smoke +failed: mine/heat/heat_verification.toml:2:1: unknown key")
            self.assertRegex(out, r"heat/stencil_transition +smoke +skipped: none\.png")
            self.assertEqual(len(said(err)), 3, err)


if __name__ == "__main__":
    unittest.main()
