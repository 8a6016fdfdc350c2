// tests/attention/tensor_cores/triangle_problem.hpp
//
// Triangle attention whose pair arrays are numbers of bfloat16, and the yardstick of kernels that round: plain loops in
// float that round the weights, the gradients of scores and below the gate, and what is stored.
#pragma once

#include "tests/attention/tensor_cores/rounded_loops.hpp"
#include "tests/attention/triangle/problem.hpp"

namespace attune::test {

template <class View> View in_bfloat16(const View& x) {
  auto numbers = values(x);
  for (double& number : numbers) number = Bfloat16(static_cast<float>(number));
  const View to("rounded", x.layout());
  assign(to, numbers);
  return to;
}

template <class Node> TriangleProblem<float> rounded_triangles(const triangle::Shape& s, const Node& node) {
  const auto x = random_triangles(s, node);
  return {in_bfloat16(x.q),
          in_bfloat16(x.k),
          in_bfloat16(x.v),
          in_bfloat16(x.gate),
          in_bfloat16(x.d_o),
          x.bias,
          x.mask};
}

inline triangle::Inputs<Bfloat16> rounded_inputs(const TriangleProblem<float>& x) {
  return {converted<View5<Bfloat16>>(x.q),    converted<View5<Bfloat16>>(x.k),
          converted<View5<Bfloat16>>(x.v),    x.bias,
          converted<View5<Bfloat16>>(x.gate), x.mask};
}

struct RoundedTriangles {
  View5<Bfloat16> o;
  View4<float> lse;
  explicit RoundedTriangles(const TriangleProblem<float>& x)
      : o("o", x.v.layout()), lse("lse", x.q.extent(0), x.q.extent(1), x.q.extent(2), x.q.extent(3)) {}
  triangle::Outputs<Bfloat16> outputs() const { return {o, lse}; }
};

template <class Node> struct TriangleLoops {
  triangle::reference::Problem<float, Node> x;

  TriangleLoops(const TriangleProblem<float>& given, const Node& node)
      : x(triangle::reference::problem_of(given.inputs(), node)) {}

  // visit(key, place of the bias, score) for the third nodes whose pair is a key.
  template <class Visit> void every_key(Index b, Index i, Index j, Index h, const Visit& visit) const {
    for (Index n = 0; n < x.third_nodes(); ++n) {
      const Pair other = triangle::reference::key(x.node, i, j, n),
                 between = triangle::reference::bias(x.node, i, j, n);
      if (x.mask.size() > 0 && x.mask(b, other.i, other.j) == 0) continue;
      float product = 0;
      for (Index d = 0; d < x.width; ++d) product += x.q(b, i, j, h, d) * x.k(b, other.i, other.j, h, d);
      visit(other, between,
            x.scale * product + (x.bias.size() > 0 ? x.bias(b, h, between.i, between.j) : 0.0f));
    }
  }

  RoundedTriangles forward(const TriangleProblem<float>& given) const {
    const RoundedTriangles out(given);
    const auto o = Kokkos::create_mirror_view(out.o);
    const auto lse = Kokkos::create_mirror_view(out.lse);
    const auto width = static_cast<std::size_t>(x.value_width);
    std::vector<float> sums(width);
    triangle::reference::every_pair(x, [&](Index b, Index i, Index j, Index h) {
      RoundedRow row;
      every_key(b, i, j, h, [&](const Pair& key, const Pair&, float score) {
        row.scores.push_back(score);
        row.v.push_back(&x.v(b, key.i, key.j, h, 0));
      });
      lse(b, i, j, h) = row.sum(width, sums.data());
      for (std::size_t e = 0; e < width; ++e)
        o(b, i, j, h, e) = Bfloat16(x.open(b, i, j, h, static_cast<Index>(e)) * sums[e]);
    });
    Kokkos::deep_copy(out.o, o);
    Kokkos::deep_copy(out.lse, lse);
    return out;
  }

  triangle::Gradients<float> backward(const TriangleProblem<float>& given,
                                      const RoundedTriangles& out) const {
    const auto g = new_gradients(given, x.node);
    const auto d_q = Kokkos::create_mirror(g.d_q), d_k = Kokkos::create_mirror(g.d_k),
               d_v = Kokkos::create_mirror(g.d_v), d_gate = Kokkos::create_mirror(g.d_gate);
    const auto d_bias = Kokkos::create_mirror(g.d_bias);
    const auto o = attention::on_host_copy(out.o);
    const auto lse = attention::on_host_copy(out.lse);
    const auto d_o = attention::on_host_copy(given.d_o);
    const auto rounded = [](float number) { return static_cast<float>(Bfloat16(number)); };
    std::vector<float> d_a(static_cast<std::size_t>(x.value_width));
    triangle::reference::every_pair(x, [&](Index b, Index i, Index j, Index h) {
      float delta = 0;
      for (Index e = 0; e < x.value_width; ++e) {
        const float up = d_o(b, i, j, h, e), of_o = up * o(b, i, j, h, e), open = x.open(b, i, j, h, e);
        delta += of_o;
        d_a[static_cast<std::size_t>(e)] = rounded(open * up);
        if (d_gate.size() > 0)
          d_gate(b, i, j, h, e) = rounded(of_o * triangle::reference::sigmoid(-x.gate(b, i, j, h, e)));
      }
      every_key(b, i, j, h, [&](const Pair& key, const Pair& between, float score) {
        float d_p = 0;
        for (Index e = 0; e < x.value_width; ++e)
          d_p += d_a[static_cast<std::size_t>(e)] * x.v(b, key.i, key.j, h, e);
        const float p = score == -INFINITY ? 0 : std::exp(score - lse(b, i, j, h)),
                    d_s = rounded(p * (d_p - delta));
        d_bias(b, h, between.i, between.j) += d_s;
        for (Index d = 0; d < x.width; ++d) {
          d_q(b, i, j, h, d) += x.scale * d_s * x.k(b, key.i, key.j, h, d);
          d_k(b, key.i, key.j, h, d) += x.scale * d_s * x.q(b, i, j, h, d);
        }
        for (Index e = 0; e < x.value_width; ++e)
          d_v(b, key.i, key.j, h, e) += rounded(p) * d_a[static_cast<std::size_t>(e)];
      });
    });
    const auto put = [&](const auto& to, const auto& from) {
      for (std::size_t n = 0; n < from.size(); ++n) from.data()[n] = rounded(from.data()[n]);
      Kokkos::deep_copy(to, from);
    };
    put(g.d_q, d_q);
    put(g.d_k, d_k);
    put(g.d_v, d_v);
    Kokkos::deep_copy(g.d_bias, d_bias);
    Kokkos::deep_copy(g.d_gate, d_gate);
    return g;
  }
};

// The outputs in double, rounded where a kernel stores bfloat16, and all gradients in double.
struct TriangleTruth {
  TriangleProblem<double> x;
  TriangleResult<double> exact;
  RoundedTriangles out;

