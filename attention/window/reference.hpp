// attention/window/reference.hpp
//
// Position-only window attention by plain loops over a host copy; the definition. The double instance is the
// truth, the float instance the yardstick of rounding.
#pragma once

#include <cmath>
#include <limits>

#include "attention/window/window.hpp"

namespace attune::attention::window::reference {

template <class Scalar> struct Row {
  std::vector<Scalar> p;  // (W), 0 where the key takes no part
  std::vector<Triple> key;  // (W), local index of each key
};

// p_io of the local cell i.
template <class Scalar>
Row<Scalar> attend(const Window& window, const Table& table, const Box& own, const Triple& i) {
  const std::size_t width = window.offsets.size();
  Row<Scalar> row{std::vector<Scalar>(width, 0), std::vector<Triple>(width)};
  std::vector<bool> takes_part(width, true);
  Scalar most = -std::numeric_limits<Scalar>::infinity(), total = 0;
  for (std::size_t o = 0; o < width; ++o) {
    for (int a = 0; a < 3; ++a) {
      Index at = i[a] + window.offsets[o][a];
      const Index global = own.lower[a] + at;
      if (window.edges[a] == Edge::open &&
          (global < window.whole.lower[a] || global >= window.whole.upper[a]))
        takes_part[o] = false;
      if (window.edges[a] == Edge::periodic) {
        while (at < 0) at += own.extent(a);
        while (at >= own.extent(a)) at -= own.extent(a);
      }
      row.key[o][a] = at;
    }
    const Scalar s = static_cast<Scalar>(table.bias[o]) / static_cast<Scalar>(table.temperature);
    if (takes_part[o] && s > most) most = s;
  }
  for (std::size_t o = 0; o < width; ++o) {
    if (!takes_part[o]) continue;
    row.p[o] = std::exp(static_cast<Scalar>(table.bias[o]) / static_cast<Scalar>(table.temperature) - most);
    total += row.p[o];
  }
  for (auto& p : row.p) p = total > 0 ? p / total : Scalar(0);
  return row;
}

template <class Visit> void for_each_cell(const Box& own, const Visit& visit) {
  for (Index k = 0; k < own.extent(0); ++k)
    for (Index j = 0; j < own.extent(1); ++j)
      for (Index i = 0; i < own.extent(2); ++i) visit(Triple{k, j, i});
}

template <class Scalar> struct Gradients {
  std::vector<Scalar> d_bias;
  Scalar d_temperature = 0;
};

// o_i = sum_o p_io u_{i + offset_o}
template <class Scalar>
void forward(const Field<Scalar>& u, const Window& window, const Table& table, const Field<Scalar>& o) {
  const auto in = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  const auto out = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), o.values);
  for_each_cell(u.box, [&](const Triple& i) {
    const auto row = attend<Scalar>(window, table, u.box, i);
    Scalar sum = 0;
    for (std::size_t w = 0; w < row.p.size(); ++w)
      if (row.p[w] > 0)
        sum += row.p[w] * in(row.key[w][0] + u.halo[0], row.key[w][1] + u.halo[1], row.key[w][2] + u.halo[2]);
    out(i[0] + o.halo[0], i[1] + o.halo[1], i[2] + o.halo[2]) = sum;
  });
  Kokkos::deep_copy(o.values, out);
}

// d_u_{key of (i, w)} += p_iw d_o_i;   ds_w = sum_i p_iw d_o_i (u_key - o_i)
template <class Scalar>
Gradients<Scalar> backward(const Field<Scalar>& u, const Window& window, const Table& table,
                           const Field<Scalar>& d_o, const Field<Scalar>& d_u) {
  const auto in = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  const auto seed = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), d_o.values);
  const auto out = Kokkos::create_mirror_view(d_u.values);
  Kokkos::deep_copy(out, Scalar(0));
  Gradients<Scalar> gradient{std::vector<Scalar>(window.offsets.size(), 0)};
  const auto tau = static_cast<Scalar>(table.temperature);

  for_each_cell(u.box, [&](const Triple& i) {
    const auto row = attend<Scalar>(window, table, u.box, i);
    const Scalar d = seed(i[0] + d_o.halo[0], i[1] + d_o.halo[1], i[2] + d_o.halo[2]);
    const auto value = [&](std::size_t w) {
      return in(row.key[w][0] + u.halo[0], row.key[w][1] + u.halo[1], row.key[w][2] + u.halo[2]);
    };
    Scalar mean = 0;
    for (std::size_t w = 0; w < row.p.size(); ++w)
      if (row.p[w] > 0) mean += row.p[w] * value(w);
    for (std::size_t w = 0; w < row.p.size(); ++w) {
      if (!(row.p[w] > 0)) continue;
      out(row.key[w][0] + d_u.halo[0], row.key[w][1] + d_u.halo[1], row.key[w][2] + d_u.halo[2]) +=
          row.p[w] * d;
      gradient.d_bias[w] += row.p[w] * d * (value(w) - mean) / tau;
    }
  });
  for (std::size_t w = 0; w < window.offsets.size(); ++w)
    gradient.d_temperature -= gradient.d_bias[w] * static_cast<Scalar>(table.bias[w]) / tau;
  Kokkos::deep_copy(d_u.values, out);
  return gradient;
}

}  // namespace attune::attention::window::reference
