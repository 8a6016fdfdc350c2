// experiments/kernels/parts/dense_subjects.cpp
#include "experiments/kernels/parts/dense_subjects.hpp"

#include "experiments/kernels/parts/dense_subject.hpp"

namespace attune::experiments::kernels {
namespace {

namespace bias = attention::bias;

struct Plain {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw), bias::None<Scalar>{});
  }
};

// A bias that the batches share, as over the rows of a pair representation.
struct Shared {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const auto values =
        draw.normal<View4<Scalar>>(6, 1, 1, DenseArrays<Scalar>::heads, size.tokens, size.tokens);
    return dense_passes(kernel, DenseArrays<Scalar>(size, draw), bias::Tensor<Scalar>(values));
  }
};

}  // namespace

Passes dense_plain(Computation which, const Size& size, const Draw& draw) {
  return compute<Plain>(which, size, draw);
}
Passes dense_shared_bias(Computation which, const Size& size, const Draw& draw) {
  return compute<Shared>(which, size, draw);
}

}  // namespace attune::experiments::kernels