  template <class Node>
  TriangleTruth(const TriangleProblem<float>& given, const Node& node)
      : x(in_precision<double>(given)), exact(new_result(x)), out(given) {
    triangle::reference::forward(x.inputs(), node, exact.outputs());
    assign(out.o, values(exact.o));
    assign(out.lse, values(exact.lse));
  }
  template <class Node> triangle::Gradients<double> backward(const Node& node) const {
    const auto g = new_gradients(x, node);
    triangle::reference::backward(x.inputs(), node, triangle::Upstream<double>{exact.o, exact.lse, x.d_o}, g);
    return g;
  }
  triangle::Upstream<Bfloat16> upstream() const {
    return {out.o, out.lse, converted<View5<Bfloat16>>(x.d_o)};
  }
};

template <class Node>
triangle::Gradients<Bfloat16> rounded_gradients(const TriangleProblem<float>& x, const Node& node) {
  const auto g = new_gradients(x, node);
  const auto like = [](const View5<float>& of) {
    const View5<Bfloat16> to("gradient", of.layout());
    Kokkos::deep_copy(to, Bfloat16(NAN));
    return to;
  };
  return {like(g.d_q), like(g.d_k), like(g.d_v), g.d_bias, like(g.d_gate)};
}

struct GradientAccuracy {
  Accuracy d_q, d_k, d_v, d_bias, d_gate;
  template <class Kernel>
  void absorb(const Kernel& kernel, const triangle::Gradients<float>& loops,
              const triangle::Gradients<double>& truth) {
    d_q.absorb(kernel.d_q, loops.d_q, truth.d_q);
    d_k.absorb(kernel.d_k, loops.d_k, truth.d_k);
    d_v.absorb(kernel.d_v, loops.d_v, truth.d_v);
    if (kernel.d_bias.size() > 0) d_bias.absorb(kernel.d_bias, loops.d_bias, truth.d_bias);
    d_gate.absorb(kernel.d_gate, loops.d_gate, truth.d_gate);
  }
  bool holds() const { return d_q.holds() && d_k.holds() && d_v.holds() && d_bias.holds() && d_gate.holds(); }
};

}  // namespace attune::test
