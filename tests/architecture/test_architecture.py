"""Holds the tree against the rules of rules.py, and the rules against trees that break them.

usage: test_architecture.py ROOT"""
import os
import sys
import tempfile
import unittest

import rules

ROOT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../..")


class TheTree(unittest.TestCase):
    def check(self, rule):
        faults = list(rule(ROOT))
        self.assertFalse(faults, "\n" + "\n".join(faults))

    def test_includes_follow_the_direction_of_dependency(self):
        self.check(rules.dependency_faults)

    def test_mpi_and_hdf5_are_included_only_where_they_belong(self):
        self.check(rules.library_faults)

    def test_no_bare_floating_sums_no_virtual_no_condition_on_mpi(self):
        self.check(rules.code_faults)

    def test_words_of_one_device_stand_only_where_they_belong(self):
        self.check(rules.device_faults)

    def test_no_intentions_and_no_names_of_machines(self):
        self.check(rules.word_faults)

    def test_every_experiment_has_its_source_deck_and_script(self):
        self.check(rules.registry_faults)
        self.assertTrue(rules.registered(ROOT))

    def test_lengths_are_told(self):
        for warning in rules.length_warnings(ROOT):
            print("warning:", warning)


# A path, its text, and a word of the fault that must be found.
BROKEN = [
    ("core/core/a.hpp", '#include "core/domain/domain.hpp"', "core/domain"),
    ("core/domain/a.hpp", '#include "core/results/results.hpp"', "core/results"),
    ("core/deck/a.hpp", '#include "attention/softmax.hpp"', "attention"),
    ("attention/a.hpp", '#include "solvers/heat/ftcs.hpp"', "solvers"),
    ("attention/a.hpp", '#include "core/domain/domain.hpp"', "core/domain"),
    ("solvers/heat/a.cpp", '  #  include "attention/softmax.hpp"', "attention"),
    ("bench/a.cpp", '#include "core/results/results.hpp"', "core/results"),
    ("attention/a.hpp", '#include "bench/case.hpp"', "bench"),
    ("training/a.cpp", '#include "solvers/heat/ftcs.hpp"', "solvers"),
    ("solvers/heat/a.cpp", '#include "tests/support/fields.hpp"', "tests"),
    ("solvers/heat/a.cpp", '#include "../heat/ftcs.hpp"', "root"),
    ("experiments/heat/a.cpp", '#include "experiments/heat/b.hpp"', "experiments/heat/b"),
    ("experiments/heat/a.cpp", '#include "experiments/traffic/parts/b.hpp"', "experiments/traffic"),
    ("experiments/heat/parts/a.cpp", '#include "experiments/command/show.hpp"', "command"),
    ("experiments/heat/a.cpp", '#include "experiments/registry.hpp"', "include experiments/registry"),
    ("examples/outside/a.cpp", '#include "experiments/experiment.hpp"', "experiments"),
    ("training/a.cpp", '#include "examples/outside/a.hpp"', "examples"),
    ("solvers/heat/a.cpp", "#include <mpi.h>", "mpi.h"),
    ("experiments/heat/a.cpp", "#include <hdf5.h>", "hdf5.h"),
    ("core/domain/a.cpp", "MPI_Allreduce(a, b, 1, MPI_DOUBLE, MPI_SUM, ranks);", "sum.hpp"),
    ("solvers/heat/a.cpp", 'Kokkos::parallel_reduce("label", n, f, sum);', "sum.hpp"),
    ("solvers/heat/a.cpp", "#pragma omp parallel for reduction(+ : sum)", "Kokkos"),
    ("core/domain/a.cpp", "#if defined(ATTUNE_HAS_MPI)", "MPI"),
    ("attention/a.hpp", "struct A { virtual void f(); };", "virtual"),
    ("attention/a.hpp", "#include <cuda_runtime.h>", "CUDA"),
    ("attention/tensor_cores/a.hpp", "#if defined(__CUDA_ARCH__)", "CUDA"),
    ("bench/a.cpp", "__global__ void f();", "CUDA"),
    ("solvers/heat/a.cpp", "using Here = Kokkos::Cuda;", "CUDA"),
    ("attention/tensor_cores/cuda.hpp", "hipError_t error;", "HIP"),
    ("attention/a.hpp", 'asm volatile("");', "asm"),
    ("docs/a.md", "TO" + "DO: more", "intention"),
    ("scripts/a", "cd /home/" + "me/attune", "machine"),
    ("experiments/heat/a.cpp", "", "no row"),
    ("inputs/heat/b.toml", "", "no row"),
]

SOUND = [
    ("solvers/heat/a.cpp", '#include "core/domain/domain.hpp"\n#include <cmath>\n// a virtual cell, TO_DO_list\n'),
    ("core/domain/a.cpp", "#include <mpi.h>\nMPI_Allreduce(a, b, 1, MPI_INT64_T, MPI_SUM, ranks);"),
    ("attention/tensor_cores/cuda.hpp", '__device__ void f() { asm volatile(""); }'),
    ("training/layers/matmul_hip.cpp", "#include <hipblas/hipblas.h>\nhipblasHandle_t handle;"),
    ("attention/a.hpp", '// CUDA and HIP alike\n#include "attention/tensor_cores/cuda.hpp"\nint ship_CHIPS, asmara;'),
    ("core/core/sum.hpp", "Kokkos::parallel_reduce(label, n, f, sum);"),
    ("core/results/a.cpp", '#include <hdf5.h>\nthrow Fault("a virtual data set");\nauto x = R"(virtual)";'),
    ("experiments/command/a.cpp", '#include "experiments/registry.hpp"\n#include "experiments/command/b.hpp"'),
    ("experiments/heat/parts/a.cpp", '#include "experiments/heat/parts/b.hpp"\n#include "experiments/data_path.hpp"'),
]


class TheRules(unittest.TestCase):
    def faults(self, path, text):
        with tempfile.TemporaryDirectory() as root:
            for name, content in (("experiments/registry.cpp", ""), (path, text)):
                os.makedirs(os.path.join(root, os.path.dirname(name)), exist_ok=True)
                with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                    file.write(content)
            return [fault for rule in rules.RULES for fault in rule(root)]

    def test_a_broken_tree_is_caught(self):
        for path, text, word in BROKEN:
            with self.subTest(path=path, text=text):
                faults = self.faults(path, text)
                self.assertEqual(len([fault for fault in faults if word in fault]), 1, faults)

    def test_a_sound_tree_is_not(self):
        for path, text in SOUND:
            with self.subTest(path=path):
                self.assertEqual(self.faults(path, text), [])

    def test_a_row_without_deck_and_script_is_caught(self):
        faults = self.faults("experiments/registry.cpp", 'Experiment{"heat/a", "Why?", &heat::a}')
        self.assertEqual(len(faults), 3, faults)

    def test_a_deck_without_smoke_scale_is_caught(self):
        faults = self.faults("inputs/heat/a.toml", 'experiment = "heat/a"')
        self.assertEqual(len(faults), 1, faults)


if __name__ == "__main__":
    unittest.main()
