// solvers/heat/multigrid_level.cpp
#include "solvers/heat/multigrid_level.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/core/require.hpp"
#include "solvers/heat/differences.hpp"

namespace attune::heat {
namespace {

template <class Scalar> using PerAxis = Kokkos::Array<Scalar, 3>;

template <class Scalar> struct FirstSweep {
  Field<Scalar> b, d, x;
  Scalar gain;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    for (int c = 0; c < at.cells; ++c)
      x(at.k, at.j, at.i + c) = d(at.k, at.j, at.i + c) = gain * b(at.k, at.j, at.i + c);
  }
};

// b - (I - a L) x of a block of cells.
template <class Scalar> struct Defect {
  Field<Scalar> x, b;
  PerAxis<Scalar> r;  // a r_a

  KOKKOS_FUNCTION void operator()(const Block& at, Scalar* defect) const {
    add_differences(x, r, at, defect);
    const Scalar *const here = &x(at.k, at.j, at.i), *const right = &b(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) defect[c] += right[c] - here[c];
  }
};

template <class Scalar> struct Sweep {
  Defect<Scalar> of;
  Field<Scalar> d, next;
  Scalar keep, gain;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar defect[lanes] = {};
    of(at, defect);
    const Scalar* const here = &of.x(at.k, at.j, at.i);
    Scalar *const step = &d(at.k, at.j, at.i), *const into = &next(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) step[c] = keep * step[c] + gain * defect[c];
    for (int c = 0; c < at.cells; ++c) into[c] = here[c] + step[c];
  }
};

template <class Scalar> struct Residual {
  Defect<Scalar> of;
  Field<Scalar> residual;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar defect[lanes] = {};
    of(at, defect);
    Scalar* const into = &residual(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) into[c] = defect[c];
  }
};

template <class Scalar> PerAxis<Scalar> scaled(double a, const Rates& r) {
  return {Scalar(a * r[0]), Scalar(a * r[1]), Scalar(a * r[2])};
}

// 4 sin^2(theta / 2) of the slowest and the fastest mode of an axis.
Range axis_spectrum(Boundary boundary, Index cells) {
  const auto n = static_cast<double>(cells);
  const double slow = boundary == Boundary::dirichlet ? 1 / n : 0;  // theta / pi
  double fast = boundary == Boundary::dirichlet ? 1 : (n - 1) / n;
  if (boundary == Boundary::periodic && cells % 2 == 0) fast = 1;
  const auto square = [](double turn) { return 4 * std::pow(std::sin(std::numbers::pi * turn / 2), 2); };
  return {square(slow), square(fast)};
}

}  // namespace

Range LevelGrid::spectrum(double a) const {
  Range all{1, 1};
  for (int axis = 0; axis < 3; ++axis) {
    const Range one = axis_spectrum(boundaries[axis], domain.whole().extent(axis));
    all.low += a * r[axis] * one.low;
    all.high += a * r[axis] * one.high;
  }
  return all;
}

Range LevelGrid::left_over(double a) const {
  Range range = spectrum(a);
  double least = range.high - 1;
  for (int axis = 0; axis < 3; ++axis)
    if (halved[axis]) least = std::min(least, a * r[axis]);  // at the angle pi / 3
  range.low = std::max(range.low, 1 + least);
  return range;
}

void LevelGrid::choose_halved() {
  const Box& whole = domain.whole();
  double largest = 0;
  for (int axis = 0; axis < 3; ++axis)
    if (whole.extent(axis) > 1) largest = std::max(largest, r[axis]);
  for (int axis = 0; axis < 3; ++axis) halved[axis] = whole.extent(axis) > 1 && 2 * r[axis] >= largest;
}

Box LevelGrid::coarse_box() const {
  Box box = domain.whole();
  for (int axis = 0; axis < 3; ++axis)
    if (halved[axis]) box.upper[axis] = box.lower[axis] + (box.extent(axis) + 1) / 2;
  return box;
}

template <class Scalar>
Level<Scalar>::Level(const LevelGrid& on, const Triple& x_halo, const Triple& residual_halo)
    : grid(on),
      b(on.domain.field<Scalar>("heat::multigrid::b")),
      x(on.domain.field<Scalar>("heat::multigrid::x", x_halo)),
      other(on.domain.field<Scalar>("heat::multigrid::x", x_halo)),
      d(on.domain.field<Scalar>("heat::multigrid::d")),
      residual(on.domain.field<Scalar>("heat::multigrid::residual", residual_halo)) {}

template <class Scalar> void Level<Scalar>::smooth_from_zero(double a, const Range& range, int sweeps) {
  const FirstSweep<Scalar> first{b, d, x, static_cast<Scalar>(first_gain(range)), Blocks(b.box)};
  Kokkos::parallel_for("heat::multigrid::first_sweep", first.blocks.policy(), first);
  sweeps_after_first(range, sweeps, [this, a](double keep, double gain) { sweep(a, keep, gain); });
}

template <class Scalar> void Level<Scalar>::smooth(double a, const Range& range, int sweeps) {
  sweep(a, 0, first_gain(range));
  sweeps_after_first(range, sweeps, [this, a](double keep, double gain) { sweep(a, keep, gain); });
}

template <class Scalar> void Level<Scalar>::sweep(double a, double keep, double gain) {
  fill_ghosts(x, grid.domain, grid.boundaries);
  const Sweep<Scalar> sweep{{x, b, scaled<Scalar>(a, grid.r)},
                            d,
                            other,
                            static_cast<Scalar>(keep),
                            static_cast<Scalar>(gain),
                            Blocks(b.box)};
  Kokkos::parallel_for("heat::multigrid::sweep", sweep.blocks.policy(), sweep);
  std::swap(x, other);
}

template <class Scalar> void Level<Scalar>::find_residual(double a) {
  fill_ghosts(x, grid.domain, grid.boundaries);
  const Residual<Scalar> find{{x, b, scaled<Scalar>(a, grid.r)}, residual, Blocks(b.box)};
  Kokkos::parallel_for("heat::multigrid::residual", find.blocks.policy(), find);
}

template struct Level<float>;
template struct Level<double>;

}  // namespace attune::heat
