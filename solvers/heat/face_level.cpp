// solvers/heat/face_level.cpp
#include "solvers/heat/face_level.hpp"

#include <utility>

namespace attune::heat {
namespace {

template <class Scalar> struct FaceFirstSweep {
  Field<Scalar> b, inverse, d, x;
  Scalar gain;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    for (int c = 0; c < at.cells; ++c)
      x(at.k, at.j, at.i + c) = d(at.k, at.j, at.i + c) =
          gain * inverse(at.k, at.j, at.i + c) * b(at.k, at.j, at.i + c);
  }
};

// b - A x of a block of cells.
template <class Scalar> struct FaceDefect {
  Faces<Scalar> faces;
  Field<Scalar> x, b, volume;
  Scalar a;

  KOKKOS_FUNCTION void operator()(const Block& at, Scalar* defect) const {
    const Scalar* const here = &x(at.k, at.j, at.i);
    for (int axis = 0; axis < 3; ++axis) {
      if (!faces.across[axis]) continue;
      const Index k = axis == 0, j = axis == 1, i = axis == 2;
      const Scalar* const below = &x(at.k - k, at.j - j, at.i - i);
      const Scalar* const above = &x(at.k + k, at.j + j, at.i + i);
      const Scalar* const enter = &faces.g[axis](at.k, at.j, at.i);
      const Scalar* const leave = &faces.g[axis](at.k + k, at.j + j, at.i + i);
      for (int c = 0; c < at.cells; ++c)
        defect[c] += leave[c] * (above[c] - here[c]) - enter[c] * (here[c] - below[c]);
    }
    const Scalar *const right = &b(at.k, at.j, at.i), *const v = &volume(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) defect[c] = (right[c] - v[c] * here[c]) + a * defect[c];
  }
};

template <class Scalar> struct FaceSweep {
  FaceDefect<Scalar> of;
  Field<Scalar> inverse, d, next;
  Scalar keep, gain;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    Scalar defect[lanes] = {};
    of(at, defect);
    const Scalar *const here = &of.x(at.k, at.j, at.i), *const share = &inverse(at.k, at.j, at.i);
    Scalar *const step = &d(at.k, at.j, at.i), *const into = &next(at.k, at.j, at.i);
    for (int c = 0; c < at.cells; ++c) step[c] = keep * step[c] + gain * share[c] * defect[c];
    for (int c = 0; c < at.cells; ++c) into[c] = here[c] + step[c];
  }
};

template <class Scalar> struct FaceResidual {
  FaceDefect<Scalar> of;
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

// Sums of the conductances of a cell: to cells, and to walls.
template <class Scalar> struct RowSums {
  Faces<Scalar> faces;
  Field<Scalar> volume;
  double a;

  struct Row {
    double diagonal, beside;
  };
  KOKKOS_FUNCTION Row of(Index k, Index j, Index i) const {
    const Index at[3] = {k, j, i};
    double cells = 0, walls = 0;
    for (int axis = 0; axis < 3; ++axis) {
      if (!faces.across[axis]) continue;
      const double enter = faces.g[axis](k, j, i);
      const double leave = faces.g[axis](k + (axis == 0), j + (axis == 1), i + (axis == 2));
      (at[axis] == faces.lower[axis] ? walls : cells) += enter;
      (at[axis] + 1 == faces.upper[axis] ? walls : cells) += leave;
    }
    return {double(volume(k, j, i)) + a * (cells + walls), a * cells};
  }
  KOKKOS_FUNCTION void operator()(const Block& block, double* x) const {
    for (int c = 0; c < block.cells; ++c) {
      const Row row = of(block.k, block.j, block.i + c);
      x[c] = row.diagonal > 0 ? row.beside / row.diagonal : 0;
    }
  }
};

template <class Scalar> struct InvertDiagonal {
  RowSums<Scalar> rows;
  Field<Scalar> inverse;
  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const double diagonal = rows.of(k, j, i).diagonal;
    inverse(k, j, i) = diagonal > 0 ? static_cast<Scalar>(1 / diagonal) : Scalar(0);
  }
};

}  // namespace

template <class Scalar>
FaceLevel<Scalar>::FaceLevel(const FaceGrid<Scalar>& on, const Triple& x_ghosts,
                             const Triple& residual_ghosts)
    : grid(on),
      b(on.domain.template field<Scalar>("heat::face_multigrid::b")),
      x(on.domain.template field<Scalar>("heat::face_multigrid::x", x_ghosts)),
      other(on.domain.template field<Scalar>("heat::face_multigrid::x", x_ghosts)),
      d(on.domain.template field<Scalar>("heat::face_multigrid::d")),
      residual(on.domain.template field<Scalar>("heat::face_multigrid::residual", residual_ghosts)),
      inverse(on.domain.template field<Scalar>("heat::face_multigrid::inverse")) {}

template <class Scalar> void FaceLevel<Scalar>::prepare(double a) {
  const RowSums<Scalar> rows{grid.faces, grid.volume, a};
  const Blocks blocks(b.box);
  const double q = sum::largest("heat::face_multigrid::spectrum", blocks.count(),
                                sum::Cells<RowSums<Scalar>>{rows, blocks}, grid.domain.communicator());
  spectrum = {1 - q, 1 + q};
  Kokkos::parallel_for("heat::face_multigrid::invert", every_cell(b.box),
                       InvertDiagonal<Scalar>{rows, inverse});
}

template <class Scalar> void FaceLevel<Scalar>::smooth_from_zero(double a, const Range& range, int sweeps) {
  const FaceFirstSweep<Scalar> first{b, inverse, d, x, static_cast<Scalar>(first_gain(range)), Blocks(b.box)};
  Kokkos::parallel_for("heat::face_multigrid::first_sweep", first.blocks.policy(), first);
  sweeps_after_first(range, sweeps, [this, a](double keep, double gain) { sweep(a, keep, gain); });
}

template <class Scalar> void FaceLevel<Scalar>::smooth(double a, const Range& range, int sweeps) {
  sweep(a, 0, first_gain(range));
  sweeps_after_first(range, sweeps, [this, a](double keep, double gain) { sweep(a, keep, gain); });
}

template <class Scalar> void FaceLevel<Scalar>::sweep(double a, double keep, double gain) {
  grid.domain.exchange_halo(x);
  const FaceSweep<Scalar> sweep{{grid.faces, x, b, grid.volume, static_cast<Scalar>(a)},
                                inverse,
                                d,
                                other,
                                static_cast<Scalar>(keep),
                                static_cast<Scalar>(gain),
                                Blocks(b.box)};
  Kokkos::parallel_for("heat::face_multigrid::sweep", sweep.blocks.policy(), sweep);
  std::swap(x, other);
}

template <class Scalar> void FaceLevel<Scalar>::find_residual(double a) {
  grid.domain.exchange_halo(x);
  const FaceResidual<Scalar> find{
      {grid.faces, x, b, grid.volume, static_cast<Scalar>(a)}, residual, Blocks(b.box)};
  Kokkos::parallel_for("heat::face_multigrid::residual", find.blocks.policy(), find);
}

template struct FaceLevel<float>;
template struct FaceLevel<double>;

}  // namespace attune::heat
