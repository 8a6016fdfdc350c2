// experiments/kernels/parts/bias_subjects.cpp
//
// Dense attention under the biases that have parameters; tokens lie on an open row of cells.
#include "attention/bias/bucket.hpp"
#include "attention/bias/monotone.hpp"
#include "attention/bias/radial.hpp"
#include "attention/bias/relative.hpp"
#include "attention/bias/spectral.hpp"
#include "experiments/kernels/parts/dense_subject.hpp"
#include "experiments/kernels/parts/dense_subjects.hpp"

namespace attune::experiments::kernels {
namespace {

namespace bias = attention::bias;

constexpr Index heads = DenseArrays<double>::heads, batches = DenseArrays<double>::batches;

bias::Grid row_of_cells(Index tokens) { return {{1, 1, tokens}, {1, 1, tokens}}; }

struct Relative {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const bias::Offsets offsets(row_of_cells(size.tokens));
    const auto table = draw.normal<View2<Scalar>>(6, 1, heads, offsets.count());
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw), bias::Relative<Scalar>(table, offsets));
  }
};

struct Monotone {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const auto rates = draw.positive<View2<Scalar>>(6, heads, 1);
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw),
                        bias::Monotone<Scalar>(rates, row_of_cells(size.tokens)));
  }
};

struct Spectral {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const auto parameters = draw.positive<View2<Scalar>>(6, heads, 2);
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw),
                        bias::Spectral<Scalar>(parameters, row_of_cells(size.tokens)));
  }
};

// A byte below `buckets` for every pair.
View3<const std::uint8_t> random_bytes(Index tokens, std::uint64_t buckets, std::uint32_t seed) {
  const View3<std::uint8_t> index("kernels::index", batches, tokens, tokens);
  const auto host = Kokkos::create_mirror_view(index);
  for (std::size_t n = 0; n < host.size(); ++n)
    host.data()[n] = static_cast<std::uint8_t>(Random{seed, 20}.words(n, 0).first % buckets);
  Kokkos::deep_copy(index, host);
  return index;
}

struct Bucket {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    constexpr Index buckets = 9;
    const auto table = draw.normal<View2<Scalar>>(6, 1, heads, buckets);
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw),
                        bias::bucket<Scalar>(table, random_bytes(size.tokens, buckets, draw.seed)));
  }
};

struct Radial {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const auto basis = bias::Gaussians::spaced(0, 4, 12);
    const auto weights = draw.normal<View2<Scalar>>(6, 1, heads, Index(12));
    const auto distances = draw.positive<View4<Scalar>>(7, batches, 1, size.tokens, size.tokens);
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw),
                        bias::Radial<Scalar>(weights, bias::Tensor<Scalar>(distances), basis));
  }
};

}  // namespace

Passes dense_relative(Computation which, const Size& size, const Draw& draw) {
  return compute<Relative>(which, size, draw);
}
Passes dense_monotone(Computation which, const Size& size, const Draw& draw) {
  return compute<Monotone>(which, size, draw);
}
Passes dense_spectral(Computation which, const Size& size, const Draw& draw) {
  return compute<Spectral>(which, size, draw);
}
Passes dense_bucket(Computation which, const Size& size, const Draw& draw) {
  return compute<Bucket>(which, size, draw);
}
Passes dense_radial(Computation which, const Size& size, const Draw& draw) {
  return compute<Radial>(which, size, draw);
}

}  // namespace attune::experiments::kernels
