// solvers/heat/positive_map.cpp
//
// The product of the stencils in one pass: the rows round a bundle of rows of cells are weighted along z,
// then along y, then along x, in the first cache.
#include "solvers/heat/positive_map.hpp"

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune::heat {
namespace {

constexpr int reach = 2;
constexpr int width = lanes + 2 * reach;  // a block of a row and what lies beside it
constexpr int bundle = on_host ? 8 : 1;  // rows that share what is weighted along z

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

// A bundle of rows of one plane: what is weighted along z serves all rows within reach along y.
template <class Scalar> struct PositiveStep {
  Field<Scalar> u, next;
  Kokkos::Array<Weights<Scalar>, 3> axis;
  Triple stride;  // of u
  Blocks blocks;  // of bundles

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Index first = at.j * bundle, left = u.box.extent(1) - first;
    const int count = static_cast<int>(left < bundle ? left : bundle);
    const int beside = axis[2].present ? reach : 0, across = axis[1].present ? reach : 0;
    const Scalar* from = &u(at.k, first, at.i) - beside;
    Index step = stride[1];
    Scalar rows[bundle + 2 * reach][width];
    if (axis[0].present) {
      for (int y = -across; y < count + across; ++y)
        axis[0].weigh(from + y * step, stride[0], at.cells + 2 * beside, rows[reach + y]);
      from = rows[reach];
      step = width;
    }
    for (int y = 0; y < count; ++y)
      finish(from + y * step, step, at.cells, beside, &next(at.k, first + y, at.i));
  }

  // Along y and x.
  KOKKOS_FUNCTION void finish(const Scalar* from, Index step, int cells, int beside, Scalar* into) const {
    Scalar row[width];
    if (axis[1].present) {
      axis[1].weigh(from, step, cells + 2 * beside, row);
      from = row;
    }
    if (axis[2].present)
      axis[2].weigh(from + beside, 1, cells, into);
    else
      for (int c = 0; c < cells; ++c) into[c] = from[c];
  }
};

Box bundles(const Box& own) {
  Box box{{0, 0, 0}, own.shape()};
  box.upper[1] = (own.extent(1) + bundle - 1) / bundle;
  return box;
}

}  // namespace

Kokkos::Array<double, 3> positive_weights(double r) {
  require(r == 0 || (r >= 1.0 / 6 && r <= 2.0 / 3), "1/6 <= r <= 2/3, where the map is positive, or r = 0");
  return {1 - 2.5 * r + 3 * r * r, 2 * r * (2 - 3 * r) / 3, r * (6 * r - 1) / 12};
}

template <class Scalar>
void positive_step(const Field<Scalar>& u, const Rates& r, const Field<Scalar>& next) {
  require(u.box == next.box && u.values.data() != next.values.data(), "two fields of the same cells");
  const Triple stride{static_cast<Index>(u.values.stride(0)), static_cast<Index>(u.values.stride(1)), 1};
  PositiveStep<Scalar> step{u, next, {}, stride, Blocks(bundles(u.box))};
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

// A row weighted along z serves a bundle of rows and those within reach of it.
Cost positive_cost(const Box& own, const Rates& r, std::size_t bytes_of_scalar) {
  const auto row = static_cast<double>(own.extent(0) * own.extent(2));
  const auto rows = static_cast<double>(own.extent(1)),
             beside = static_cast<double>(2 * reach * bundles(own).extent(1));
  const double z = r[0] > 0 ? rows + (r[1] > 0 ? beside : 0) : 0, y = r[1] > 0 ? rows : 0,
               x = r[2] > 0 ? rows : 0;
  return {7 * (z + y + x) * row, 2 * rows * row * static_cast<double>(bytes_of_scalar)};
}

}  // namespace attune::heat
