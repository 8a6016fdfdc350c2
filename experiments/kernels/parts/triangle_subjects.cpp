// experiments/kernels/parts/triangle_subjects.cpp
#include "experiments/kernels/parts/triangle_subjects.hpp"

#include "attention/triangle/attention.hpp"
#include "attention/triangle/attention_reference.hpp"
#include "attention/triangle/multiply.hpp"
#include "attention/triangle/multiply_reference.hpp"

namespace attune::experiments::kernels {
namespace {

namespace triangle = attention::triangle;

constexpr Index batches = 1, heads = 2;

// A third of the pairs is masked.
View3<const std::uint8_t> mask_of(Index n) {
  const View3<std::uint8_t> mask("kernels::mask", batches, n, n);
  const auto host = Kokkos::create_mirror_view(mask);
  for (std::size_t pair = 0; pair < host.size(); ++pair) host.data()[pair] = pair % 3 == 1 ? 0 : 1;
  Kokkos::deep_copy(mask, host);
  return mask;
}

template <class Node> struct Attention {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    const Index n = size.tokens, d = size.width;
    const auto pairs = [&](std::uint32_t stream) {
      return draw.normal<View5<Scalar>>(stream, 1, batches, n, n, heads, d);
    };
    const auto q = pairs(1), k = pairs(2), v = pairs(3), d_o = pairs(4), gate = pairs(5);
    const auto bias = draw.normal<View4<Scalar>>(6, 1, batches, heads, n, n);
    const triangle::Inputs<Scalar> in{q, k, v, bias, gate, mask_of(n)};
    const triangle::Outputs<Scalar> out{shaped_as(q), View4<Scalar>("kernels::lse", batches, n, n, heads)};
    const triangle::Gradients<Scalar> g{shaped_as(q), shaped_as(k), shaped_as(v), shaped_as(bias),
                                        shaped_as(gate)};
    passes(kernel, in, out, {out.o, out.lse, d_o}, g);
    return {{numbers(out.o), numbers(out.lse)},
            {numbers(g.d_q), numbers(g.d_k), numbers(g.d_v), numbers(g.d_bias), numbers(g.d_gate)}};
  }

  template <class Scalar>
  static void passes(bool kernel, const triangle::Inputs<Scalar>& in, const triangle::Outputs<Scalar>& out,
                     const triangle::Upstream<Scalar>& up, const triangle::Gradients<Scalar>& g) {
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        triangle::forward(in, Node{}, out);
        return triangle::backward(in, Node{}, up, g);
      }
    triangle::reference::forward(in, Node{}, out);
    triangle::reference::backward(in, Node{}, up, g);
  }
};

template <class Form> struct Multiplication {
  template <class Scalar> static Passes run(bool kernel, const Size& size, const Draw& draw) {
    namespace op = triangle::multiply;
    const auto pairs = [&](std::uint32_t stream) {
      return draw.normal<View4<Scalar>>(stream, 1, batches, size.tokens, size.tokens, size.width);
    };
    const auto a = pairs(1), b = pairs(2), d_o = pairs(4);
    const op::Inputs<Scalar> in{a, b};
    const op::Outputs<Scalar> out{shaped_as(a)};
    const op::Gradients<Scalar> g{shaped_as(a), shaped_as(b)};
    if constexpr (has_kernel<Scalar>)
      if (kernel) {
        op::forward(in, Form{}, out);
        op::backward(in, Form{}, {d_o}, g);
        return {{numbers(out.o)}, {numbers(g.d_a), numbers(g.d_b)}};
      }
    op::reference::forward(in, Form{}, out);
    op::reference::backward(in, Form{}, {d_o}, g);
    return {{numbers(out.o)}, {numbers(g.d_a), numbers(g.d_b)}};
  }
};

}  // namespace

Passes triangle_starting(Computation which, const Size& size, const Draw& draw) {
  return compute<Attention<triangle::Starting>>(which, size, draw);
}
Passes triangle_ending(Computation which, const Size& size, const Draw& draw) {
  return compute<Attention<triangle::Ending>>(which, size, draw);
}
Passes triangle_outgoing(Computation which, const Size& size, const Draw& draw) {
  return compute<Multiplication<triangle::multiply::Outgoing>>(which, size, draw);
}
Passes triangle_incoming(Computation which, const Size& size, const Draw& draw) {
  return compute<Multiplication<triangle::multiply::Incoming>>(which, size, draw);
}

}  // namespace attune::experiments::kernels
