// attention/window/content_backward_cells.hpp
//
// With p_io = exp(z_io - l_i) of the keys j = i + offset_o that take part, the differential of a row is
//
//   dl_i = sum_o p_io dz_io        do_i = sum_o p_io dv_j + sum_o p_io (v_j - o_i) dz_io
//
// so that for a loss L with d_o = dL/do, d_l = dL/dl
//
//   d_z_io = p_io (d_o_i . (v_j - o_i) + d_l_i)            d_b_o = (1 / tau) sum_i d_z_io
//   d_q_i = (scale / tau) sum_o d_z_io k_j                 d_tau = -(1 / tau) sum_io d_z_io z_io
//   d_k_j = (scale / tau) sum_o d_z_io q_i                 d_v_j = sum_o p_io d_o_i
//
// where i of d_k and d_v is the cell that sees j at offset_o.
//
// These two run over the heads of their group as well, d_b and d_tau over heads that share them. p and d_z
// are computed anew from l wherever they are needed: in a gather of key j the rows of k and v are at hand and
// q_i, d_o_i have to be read anyway, while all p and d_z would take 2 H W numbers a cell.
//
// As sum_o d_z_io = d_l_i, sum_o d_z_io z_io = sum_o d_z_io (z_io - l_i) + l_i d_l_i, which does not lose
// digits where all scores of a row are large.
#pragma once

#include "attention/window/content_forward_cells.hpp"
#include "core/core/sum.hpp"

namespace attune::attention::window::content {

// p_io and d_z_io of one key.
template <class Scalar> struct Weigh {
  Scores<Scalar> scores;
  View3<const Scalar> v;
  Outputs<Scalar> out;
  OutputGradients<Scalar> d_out;

  struct Weight {
    Scalar p = 0, d_z = 0, depth = 0;  // depth = log p = z - l
  };
  KOKKOS_FUNCTION Scalar d_lse(Index h, Index i) const {
    return d_out.d_lse.size() == 0 ? Scalar(0) : d_out.d_lse(h, i);
  }
  KOKKOS_FUNCTION Weight operator()(Index h, Index i, Index j, Index w) const {
    const Scalar l = out.lse(h, i), z = scores(h, i, j, w);
    if (z == -Kokkos::Experimental::infinity_v<Scalar>) return {};
    const Scalar p = Kokkos::exp(z - l);
    const Scalar slope =
        dot_difference(row(d_out.d_o, h, i), row(v, scores.group(h), j), row(out.o, h, i), v.extent(2));
    return {p, p * (slope + d_lse(h, i)), z - l};
  }
};

template <class Scalar> struct BackwardQueries {
  Cells cells;
  Weigh<Scalar> weigh;
  View3<Scalar> d_q;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Scores<Scalar>& scores = weigh.scores;
    const Index h = n / scores.queries(), i = n - h * scores.queries(), width = scores.width();
    const Triple at = cells.own(i);
    clear(row(d_q, h, i), width);
    for (Index w = 0; w < cells.width(); ++w) {
      Index j;
      if (!cells.find_key(at, w, j)) continue;
      add_scaled(row(d_q, h, i), weigh(h, i, j, w).d_z, row(scores.k, scores.group(h), j), width);
    }
    multiply(row(d_q, h, i), scores.scale / scores.tau(h), width);
  }
};

template <class Scalar> struct BackwardKeys {
  Cells cells;
  Weigh<Scalar> weigh;
  View3<Scalar> d_k, d_v;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Scores<Scalar>& scores = weigh.scores;
    const Index stored = scores.k.extent(1), g = n / stored, j = n - g * stored;
    const Index share = scores.heads() / scores.groups(), value_width = weigh.v.extent(2);
    const Triple at = cells.stored(j);
    if (d_k.size() > 0) clear(row(d_k, g, j), scores.width());
    if (d_v.size() > 0) clear(row(d_v, g, j), value_width);
    for (Index h = g * share; h < (g + 1) * share; ++h)
      for (Index w = 0; w < cells.width(); ++w) {
        Index i;
        if (!cells.find_query(at, w, i)) continue;
        const auto weight = weigh(h, i, j, w);
        const Scalar slope = weight.d_z * scores.scale / scores.tau(h);
        if (d_k.size() > 0) add_scaled(row(d_k, g, j), slope, row(scores.q, h, i), scores.width());
        if (d_v.size() > 0) add_scaled(row(d_v, g, j), weight.p, row(weigh.d_out.d_o, h, i), value_width);
      }
  }
};

template <class Scalar>
void require_gradient_shapes(const Inputs<Scalar>& in, const OutputGradients<Scalar>& d_out) {
  const auto rows = in.q.extent(0), cells = in.q.extent(1);
  require(
      d_out.d_o.extent(0) == rows && d_out.d_o.extent(1) == cells && d_out.d_o.extent(2) == in.v.extent(2),
      "d_o has the shape of o");
  require(d_out.d_lse.size() == 0 || (d_out.d_lse.extent(0) == rows && d_out.d_lse.extent(1) == cells),
          "d_lse has the shape of lse");
}

template <class Scalar>
void require_gradients_fit(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                           const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_shapes(in, grid, out);
  require_gradient_shapes(in, d_out);
  const auto& [d_q, d_k, d_v] = gradients;
  const auto like = [](const auto& d_x, const auto& x) {
    return d_x.size() == 0 ||
           (d_x.extent(0) == x.extent(0) && d_x.extent(1) == x.extent(1) && d_x.extent(2) == x.extent(2));
  };
  require(like(d_q, in.q) && like(d_k, in.k) && like(d_v, in.v), "gradients are shaped like inputs");
}

template <class Scalar>
void backward_cell_by_cell(const Inputs<Scalar>& in, const Grid& grid, const Outputs<Scalar>& out,
                           const OutputGradients<Scalar>& d_out, const Gradients<Scalar>& gradients) {
  require_gradients_fit(in, grid, out, d_out, gradients);
  const auto& [d_q, d_k, d_v] = gradients;
  const Cells cells(grid);
  const Weigh<Scalar> weigh{scores(in), in.v, out, d_out};
  const Index heads = in.q.extent(0), groups = in.k.extent(0);
  using Policy = Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>;
  if (d_q.size() > 0)
    Kokkos::parallel_for("attention::window::content::backward_queries", Policy(0, heads * grid.cells()),
                         BackwardQueries<Scalar>{cells, weigh, d_q});
  if (d_k.size() > 0 || d_v.size() > 0)
    Kokkos::parallel_for("attention::window::content::backward_keys", Policy(0, groups * grid.stored()),
                         BackwardKeys<Scalar>{cells, weigh, d_k, d_v});
}

}  // namespace attune::attention::window::content
