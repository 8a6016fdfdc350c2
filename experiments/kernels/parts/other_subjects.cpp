// experiments/kernels/parts/other_subjects.cpp
//
// What has the shape of dense attention: sparsemax in the place of softmax, and the second derivatives.
#include "attention/dense/double_backward_kernels.hpp"
#include "attention/dense/double_backward_reference.hpp"
#include "attention/sparsemax/reference.hpp"
#include "attention/sparsemax/sparsemax.hpp"
#include "experiments/kernels/parts/dense_subject.hpp"
#include "experiments/kernels/parts/dense_subjects.hpp"

namespace attune::experiments::kernels {
namespace {

namespace bias = attention::bias;
namespace dense = attention::dense;

struct Sparsemax {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const DenseArrays<Scalar> x(size, draw);
    const attention::sparsemax::Outputs<Scalar> out{x.o, x.lse};
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        attention::sparsemax::forward(x.inputs(), bias::None<Scalar>{}, attention::Full{}, out);
        return {{numbers(x.o), numbers(x.lse)}, {}};
      }
    attention::sparsemax::reference::forward(x.inputs(), bias::None<Scalar>{}, attention::Full{}, out);
    return {{numbers(x.o), numbers(x.lse)}, {}};
  }
};

// With a bias in memory. The first forward belongs to the computation: its l is what the second derivatives
// are made from.
struct DoubleBackward {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const DenseArrays<Scalar> x(size, draw);
    const auto pairs = [&](std::uint32_t stream) {
      return draw.normal<View4<Scalar>>(stream, 1, 1, x.heads, size.tokens, size.tokens);
    };
    const bias::Tensor<Scalar> tensor(pairs(6));
    const auto u_q = draw.normal<View4<Scalar>>(8, 1, x.batches, x.heads, size.tokens, size.width),
               u_k = draw.normal<View4<Scalar>>(9, 1, x.batches, x.groups, size.tokens, size.width),
               u_v = draw.normal<View4<Scalar>>(10, 1, x.batches, x.groups, size.tokens, size.width);
    const dense::DoubleUpstream<Scalar> up{{x.o, x.lse, x.d_o}, u_q, u_k, u_v, pairs(11)};
    const dense::DoubleGradients<Scalar> g{shaped_as(x.q), shaped_as(x.k), shaped_as(x.v), shaped_as(x.d_o),
                                           View4<Scalar>("kernels::array", tensor.values.layout())};
    gradients(kernel, x, tensor, up, g);
    return {{}, {numbers(g.d_q), numbers(g.d_k), numbers(g.d_v), numbers(g.d_d_o), numbers(g.d_pairs)}};
  }

  template <class Scalar>
  static void gradients(bool kernel, const DenseArrays<Scalar>& x, const bias::Tensor<Scalar>& tensor,
                        const dense::DoubleUpstream<Scalar>& up, const dense::DoubleGradients<Scalar>& g) {
    const dense::Outputs<Scalar> out{x.o, x.lse};
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        dense::forward(x.inputs(), tensor, attention::Full{}, out);
        return dense::double_backward(x.inputs(), tensor, attention::Full{}, up, g);
      }
    dense::reference::forward(x.inputs(), tensor, attention::Full{}, out);
    dense::reference::double_backward(x.inputs(), tensor, attention::Full{}, up, g);
  }
};

}  // namespace

Passes sparsemax(Computation which, const Size& size, const Draw& draw) {
  return compute<Sparsemax>(which, size, draw);
}
Passes second_derivatives(Computation which, const Size& size, const Draw& draw) {
  return compute<DoubleBackward>(which, size, draw);
}

}  // namespace attune::experiments::kernels
