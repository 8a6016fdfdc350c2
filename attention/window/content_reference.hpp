// attention/window/content_reference.hpp
//
// Window attention with content by plain loops over host copies; the definition. Backward starts from the
// inputs and not from forward's outputs. The double instance is the truth, the float instance the yardstick.
#pragma once

#include "attention/host_arrays.hpp"
#include "attention/scores.hpp"
#include "attention/softmax.hpp"
#include "attention/window/content.hpp"

namespace attune::attention::window::content::reference {

struct Key {
  Index offset, cell;  // which offset, and where the key is stored
};

// The local index that the key at `at` along an axis is stored under; false if it takes no part.
inline bool takes_part(const Grid& grid, int axis, Index& at) {
  const Index extent = grid.own.extent(axis), global = grid.own.lower[axis] + at;
  const Box& whole = grid.window.whole;
  if (grid.window.edges[axis] == Edge::open) return global >= whole.lower[axis] && global < whole.upper[axis];
  if (grid.window.edges[axis] == Edge::periodic) {
    while (at < 0) at += extent;
    while (at >= extent) at -= extent;
  }
  return true;
}

// The keys of every own cell, in row-major order of the cells and in the order of the offsets.
inline std::vector<std::vector<Key>> keys_of_cells(const Grid& grid) {
  std::vector<std::vector<Key>> keys;
  const Index ny = grid.own.extent(1) + 2 * grid.halo[1], nx = grid.own.extent(2) + 2 * grid.halo[2];
  for (Index z = 0; z < grid.own.extent(0); ++z)
    for (Index y = 0; y < grid.own.extent(1); ++y)
      for (Index x = 0; x < grid.own.extent(2); ++x) {
        keys.emplace_back();
        for (std::size_t o = 0; o < grid.window.offsets.size(); ++o) {
          const Triple& offset = grid.window.offsets[o];
          Triple at{z + offset[0], y + offset[1], x + offset[2]};
          if (takes_part(grid, 0, at[0]) && takes_part(grid, 1, at[1]) && takes_part(grid, 2, at[2]))
            keys.back().push_back(
                {static_cast<Index>(o),
                 ((at[0] + grid.halo[0]) * ny + at[1] + grid.halo[1]) * nx + at[2] + grid.halo[2]});
        }
      }
  return keys;
}

template <class Scalar> struct Problem {
  Host3<Scalar> q, k, v;
  Host2<Scalar> bias;
  Host1<Scalar> temperature;
  std::vector<std::vector<Key>> keys;
  Scalar scale;

  Problem(const Inputs<Scalar>& in, const Grid& grid)
      : q(host_copy<Host3<Scalar>>(in.q)),
        k(host_copy<Host3<Scalar>>(in.k)),
        v(host_copy<Host3<Scalar>>(in.v)),
        bias(host_copy<Host2<Scalar>>(in.bias)),
        temperature(host_copy<Host1<Scalar>>(in.temperature)),
        keys(keys_of_cells(grid)),
        scale(score_scale<Scalar>(in.scale, static_cast<Index>(in.q.extent(2)))) {}

  Index heads() const { return q.extent(0); }
  Index group(Index h) const { return h / (heads() / static_cast<Index>(k.extent(0))); }
  Scalar tau(Index h) const {
    return temperature.size() > 0 ? temperature(temperature.extent(0) > 1 ? h : 0) : Scalar(1);
  }
  // (scale q_i . k_j + b_o) / tau of every key of cell i
  std::vector<Scalar> row(Index h, std::size_t i) const {
    std::vector<Scalar> scores;
    for (const auto& [o, j] : keys[i]) {
      Scalar product = 0;
      for (std::size_t d = 0; d < q.extent(2); ++d) product += q(h, i, d) * k(group(h), j, d);
      const Scalar b = bias.size() > 0 ? bias(bias.extent(0) > 1 ? h : 0, o) : Scalar(0);
      scores.push_back((scale * product + b) / tau(h));
    }
    return scores;
  }
};

template <class Scalar> void forward(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out) {
  const Problem<Scalar> problem(in, grid);
  const auto o = host_zeros<Host3<Scalar>>(out.o);
  const auto lse = host_zeros<Host2<Scalar>>(out.lse);
  for (Index h = 0; h < problem.heads(); ++h)
    for (std::size_t i = 0; i < problem.keys.size(); ++i) {
      const auto row = softmax(problem.row(h, i));
      lse(h, i) = row.lse;
      for (std::size_t n = 0; n < row.p.size(); ++n)
        for (std::size_t c = 0; c < o.extent(2); ++c)
          o(h, i, c) += row.p[n] * problem.v(problem.group(h), problem.keys[i][n].cell, c);
    }
  Kokkos::deep_copy(out.o, o);
  Kokkos::deep_copy(out.lse, lse);
}

// The gradients of every input, scattered key by key.
template <class Scalar> struct Scatter {
  Problem<Scalar> problem;
  Host3<Scalar> d_o;
  Host2<Scalar> d_lse;
  Host3<Scalar> d_q, d_k, d_v;
  Host2<Scalar> d_bias;
  Host1<Scalar> d_temperature;

  void row(Index h, std::size_t i) const {
    const auto scores = problem.row(h, i);
    const auto p = softmax(scores).p;
    std::vector<Scalar> slope(p.size(), 0);  // dL/dp_io
    Scalar mean = 0;  // d_o . o
    for (std::size_t c = 0; c < d_o.extent(2); ++c) {
      Scalar o = 0;
      for (std::size_t n = 0; n < p.size(); ++n) {
        const Scalar v = problem.v(problem.group(h), problem.keys[i][n].cell, c);
        slope[n] += d_o(h, i, c) * v;
        o += p[n] * v;
      }
      mean += d_o(h, i, c) * o;
    }
    for (std::size_t n = 0; n < p.size(); ++n) {
      if (p[n] == 0) continue;
      const Scalar d_s = p[n] * (slope[n] - mean + d_lse(h, i)) / problem.tau(h);
      content(h, i, problem.keys[i][n].cell, p[n], d_s);
      if (d_bias.size() > 0) d_bias(d_bias.extent(0) > 1 ? h : 0, problem.keys[i][n].offset) += d_s;
      if (d_temperature.size() > 0) d_temperature(d_temperature.extent(0) > 1 ? h : 0) -= d_s * scores[n];
    }
  }
  void content(Index h, std::size_t i, Index j, Scalar p, Scalar d_s) const {
    const Index g = problem.group(h);
    for (std::size_t d = 0; d < problem.q.extent(2); ++d) {
      d_q(h, i, d) += problem.scale * d_s * problem.k(g, j, d);
      d_k(g, j, d) += problem.scale * d_s * problem.q(h, i, d);
    }
    for (std::size_t c = 0; c < d_o.extent(2); ++c) d_v(g, j, c) += p * d_o(h, i, c);
  }
};

// All gradients; d_lse must be there.
template <class Scalar>
TableGradient backward(const Inputs<Scalar>& in, const Grid& grid, const OutputGradients<Scalar>& d_out,
                       const Gradients<Scalar>& d) {
  const Scatter<Scalar> scatter{Problem<Scalar>(in, grid),
                                host_copy<Host3<Scalar>>(d_out.d_o),
                                host_copy<Host2<Scalar>>(d_out.d_lse),
                                host_zeros<Host3<Scalar>>(d.d_q),
                                host_zeros<Host3<Scalar>>(d.d_k),
                                host_zeros<Host3<Scalar>>(d.d_v),
                                host_zeros<Host2<Scalar>>(in.bias),
                                host_zeros<Host1<Scalar>>(in.temperature)};
  for (Index h = 0; h < scatter.problem.heads(); ++h)
    for (std::size_t i = 0; i < scatter.problem.keys.size(); ++i) scatter.row(h, i);
  Kokkos::deep_copy(d.d_q, scatter.d_q);
  Kokkos::deep_copy(d.d_k, scatter.d_k);
  Kokkos::deep_copy(d.d_v, scatter.d_v);
  const auto numbers = [](const auto& x) { return std::vector<double>(x.data(), x.data() + x.size()); };
  return {numbers(scatter.d_bias), numbers(scatter.d_temperature)};
}

}  // namespace attune::attention::window::content::reference
