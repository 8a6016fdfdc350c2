// bench/dense_biases.hpp
//
// The arrays of dense attention, and the biases that it is timed with: each as the operator takes it, and as
// a function on the host that shares nothing with it.
#pragma once

#include <algorithm>
#include <functional>

#include "attention/bias/bucket.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/dense.hpp"
#include "bench/arrays.hpp"

namespace attune::bench {

namespace dense = attention::dense;
namespace bias = attention::bias;
using attention::Full;
using attention::on_host_copy;

inline constexpr Index dense_heads = on_host ? 2 : 32;  // enough blocks for every multiprocessor of a device
inline constexpr Index buckets = 32;

template <class Scalar> struct DenseArrays {
  View4<Scalar> q, k, v, o;
  View3<Scalar> lse;

  DenseArrays(Index n, Index d)
      : q(random_array<View4<Scalar>>(1, 1, dense_heads, n, d)),
        k(random_array<View4<Scalar>>(2, 1, dense_heads, n, d)),
        v(random_array<View4<Scalar>>(3, 1, dense_heads, n, d)),
        o("bench::o", 1, dense_heads, n, d),
        lse("bench::lse", 1, dense_heads, n) {}
  dense::Inputs<Scalar> inputs() const { return {q, k, v}; }
  dense::Outputs<Scalar> outputs() const { return {o, lse}; }
};

// The number that a pair's score gets, read on the host by code that shares nothing with the bias.
template <class Scalar> using BiasOf = std::function<Scalar(Index h, Index i, Index j)>;

template <class Scalar> struct Biased {
  std::function<void(const DenseArrays<Scalar>&)> forward;
  BiasOf<Scalar> at;
};

template <class Scalar, class Bias> Biased<Scalar> biased(const Bias& kind, const BiasOf<Scalar>& at) {
  return {[kind](const DenseArrays<Scalar>& x) { dense::forward(x.inputs(), kind, Full{}, x.outputs()); },
          at};
}

template <class Scalar> Biased<Scalar> no_bias(Index) {
  return {[](const DenseArrays<Scalar>& x) {
            dense::forward(x.inputs(), bias::None<Scalar>{}, Full{}, x.outputs());
          },
          [](Index, Index, Index) { return Scalar(0); }};
}

// A table over the differences of a square grid; with a reach, on a periodic one.
template <class Scalar> Biased<Scalar> relative_bias(Index tokens, bool window) {
  Index side = 1;
  while (side * side < tokens) ++side;
  constexpr Index reach = 7;
  const bias::Grid grid({1, side, side}, {1, side, side}, {false, window, window});
  const bias::Offsets offsets = window ? bias::Offsets(grid, {0, reach, reach}) : bias::Offsets(grid);
  const auto theta = random_array<View2<Scalar>>(4, dense_heads, offsets.count());
  const auto host = on_host_copy(theta);
  const auto along = [=](Index from, Index to) {
    Index d = to - from;
    if (!window) return d + side - 1;
    if (2 * d > side) d -= side;
    if (2 * d <= -side) d += side;
    const Index most = std::min(reach, side / 2), least = std::min(reach, (side - 1) / 2);
    return std::clamp(d, -least, most) + least;
  };
  const Index row = window ? std::min(reach, side / 2) + std::min(reach, (side - 1) / 2) + 1 : 2 * side - 1;
  return biased<Scalar>(bias::Relative<Scalar>(theta, offsets), [=](Index h, Index i, Index j) {
    return host(h, along(i / side, j / side) * row + along(i % side, j % side));
  });
}

struct FillBuckets {
  View3<std::uint8_t> index;
  KOKKOS_FUNCTION void operator()(Index n) const {
    index.data()[n] = static_cast<std::uint8_t>(
        Random{20260131, 5}.words(static_cast<std::uint64_t>(n), 0).first % buckets);
  }
};

template <class Scalar> Biased<Scalar> bucket_bias(Index tokens) {
  const View3<std::uint8_t> index("bench::buckets", 1, tokens, tokens);
  Kokkos::parallel_for(
      "bench::fill_buckets",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, static_cast<Index>(index.size())),
      FillBuckets{index});
  const auto theta = random_array<View2<Scalar>>(4, dense_heads, buckets);
  const auto host = on_host_copy(theta);
  const auto host_index = on_host_copy(index);
  return biased<Scalar>(bias::bucket<Scalar>(theta, index),
                        [=](Index h, Index i, Index j) { return host(h, host_index(0, i, j)); });
}

template <class Scalar> Biased<Scalar> tensor_bias(Index tokens) {
  const auto numbers = random_array<View4<Scalar>>(4, 1, 1, tokens, tokens);
  const auto host = on_host_copy(numbers);
  return biased<Scalar>(bias::Tensor<Scalar>(numbers),
                        [=](Index, Index i, Index j) { return host(0, 0, i, j); });
}

}  // namespace attune::bench
