// attention/graph/forward.hpp
//
// The kernel of this build: runs of edges on a processor, edge by edge on a device.
#pragma once

#include "attention/graph/forward_runs.hpp"

namespace attune::attention::graph {

template <class Scalar>
void forward(const Inputs<Scalar>& in, const Neighbours& neighbours, const Outputs<Scalar>& out) {
  require_shapes(in, neighbours, out);
  const Forward<Scalar> kernel{scores(in), in.v, in.values, neighbours.first, neighbours.key, out};
  if constexpr (on_host) {
    const ForwardRuns<Scalar> runs{kernel};
    Kokkos::parallel_for("attention::graph::forward", every_row(1, runs.items()), runs);
  } else {
    Kokkos::parallel_for("attention::graph::forward", every_row(in.q.extent(0), in.q.extent(1)), kernel);
  }
}

}  // namespace attune::attention::graph
