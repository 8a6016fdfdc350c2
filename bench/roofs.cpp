// bench/roofs.cpp
#include "bench/roofs.hpp"

#include <Kokkos_Timer.hpp>
#include <algorithm>

#include "attention/tensor_cores/cuda.hpp"
#include "core/core/simd.hpp"

namespace attune::bench {
namespace {

// Chains of one thread: a register each, beside the two operands.
constexpr int chains = simd::registers >= 32 ? 24 : 12;

template <class Scalar> struct Chains {
  Index steps;
  View1<Scalar> ends;

  void operator()(Index thread) const {
    using Vector = simd::Vector<Scalar>;
    const Vector a = simd::splat(Scalar(0.999)), b = simd::splat(Scalar(0.001));
    Vector x[chains];
#pragma GCC unroll 32
    for (int c = 0; c < chains; ++c) x[c] = simd::splat(Scalar(c) + Scalar(thread));
    for (Index step = 0; step < steps; ++step)
#pragma GCC unroll 32
      for (int c = 0; c < chains; ++c) x[c] = simd::multiply_add(x[c], a, b);
    Vector sum = x[0];
    for (int c = 1; c < chains; ++c) sum = sum + x[c];
    ends(thread) = simd::total<Scalar>(sum);
  }
};

template <class Scalar> struct DeviceChains {
  Index steps;
  View1<Scalar> ends;

  KOKKOS_FUNCTION void operator()(Index thread) const {
    Scalar x[8] = {0, 1, 2, 3, 4, 5, 6, Scalar(thread)};
    for (Index step = 0; step < steps; ++step)
      for (Scalar& chain : x) chain = Kokkos::fma(chain, Scalar(0.999), Scalar(0.001));
    ends(thread) = x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7];
  }
};

// [flop/s] of one probe.
template <class Scalar> double probe() {
  constexpr Index steps = on_host ? 2000000 : 4096;
  const Index threads = on_host ? static_cast<Index>(Device().concurrency()) : Index(1) << 20;
  const View1<Scalar> ends("bench::ends", static_cast<std::size_t>(threads));
  const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> each(0, threads);
  const Kokkos::Timer timer;
  double flops = 2.0 * static_cast<double>(steps * threads);
  if constexpr (on_host) {
    Kokkos::parallel_for("bench::chains", each, Chains<Scalar>{steps, ends});
    flops *= chains * simd::width<Scalar>;
  } else {
    Kokkos::parallel_for("bench::chains", each, DeviceChains<Scalar>{steps, ends});
    flops *= 8;
  }
  Kokkos::fence("bench::probe");
  return flops / timer.seconds();
}

// Chains of products of a warp on matrix units.
struct MatrixChains {
  static constexpr int threads = 256, blocks_an_sm = 2, chains_of_warp = 8, steps = 4096;
  View1<float> ends;

  std::size_t shared_bytes() const { return 0; }
  template <class Block> KOKKOS_FUNCTION void operator()(Block& block) const {
    attention::tensor_cores::Sums sums[chains_of_warp];
    const auto word = static_cast<attention::tensor_cores::Word>(block.hidden(0));
    const attention::tensor_cores::Operand a{{word, word, word, word}};
    for (int step = 0; step < steps; ++step) {
      ATTUNE_UNROLL
      for (auto& chain : sums) block.mma(chain, a.r, word, word);
    }
    float end = 0;
    ATTUNE_UNROLL
    for (const auto& chain : sums) end += chain.c[0] + chain.c[1] + chain.c[2] + chain.c[3];
    ends(block.index() * threads + block.thread()) = end;
  }
};

// Of bfloat16: of the matrix units, or, where there are none, of the floats that widened numbers are.
template <> double probe<Bfloat16>() {
  if (attention::tensor_cores::present()) {
    constexpr Index blocks = 2048;
    constexpr int warps = MatrixChains::threads / attention::tensor_cores::warp_size;
    const View1<float> ends("bench::ends", static_cast<std::size_t>(blocks * MatrixChains::threads));
    Kokkos::fence("bench::probe");
    const Kokkos::Timer timer;
    attention::tensor_cores::OnDevice{}("bench::matrix_chains", blocks, MatrixChains{ends});
    Kokkos::fence("bench::probe");
    return 2.0 * 16 * 8 * 16 * MatrixChains::chains_of_warp * MatrixChains::steps * warps * double(blocks) /
           timer.seconds();
  }
  return probe<float>();
}

constexpr Index entries_of_block = on_host ? 4096 : 1;

template <Stores stores> struct Triad {
  double *a, *b, *c;

  KOKKOS_FUNCTION void operator()(Index block) const {
    const Index first = block * entries_of_block;
    if constexpr (on_host && stores == Stores::streaming) {
      const auto factor = simd::splat(3.0);
      for (Index n = first; n < first + entries_of_block; n += simd::width<double>)
        simd::stream(a + n, simd::multiply_add(factor, simd::load(c + n), simd::load(b + n)));
    } else {
      for (Index n = first; n < first + entries_of_block; ++n) a[n] = b[n] + 3.0 * c[n];
    }
  }
};

template <Stores stores> double pass(const Triad<stores>& triad, Index blocks) {
  const Kokkos::Timer timer;
  Kokkos::parallel_for("bench::triad", Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, blocks),
                       triad);
  Kokkos::fence("bench::triad");
  return 24.0 * static_cast<double>(blocks * entries_of_block) / timer.seconds();
}

View1<double> array(double bytes) {
  const auto blocks = static_cast<std::size_t>(bytes / (8 * entries_of_block)) + 1;
  return View1<double>("bench::triad", blocks * entries_of_block);
}

}  // namespace

Roofs::Roofs(double bytes_of_an_array)
    : a(array(bytes_of_an_array)), b(array(bytes_of_an_array)), c(array(bytes_of_an_array)) {}

double Roofs::peak(const std::string& precision) const {
  double best = 0;
  const auto probe_once = [&] {
    return precision == "float"    ? probe<float>()
           : precision == "double" ? probe<double>()
                                   : probe<Bfloat16>();
  };
  for (int n = 0; n < 3; ++n) best = std::max(best, probe_once());
  return best;
}

double Roofs::bandwidth(Stores stores) const {
  const Index blocks = static_cast<Index>(a.size()) / entries_of_block;
  double best = 0;
  for (int n = 0; n < 2; ++n)
    best = std::max(best, stores == Stores::streaming
                              ? pass(Triad<Stores::streaming>{a.data(), b.data(), c.data()}, blocks)
                              : pass(Triad<Stores::plain>{a.data(), b.data(), c.data()}, blocks));
  return best;
}

}  // namespace attune::bench
