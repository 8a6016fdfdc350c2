# packaging/spack/package.py: a Spack recipe for Attune from this checkout; packaging/README.md says how to use it.
from spack_repo.builtin.build_systems.cmake import CMakePackage
from spack_repo.builtin.build_systems.cuda import CudaPackage
from spack_repo.builtin.build_systems.rocm import ROCmPackage

from spack.package import *


class Attune(CMakePackage, CudaPackage, ROCmPackage):
    """Attention operators in distributed scientific simulation, beside the classical methods, checked against theory."""

    license("Apache-2.0 WITH LLVM-exception")

    version("0.1.0")

    variant("openmp", default=True, description="Threads on the processor")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")

    depends_on("kokkos@4.6:")
    depends_on("kokkos+openmp", when="+openmp")
    depends_on("mpi@3.1:")
    depends_on("hdf5@1.10.8:+mpi")
    depends_on("eigen@3.4:3")
    depends_on("fftw@3.3:")
    depends_on("libpng@1.6:")
    depends_on("tomlplusplus@3.3:")
    depends_on("cli11@2.1:")
    depends_on("fmt@9.1:")
    depends_on("xxhash@0.8:")
    depends_on("catch2@3:", type="test")
    depends_on("random123@1.14:", type="test")

    for arch in CudaPackage.cuda_arch_values:
        depends_on(f"kokkos+cuda+cuda_lambda cuda_arch={arch}", when=f"+cuda cuda_arch={arch}")
    for arch in ROCmPackage.amdgpu_targets:
        depends_on(f"kokkos+rocm amdgpu_target={arch}", when=f"+rocm amdgpu_target={arch}")

    # Figures and the report; the command itself never starts Python.
    depends_on("python@3.11:", type="run")
    depends_on("py-numpy", type="run")
    depends_on("py-h5py", type="run")
    depends_on("py-matplotlib", type="run")
    depends_on("py-jinja2", type="run")

    generator("ninja")

    def setup_run_environment(self, env):
        env.prepend_path("PYTHONPATH", self.prefix.share.attune)  # python3 -m analysis

    def cmake_args(self):
        # Spack's compiler wrappers choose the instruction set from the spec's target.
        args = [self.define("ATTUNE_NATIVE", False), self.define("ATTUNE_TESTS", self.run_tests)]
        if self.spec.satisfies("+rocm"):
            args.append(self.define("CMAKE_CXX_COMPILER", self.spec["hip"].hipcc))
        return args
