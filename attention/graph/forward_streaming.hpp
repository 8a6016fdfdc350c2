// attention/graph/forward_streaming.hpp
//
// One thread works a row: it runs over the edges once, with a running softmax, and keeps o_i up to date in
// memory.
#pragma once

#include "attention/graph/graph.hpp"
#include "attention/running_softmax.hpp"
#include "attention/scores.hpp"

namespace attune::attention::graph {

// w_e of head h; null where there is none.
template <class Scalar>
KOKKOS_INLINE_FUNCTION const Scalar* edge_value(const View3<const Scalar>& values, Index h, Index e) {
  return values.size() == 0 ? nullptr : row(values, values.extent(0) == 1 ? 0 : h, e);
}

template <class Scalar> Scores<Scalar> scores(const Inputs<Scalar>& in) {
  return {in.q, in.k, in.bias, in.temperature,
          score_scale<Scalar>(in.scale, static_cast<Index>(in.q.extent(2)))};
}

template <class Scalar> struct Forward {
  Scores<Scalar> scores;
  View3<const Scalar> v, values;
  View1<const Index> first, key;
  Outputs<Scalar> out;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index h = n / scores.queries(), i = n - h * scores.queries(), width = v.extent(2);
    Scalar* o = row(out.o, h, i);
    clear(o, width);
    RunningSoftmax<Scalar> softmax;
    for (Index e = first(i); e < first(i + 1); ++e) {
      const Index j = key(e);
      const Scalar z = scores(h, i, j, e);
      if (z == -Kokkos::Experimental::infinity_v<Scalar>) continue;
      const auto step = softmax.absorb(z);
      if (step.rescale != 1) multiply(o, step.rescale, width);
      add_scaled(o, step.weight, row(v, scores.group(h), j), width);
      if (const Scalar* w = edge_value(values, h, e)) add_scaled(o, step.weight, w, width);
    }
    multiply(o, softmax.norm(), width);
    out.lse(h, i) = softmax.log_sum_exp();
  }
};

template <class Scalar>
void require_shapes(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out) {
  require_rows_fit(in, out);
  const auto edges = static_cast<std::size_t>(neighbours.edges());
  require(static_cast<Index>(in.q.extent(1)) == neighbours.queries() &&
              static_cast<Index>(in.k.extent(1)) == neighbours.keys(),
          "the graph has the queries of q and the keys of k");
  require(heads_fit(in.bias, in.q.extent(0)) && (in.bias.size() == 0 || in.bias.extent(1) == edges),
          "the bias has a number for every edge");
  require(
      heads_fit(in.values, in.q.extent(0)) &&
          (in.values.size() == 0 || (in.values.extent(1) == edges && in.values.extent(2) == in.v.extent(2))),
      "the edge values have a row for every edge, as wide as v");
}

inline auto every_row(Index heads, Index rows) {
  return Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, heads * rows);
}

template <class Scalar>
void forward_streaming(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out) {
  require_shapes(in, neighbours, out);
  Kokkos::parallel_for("attention::graph::forward_streaming", every_row(in.q.extent(0), in.q.extent(1)),
                       Forward<Scalar>{scores(in), in.v, in.values, neighbours.first, neighbours.key, out});
}

}  // namespace attune::attention::graph
