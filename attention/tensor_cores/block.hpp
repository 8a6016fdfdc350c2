// attention/tensor_cores/block.hpp
//
// The machine that the kernels of this folder are written for: a block of `threads` threads in warps of 32,
// shared memory, and matrix units that take 16 x 8 x 16 products of a warp. A kernel is
//
//   struct Kernel { static constexpr int threads, blocks_an_sm;  std::size_t shared_bytes() const;
//                   template <class Block> KOKKOS_FUNCTION void operator()(Block&) const; }
//
// and a Block offers
//
//   index() thread() shared()               this block, this thread, the block's shared memory
//   sync() sync_warp()                      barriers
//   mma(c, a, b)                            c += a b, a (16 x 16), b (16 x 8) bfloat16, c float; fragments below
//   mma_tf32(c, a, b)                       the same of floats read as tf32, a (16 x 8), b (8 x 8)
//   load_matrices(r, at)                    four 8 x 8 matrices of 16-bit numbers: lane l names row l % 8 of
//                                           matrix l / 8, and gets numbers (l / 4, 2 (l % 4) + {0, 1}) of each
//   load_matrices_transposed(r, at)         the same of the transposed matrices
//   copy(to, from, bytes)                   16 bytes into shared memory, `bytes` of them read and the rest 0,
//   commit() wait<n>()                      which have arrived once all but the last n commits are waited for
//   add_over_quad(x) largest_of_quad(x)     over the four lanes that hold one row of a fragment
//   any(yes) largest_of_warp(n)             over the warp
//   which(yes)                              bit l: what lane l says
//   hidden(n)                               n, but the compiler does not know that
//   exp2(x) pack(low, high)                 2^x; two numbers rounded to bfloat16, as mma takes them
//   to_tf32(x)                              a float rounded to 10 bits of fraction, as mma_tf32 takes it
//
// Two machines stand behind it: cuda.hpp, in the instructions of the device, and an emulated one with which
// the tests run the same kernels on a processor, with copies that arrive as late as they may and threads that
// run in any order.
//
// Fragments (lane = 4 g + t): c[e] is (g + 8 (e / 2), 2 t + e % 2); a[n] holds (g + 8 (n % 2), 2 t + {0, 1} + 8
// (n / 2)); b[n] holds (2 t + {0, 1} + 8 n, g). So two c of 16 x 8, packed, are an a of 16 x 16. Of tf32 a[n] holds
// (g + 8 (n % 2), t + 4 (n / 2)), b[n] (t + 4 n, g): a c is an a of 16 x 8 whose columns 2 t, 2 t + 1 go by t, t + 4.
//
// Source   PTX ISA 8.0 [ptx], mma.m16n8k16, ldmatrix, cp.async
#pragma once

#include "core/core/bfloat16.hpp"
#include "core/core/simd_machine.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tensor_cores {

inline constexpr int warp_size = 32;
using Word = std::uint32_t;  // two bfloat16

// A 16 x 16 operand of a warp: one a, or two b side by side.
struct Operand {
  Word r[4];
};

// 16 x 8 sums of a warp.
struct Sums {
  float c[4] = {0, 0, 0, 0};
};

// Where a thread's numbers of a fragment lie.
template <class Block> KOKKOS_FUNCTION int lane_of(const Block& block) { return block.thread() % warp_size; }
template <class Block> KOKKOS_FUNCTION int warp_of(const Block& block) { return block.thread() / warp_size; }
KOKKOS_INLINE_FUNCTION int row_of(unsigned lane, int e) { return static_cast<int>(lane / 4) + 8 * (e / 2); }
KOKKOS_INLINE_FUNCTION int column_of(unsigned lane, int e) { return 2 * static_cast<int>(lane % 4) + e % 2; }

}  // namespace attune::attention::tensor_cores
