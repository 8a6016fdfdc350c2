"""The peers of the benchmark, without them: what is read, what is timed, what is said where PyTorch is missing."""
import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, ROOT)

from analysis.peers import torch_cpu, torch_gpu, torch_ways  # noqa: E402


class Peers(unittest.TestCase):
    def test_a_case_is_read_from_its_line(self):
        case = torch_ways.read_case("triangle_multiply float triangle_multiply N=256 C=128\n")
        self.assertEqual((case["name"], case["precision"], case["N"], case["C"]),
                         ("triangle_multiply", "float", "256", "128"))
        self.assertIn(case["operation"], torch_ways.WAYS)

    def test_a_backward_is_timed_without_its_forward(self):
        calls = {"forward": 0, "backward": 0}

        def count(name):
            calls[name] += 1

        def forward():
            count("forward")
            return lambda: count("backward")

        seconds = torch_ways.samples_of(forward)
        self.assertEqual(calls, {"forward": 1, "backward": len(seconds) + 1})

    def test_without_pytorch_it_says_so_and_ends_with_8(self):
        for peer in (torch_cpu, torch_gpu):
            self.says_that_there_is_none(peer)

    def says_that_there_is_none(self, peer):
        with tempfile.TemporaryDirectory() as scratch, io.StringIO() as said:
            out = os.path.join(scratch, "torch.txt")
            with mock.patch.dict(sys.modules, {"torch": None}), mock.patch.object(sys, "argv", ["", "--out", out]), \
                    contextlib.redirect_stderr(said):
                self.assertEqual(peer.main(), 8)
            self.assertIn("no PyTorch here", said.getvalue())
            self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    unittest.main()
