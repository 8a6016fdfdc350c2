// attention/graph/backward_temperature.hpp
//
//   d_tau = -(1 / tau) sum_i slope_i,   slope_i = sum_{e of i} d_z_e z_e
//
// Rows are added up in double, chunk_rows at a time, and the chunks in order: the shape decides the order of
// the sum, not the number of threads. A temperature that heads share takes the sum over them, in order.
#pragma once

#include "attention/graph/graph.hpp"
#include "attention/scores.hpp"

namespace attune::attention::graph {

struct SumChunks {
  View2<const double> slope;  // (H, M)
  View2<double> part;  // (H, chunks)

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Index chunks = part.extent(1), h = n / chunks, c = n - h * chunks, rows = slope.extent(1);
    const Index begin = c * chunk_rows, end = begin + chunk_rows < rows ? begin + chunk_rows : rows;
    double sum = 0;
    for (Index i = begin; i < end; ++i) sum += slope(h, i);
    part(h, c) = sum;
  }
};

template <class Scalar> struct BackwardTemperature {
  Scores<Scalar> scores;
  View2<const double> part;
  View1<Scalar> d_temperature;

  KOKKOS_FUNCTION void operator()(Index r) const {
    const Index share = scores.heads() / static_cast<Index>(d_temperature.extent(0));
    double total = 0;
    for (Index h = r * share; h < (r + 1) * share; ++h) {
      double sum = 0;
      for (std::size_t c = 0; c < part.extent(1); ++c) sum += part(h, c);
      total -= sum / double(scores.tau(h));
    }
    d_temperature(r) = static_cast<Scalar>(total);
  }
};

inline auto uninitialised(const std::string& label) {
  return Kokkos::view_alloc(label, Kokkos::WithoutInitializing);
}

template <class Scalar>
void backward_temperature(const Scores<Scalar>& scores, const View2<double>& slope,
                          const View1<Scalar>& d_temperature) {
  const Index heads = slope.extent(0), rows = slope.extent(1), chunks = (rows + chunk_rows - 1) / chunk_rows;
  const View2<double> part(uninitialised("attention::graph::chunks"), heads, chunks);
  Kokkos::parallel_for("attention::graph::sum_chunks",
                       Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, heads * chunks),
                       SumChunks{slope, part});
  Kokkos::parallel_for(
      "attention::graph::backward_temperature",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, static_cast<Index>(d_temperature.extent(0))),
      BackwardTemperature<Scalar>{scores, part, d_temperature});
}

}  // namespace attune::attention::graph
