// attention/window/backward.hpp
//
// Gradients of the table and of the input. With kept_i = sum of the p_o of the keys that take part,
//
//   d_b_o = (p_o / tau) sum_i (d_o_i / kept_i) (u_{i + offset_o} - o_i)      exact sums: any order, any ranks
//   d_u_j = sum_o p_o d_o_i / kept_i,   i = j - offset_o                     gathered: each j is written by
//   one thread
//
// So d_u is a stencil with the negated offsets over d_o / kept, whose keys are the own cells. A processor
// takes the offsets from the last to the first, so that those of a box are a box again.
#pragma once

#include "attention/window/axes.hpp"
#include "attention/window/stencil_apply.hpp"
#include "core/core/blocks.hpp"
#include "core/core/sum.hpp"

namespace attune::attention::window {

// 1 / kept_i of every own cell where keys can be masked; no cells otherwise, and at() is 1.
template <class Scalar> struct InverseNorm {
  View3<Scalar> values;
  KOKKOS_FUNCTION Scalar at(const Triple& i) const {
    return values.size() == 0 ? Scalar(1) : values(i[0], i[1], i[2]);
  }
};

template <class Scalar> struct FillInverseNorm {
  InverseNorm<Scalar> norm;
  Keys keys;
  View1<const Triple> offsets;
  View1<const Scalar> p;
  Triple begin, end;  // cells all of whose keys take part
  Scalar inside;  // their 1 / kept
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    if (k >= begin[0] && k < end[0] && j >= begin[1] && j < end[1] && i >= begin[2] && i < end[2]) {
      norm.values(k, j, i) = inside;
      return;
    }
    Scalar kept = 0;
    Triple key;
    for (std::size_t w = 0; w < p.extent(0); ++w)
      if (keys.find({k + offsets(w)[0], j + offsets(w)[1], i + offsets(w)[2]}, key)) kept += p(w);
    norm.values(k, j, i) = kept > 0 ? 1 / kept : Scalar(0);
  }
};

template <class Scalar>
InverseNorm<Scalar> inverse_norm(const Window& window, const Box& own, const View1<const Triple>& offsets,
                                 const View1<const Scalar>& p) {
  const Keys keys(window, own);
  if (!keys.masks) return {};
  const Box inside = unmasked_cells(window, own);
  Scalar total = 0;
  for (const Scalar weight : to_host(p)) total += weight;
  const InverseNorm<Scalar> norm{
      View3<Scalar>("attention::window::norm", own.extent(0), own.extent(1), own.extent(2))};
  Kokkos::parallel_for("attention::window::norm", every_cell(own),
                       FillInverseNorm<Scalar>{norm, keys, offsets, p, inside.lower, inside.upper,
                                               total > 0 ? 1 / total : Scalar(0)});
  return norm;
}

// The terms (d_o_i / kept_i) (u_{i + offset_o} - o_i) of every sum o, a block of cells at a time.
template <class Scalar> struct ScoreTerms {
  Field<Scalar> u, o, d_o;
  Keys keys;
  Blocks blocks;
  View1<const Triple> offsets;
  InverseNorm<Scalar> norm;

  KOKKOS_FUNCTION int operator()(Index n, int w, double* x) const {
    const Block block = blocks.at(n);
    const Triple offset = offsets(w);
    Index k, j, i;
    if (!keys.find(0, block.k + offset[0], k) || !keys.find(1, block.j + offset[1], j)) return 0;
    const Scalar* seed = &d_o(block.k, block.j, block.i);
    const Scalar* mean = &o(block.k, block.j, block.i);
    if (keys.contiguous(block.i + offset[2], block.cells)) {
      const Scalar* key = &u(k, j, block.i + offset[2]);
      for (int c = 0; c < block.cells; ++c) x[c] = double(seed[c]) * (double(key[c]) - double(mean[c]));
    } else {
      for (int c = 0; c < block.cells; ++c)
        if (keys.find(2, block.i + offset[2] + c, i))
          x[c] = double(seed[c]) * (double(u(k, j, i)) - double(mean[c]));
    }
    if (keys.masks)
      for (int c = 0; c < block.cells; ++c) x[c] *= double(norm.at({block.k, block.j, block.i + c}));
    return block.cells;
  }
};

// |value| of a stored cell, for bounds.
template <class Scalar> struct Stored {
  View3<Scalar> values;
  KOKKOS_FUNCTION double operator()(Index n) const { return values.data()[n]; }
};

