// solvers/heat/positive_map.cpp
//
// The product of the stencils in one pass: the rows round a row of cells are weighted along z, then along y,
// then along x, in the first cache.
#include "solvers/heat/positive_map.hpp"

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune::heat {
namespace {

constexpr int reach = 2;
constexpr int width = lanes + 2 * reach;  // a block of a row and what lies beside it

template <class Scalar> struct Weights {
  Scalar w0, w1, w2;
  bool present;  // the axis is there

  // to_c <- the stencil on from_c and its neighbours at multiples of `step`.
  KOKKOS_FUNCTION void weigh(const Scalar* from, Index step, int cells, Scalar* to) const {
    for (int c = 0; c < cells; ++c)
      to[c] = w0 * from[c] + w1 * (from[c - step] + from[c + step]) +
              w2 * (from[c - 2 * step] + from[c + 2 * step]);
  }
};

template <class Scalar> struct PositiveStep {
  Field<Scalar> u, next;
  Kokkos::Array<Weights<Scalar>, 3> axis;
  Triple stride;  // of u
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const int beside = axis[2].present ? reach : 0, cells = at.cells + 2 * beside;
    Scalar* const into = &next(at.k, at.j, at.i);
    Scalar rows[2 * reach + 1][width], row[width];

    const Scalar* from = &u(at.k, at.j, at.i) - beside;
    Index step = stride[1];
    if (axis[0].present) {
      const int across = axis[1].present ? reach : 0;
      for (int y = -across; y <= across; ++y)
        axis[0].weigh(from + y * step, stride[0], cells, rows[reach + y]);
      from = rows[reach];
      step = width;
    }
    if (axis[1].present) {
      axis[1].weigh(from, step, cells, row);
      from = row;
    }
    if (axis[2].present)
      axis[2].weigh(from + beside, 1, at.cells, into);
    else
      for (int c = 0; c < at.cells; ++c) into[c] = from[c];
  }
};

}  // namespace

Kokkos::Array<double, 3> positive_weights(double r) {
  require(r == 0 || (r >= 1.0 / 6 && r <= 2.0 / 3), "1/6 <= r <= 2/3, where the map is positive, or r = 0");
  return {1 - 2.5 * r + 3 * r * r, 2 * r * (2 - 3 * r) / 3, r * (6 * r - 1) / 12};
}

template <class Scalar>
void positive_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  require(u.box == next.box && u.values.data() != next.values.data(), "two fields of the same cells");
  const Triple stride{static_cast<Index>(u.values.stride(0)), static_cast<Index>(u.values.stride(1)), 1};
  PositiveStep<Scalar> step{u, next, {}, stride, Blocks(u.box)};
  for (int a = 0; a < 3; ++a) {
    require(r[a] == 0 || u.halo[a] >= reach, "two layers of ghosts along every axis that diffuses");
    const auto w = positive_weights(r[a]);
    step.axis[a] = {static_cast<Scalar>(w[0]), static_cast<Scalar>(w[1]), static_cast<Scalar>(w[2]),
                    r[a] > 0};
  }
  Kokkos::parallel_for("heat::positive_step", step.blocks.policy(), step);
}

template void positive_step(const Field<float>&, const Rates&, const Field<float>&);
template void positive_step(const Field<double>&, const Rates&, const Field<double>&);

// A row is weighted along z once for each row that y then asks for.
Cost positive_cost(const Box& own, const Rates& r, std::size_t bytes_of_scalar) {
  const auto cells = static_cast<double>(own.cells());
  const double z = r[0] > 0 ? (r[1] > 0 ? 2 * reach + 1 : 1) : 0, y = r[1] > 0, x = r[2] > 0;
  return {7 * (z + y + x) * cells, 2 * cells * static_cast<double>(bytes_of_scalar)};
}

}  // namespace attune::heat
