// attention/tensor_cores/cuda.hpp
//
// The Block of block.hpp in the instructions of CUDA devices from compute capability 8.0 on, and how a kernel
// is launched there. The one file of attention/ that knows CUDA; a build without it has no tensor cores.
#pragma once

#include "attention/tensor_cores/block.hpp"
#include "core/core/require.hpp"

namespace attune::attention::tensor_cores {

#if defined(KOKKOS_ENABLE_CUDA) && defined(__CUDACC__)

inline constexpr bool available = true;

struct CudaBlock {
  char* memory;

  __device__ Index index() const { return blockIdx.x; }
  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ char* shared() const { return memory; }
  __device__ void sync() const { __syncthreads(); }
  __device__ void sync_warp() const { __syncwarp(); }

  __device__ void mma(Sums& c, const Word (&a)[4], Word b0, Word b1) const {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(c.c[0]), "+f"(c.c[1]), "+f"(c.c[2]), "+f"(c.c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
  }

  __device__ void mma_tf32(Sums& c, const Word (&a)[4], Word b0, Word b1) const {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(c.c[0]), "+f"(c.c[1]), "+f"(c.c[2]), "+f"(c.c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
  }
  // The units leave the last 13 bits unread: half of what they stand for makes of that a rounding.
  __device__ Word to_tf32(float x) const { return __float_as_uint(x) + 0x1000u; }

  __device__ static unsigned address(const void* at) {
    return static_cast<unsigned>(__cvta_generic_to_shared(at));
  }
  __device__ void load_matrices(Operand& o, const void* at) const {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(o.r[0]), "=r"(o.r[1]), "=r"(o.r[2]), "=r"(o.r[3])
                 : "r"(address(at))
                 : "memory");
  }
  __device__ void load_matrices_transposed(Operand& o, const void* at) const {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(o.r[0]), "=r"(o.r[1]), "=r"(o.r[2]), "=r"(o.r[3])
                 : "r"(address(at))
                 : "memory");
  }

  __device__ void copy(void* to, const void* from, int bytes) const {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address(to)), "l"(from), "r"(bytes)
                 : "memory");
  }
  __device__ void commit() const { asm volatile("cp.async.commit_group;" ::: "memory"); }
  template <int left> __device__ void wait() const {
    asm volatile("cp.async.wait_group %0;" ::"n"(left) : "memory");
  }

  __device__ float add_over_quad(float x) const {
    x += __shfl_xor_sync(~0u, x, 1);
    return x + __shfl_xor_sync(~0u, x, 2);
  }
  __device__ float largest_of_quad(float x) const {
    x = fmaxf(x, __shfl_xor_sync(~0u, x, 1));
    return fmaxf(x, __shfl_xor_sync(~0u, x, 2));
  }
  // The same number, of which the compiler does not know that.
  __device__ int hidden(int n) const {
    asm volatile("" : "+r"(n));
    return n;
  }
  __device__ bool any(bool yes) const { return __any_sync(~0u, yes) != 0; }
  __device__ Word which(bool yes) const { return __ballot_sync(~0u, yes); }

  __device__ int largest_of_warp(int n) const { return __reduce_max_sync(~0u, n); }

  __device__ float exp2(float x) const {
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
    return power;
  }
  __device__ Word pack(float low, float high) const {
    Word both;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
  }
};

template <class Kernel>
__global__ void __launch_bounds__(Kernel::threads, Kernel::blocks_an_sm) run(const Kernel kernel) {
  extern __shared__ __align__(128) char memory[];
  CudaBlock block{memory};
  kernel(block);
}

inline void require_success(cudaError_t status, const char* what) {
  require(status == cudaSuccess, std::string(what) + ": " + cudaGetErrorString(status));
}

template <class Kernel> void launch(const char* label, Index blocks, const Kernel& kernel) {
  if (blocks == 0) return;
  require(blocks < Index(1) << 31, "a grid of fewer than 2^31 blocks");
  Kokkos::Profiling::pushRegion(label);
  const auto bytes = kernel.shared_bytes();
  require_success(
      cudaFuncSetAttribute(run<Kernel>, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
      label);
  run<Kernel><<<static_cast<unsigned>(blocks), Kernel::threads, bytes, Device().cuda_stream()>>>(kernel);
  require_success(cudaGetLastError(), label);
  Kokkos::Profiling::popRegion();
}

struct OnDevice {
  template <class Kernel> void operator()(const char* label, Index blocks, const Kernel& kernel) const {
    launch(label, blocks, kernel);
  }
};

// Has the device of this process what the kernels need?
inline bool present() { return Device().cuda_device_prop().major >= 8; }

#else

inline constexpr bool available = false;
struct OnDevice {
  template <class Kernel> void operator()(const char* label, Index, const Kernel&) const {
    require(false, std::string(label) + " runs on a device with tensor cores");
  }
};
inline bool present() { return false; }

#endif

}  // namespace attune::attention::tensor_cores