// No score term is larger: |o_i| <= max |u| because its weights are positive and sum to one (4 covers the
// rounding). With masks, kept_i is at least the smallest weight.
template <class Scalar>
double largest_term(const Field<Scalar>& u, const Field<Scalar>& d_o, bool masks,
                    const std::vector<double>& p, const Communicator& ranks) {
  const double most_u =
      sum::largest("attention::window::bound", u.values.size(), Stored<Scalar>{u.values}, ranks);
  const double most_d =
      sum::largest("attention::window::bound", d_o.values.size(), Stored<Scalar>{d_o.values}, ranks);
  double least = 1;
  for (const double weight : p) least = masks && weight > 0 && weight < least ? weight : least;
  return 4 * most_u * most_d / least;
}

template <class Scalar>
TableGradient backward_table(const Field<Scalar>& u, const Window& window, const Table& table,
                             const Field<Scalar>& o, const Field<Scalar>& d_o, const Communicator& ranks) {
  require_keys_stored(window, u.box, u.halo);
  const auto p = weights(table);
  const Blocks blocks(u.box);
  const Keys keys(window, u.box);
  const auto offsets = device_offsets(window);
  const auto norm = inverse_norm<Scalar>(window, u.box, offsets, device_weights<Scalar>(table));
  TableGradient gradient;
  gradient.d_bias = sum::each("attention::window::backward_table", blocks.count(), static_cast<int>(p.size()),
                              largest_term(u, d_o, keys.masks, p, ranks),
                              ScoreTerms<Scalar>{u, o, d_o, keys, blocks, offsets, norm}, ranks);
  for (std::size_t w = 0; w < p.size(); ++w) {
    gradient.d_bias[w] *= p[w] / table.temperature;
    gradient.d_temperature -= gradient.d_bias[w] * table.bias[w] / table.temperature;
  }
  return gradient;
}

template <class Scalar> struct GatherInput {
  Field<Scalar> d_o, d_u;
  Keys keys;
  View1<const Triple> offsets;
  View1<const Scalar> p;
  InverseNorm<Scalar> norm;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Triple at{k - d_u.halo[0], j - d_u.halo[1], i - d_u.halo[2]};
    Scalar sum = 0;
    Triple from;
    for (std::size_t w = 0; w < p.extent(0); ++w) {
      if (keys.find_query(at, offsets(w), from)) sum += p(w) * d_o(from[0], from[1], from[2]) * norm.at(from);
    }
    d_u.values(k, j, i) = sum;
  }
};

template <class Scalar>
void backward_input_in_blocks(const Field<Scalar>& d_o, const Window& window, const Table& table,
                              const Field<Scalar>& d_u) {
  const auto offsets = device_offsets(window);
  const auto p = device_weights<Scalar>(table);
  const auto norm = inverse_norm<Scalar>(window, d_o.box, offsets, p);
  Box stored;
  for (int a = 0; a < 3; ++a) stored.upper[a] = d_u.box.extent(a) + 2 * d_u.halo[a];
  Kokkos::parallel_for("attention::window::backward_input", every_cell(stored),
                       GatherInput<Scalar>{d_o, d_u, Keys(window, d_o.box), offsets, p, norm});
}

// norm <- d_o norm
template <class Scalar> struct ScaleSeeds {
  Field<Scalar> d_o;
  View3<Scalar> norm;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const { norm(k, j, i) *= d_o(k, j, i); }
};

template <class Scalar>
void backward_input_in_tiles(const Field<Scalar>& d_o, const Window& window, const Table& table,
                             const Field<Scalar>& d_u) {
  const Box& own = d_o.box;
  const Keys keys(window, own);
  Field<Scalar> seeds = d_o;
  if (keys.masks) {
    seeds.values =
        inverse_norm<Scalar>(window, own, device_offsets(window), device_weights<Scalar>(table)).values;
    seeds.halo = {0, 0, 0};
    Kokkos::parallel_for("attention::window::backward_input", every_cell(own),
                         ScaleSeeds<Scalar>{d_o, seeds.values});
  }
  const auto [origin, plane, row] = cells_of(seeds);
  Stencil<Scalar> stencil{
      {origin, plane, row}, cells_of(d_u), query_axes(window, own, d_u.halo), {}, {}, false, false};
  if (!cover(stencil.axes, own, d_u.halo)) Kokkos::deep_copy(d_u.values, Scalar(0));
  const auto p = weights(table);
  const Taps<Scalar> taps{transposed(window.offsets), {p.rbegin(), p.rend()}};
  apply("attention::window::backward_input", stencil, taps);
}

template <class Scalar>
void backward_input(const Field<Scalar>& d_o, const Window& window, const Table& table,
                    const Field<Scalar>& d_u) {
  if constexpr (on_host) {
    backward_input_in_tiles(d_o, window, table, d_u);
  } else {
    backward_input_in_blocks(d_o, window, table, d_u);
  }
}

}  // namespace attune::attention::window
