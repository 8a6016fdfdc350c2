// attention/window/content_backward_table.hpp
//
// Gradients of bias and temperature (content_backward.hpp has the equations), as exact sums of terms over
// cells, ranks and the heads that share a row:
//
//   d_b_o = sum_i d_z_io / tau          d_tau = sum_i -(sum_o d_z_io (z_io - c_i) + c_i d_l_i) / tau
//
// for any c_i, as sum_o d_z_io = d_l_i. The mean c_i = sum_o p_io z_io leaves the least to cancel: the p of
// this file add up to one only as far as z and the l of forward were rounded alike.
//
// No term is larger than a bound that every rank knows: with |o| <= max |v| and p |log p| < 1 / 2,
//
//   |d_z| <= 2 E max |d_o| max |v| + max |d_l|,   |sum_o d_z (z - c)| <= W (the same)
//
// taken twice, which covers the rounding.
#pragma once

#include <algorithm>

#include "attention/window/content_backward_cells.hpp"

namespace attune::attention::window::content {

// Item n of the heads that share row r.
struct Items {
  Index heads, rows, cells;

  KOKKOS_FUNCTION Index count() const { return heads / rows * cells; }
  KOKKOS_FUNCTION Index head(Index r, Index n) const { return r * (heads / rows) + n / cells; }
  KOKKOS_FUNCTION Index cell(Index n) const { return n % cells; }
  Index blocks() const { return (count() + lanes - 1) / lanes; }
};

template <class Scalar> struct BiasTerms {
  Cells cells;
  Weigh<Scalar> weigh;
  Items items;

  KOKKOS_FUNCTION int operator()(Index block, int sum, double* x) const {
    const Index r = sum / cells.width(), w = sum % cells.width(), begin = block * lanes;
    const Index left = items.count() - begin;
    const int terms = static_cast<int>(left < lanes ? left : lanes);
    for (int t = 0; t < terms; ++t) {
      const Index h = items.head(r, begin + t), i = items.cell(begin + t);
      Index j;
      if (cells.find_key(cells.own(i), w, j)) x[t] = double(weigh(h, i, j, w).d_z / weigh.scores.tau(h));
    }
    return terms;
  }
};

template <class Scalar> struct TemperatureTerms {
  Cells cells;
  Weigh<Scalar> weigh;
  Items items;

  KOKKOS_FUNCTION int operator()(Index block, int r, double* x) const {
    const Index begin = block * lanes, left = items.count() - begin;
    const int terms = static_cast<int>(left < lanes ? left : lanes);
    for (int t = 0; t < terms; ++t) x[t] = term(items.head(r, begin + t), items.cell(begin + t));
    return terms;
  }
  KOKKOS_FUNCTION double term(Index h, Index i) const {
    const Scalar l = weigh.out.lse(h, i);
    if (l == -Kokkos::Experimental::infinity_v<Scalar>) return 0;
    double sum = 0, weighted = 0, mean = 0;
    const Triple at = cells.own(i);
    for (Index w = 0; w < cells.width(); ++w) {
      Index j;
      if (!cells.find_key(at, w, j)) continue;
      const auto weight = weigh(h, i, j, w);
      sum += double(weight.d_z);
      weighted += double(weight.d_z) * double(weight.depth);
      mean += double(weight.p) * double(weight.depth);
    }
    const double slope = weighted - mean * sum + (double(l) + mean) * double(weigh.d_lse(h, i));
    return -slope / double(weigh.scores.tau(h));
  }
};

// |x| of an entry, for bounds; 0 for the l of a row without keys.
template <class View> struct Entry {
  View x;
  KOKKOS_FUNCTION double operator()(Index n) const {
    const Index rows = x.extent(1), width = x.extent(2), row = n / width;
    const double entry = double(at(row / rows, row % rows, n - row * width));
    return entry == -Kokkos::Experimental::infinity_v<double> ? 0 : entry;
  }
  KOKKOS_FUNCTION auto at(Index a, Index b, Index c) const {
    if constexpr (View::rank() == 3) {
      return x(a, b, c);
    } else {
      return x(a, b);
    }
  }
};

template <class View> double largest_entry(const View& x, const Communicator& ranks) {
  return sum::largest("attention::window::content::bound", x.size(), Entry<View>{x}, ranks);
}

template <class Scalar>
TableGradient backward_table(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                             const OutputGradients<Scalar>& d_out, const Communicator& ranks) {
  require_shapes(in, grid, out);
  require_gradient_shapes(in, d_out);
  const Cells cells(grid);
  const Weigh<Scalar> weigh{scores(in), in.v, out, d_out};
  const Index heads = in.q.extent(0), bias_rows = in.bias.extent(0), tau_rows = in.temperature.extent(0);

  double least_tau = 1;
  for (const Scalar tau : to_host(in.temperature)) least_tau = std::min(least_tau, double(tau));
  const double most_d_l = largest_entry(d_out.d_lse, ranks), most_l = largest_entry(out.lse, ranks);
  const double most_d_z =
      2 *
      (2 * double(in.v.extent(2)) * largest_entry(d_out.d_o, ranks) * largest_entry(in.v, ranks) + most_d_l);

  TableGradient gradient;
  if (in.bias.size() > 0) {
    const Items items{heads, bias_rows, grid.cells()};
    gradient.d_bias = sum::each("attention::window::content::backward_bias", items.blocks(),
                                static_cast<int>(in.bias.size()), most_d_z / least_tau,
                                BiasTerms<Scalar>{cells, weigh, items}, ranks);
  }
  if (in.temperature.size() > 0) {
    const Items items{heads, tau_rows, grid.cells()};
    const double bound = (2 * double(cells.width()) * most_d_z + 2 * most_l * most_d_l) / least_tau;
    gradient.d_temperature =
        sum::each("attention::window::content::backward_temperature", items.blocks(),
                  static_cast<int>(tau_rows), bound, TemperatureTerms<Scalar>{cells, weigh, items}, ranks);
  }
  return gradient;
}

}  // namespace attune::attention::window::content
