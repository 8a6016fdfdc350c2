// solvers/heat/grid_transfer.cpp
//
// Kernels sum over z and y along whole rows, which the vector unit takes together, then over x.
#include "solvers/heat/grid_transfer.hpp"

#include <algorithm>

#include "core/core/blocks.hpp"
#include "core/core/require.hpp"

namespace attune::heat {
namespace {

constexpr int most_taps = 4;

// One axis in whole numbers: 2 N s_j = (2 j + 1) M - N.
struct Centres {
  Index n, m;
  bool same() const { return n == m; }
  int taps() const { return same() ? 1 : most_taps; }
  int corners() const { return same() ? 1 : 2; }

  Index place(Index j) const { return (2 * j + 1) * m - n; }
  Index below(Index j) const {
    const Index p = place(j);
    return p >= 0 ? p / (2 * n) : -((-p + 2 * n - 1) / (2 * n));
  }
  double above(Index j) const {
    return static_cast<double>(place(j) - 2 * n * below(j)) / static_cast<double>(2 * n);
  }
  // The first j with s_j > J - 1.
  Index first(Index coarse) const {
    if (same()) return coarse;
    Index j = (2 * coarse - 1) * n / (2 * m) - 2;
    while (place(j) <= 2 * n * (coarse - 1)) ++j;
    return j;
  }
  double weight(Index coarse, Index j) const {
    const Index apart = place(j) - 2 * n * coarse;
    const auto distance = static_cast<double>(apart < 0 ? -apart : apart) / static_cast<double>(2 * n);
    return distance < 1 ? (1 - distance) * static_cast<double>(m) / static_cast<double>(n) : 0;
  }
};

Centres centres_of(const GridPair& whole, int axis) {
  return {whole.fine.extent(axis), whole.coarse.extent(axis)};
}

template <class Scalar>
typename GridTransfer<Scalar>::Axis axis_of(const GridPair& whole, const GridPair& own, int axis) {
  const Centres centres = centres_of(whole, axis);
  const Index fine_lower = own.fine.lower[axis] - whole.fine.lower[axis];
  const Index coarse_lower = own.coarse.lower[axis] - whole.coarse.lower[axis];
  std::vector<Index> first, below;
  std::vector<Scalar> above;
  const View2<Scalar> weight("heat::transfer::weight", own.coarse.extent(axis), most_taps);
  const auto weights = Kokkos::create_mirror_view(weight);
  for (Index c = 0; c < own.coarse.extent(axis); ++c) {
    const Index coarse = coarse_lower + c, j = centres.first(coarse);
    first.push_back(j - fine_lower);
    for (int t = 0; t < centres.taps(); ++t)
      weights(c, t) = static_cast<Scalar>(centres.weight(coarse, j + t));
  }
  Kokkos::deep_copy(weight, weights);
  for (Index j = fine_lower; j < fine_lower + own.fine.extent(axis); ++j) {
    below.push_back(centres.below(j) - coarse_lower);
    above.push_back(static_cast<Scalar>(centres.above(j)));
  }
  return {to_device("heat::transfer::first", first),
          to_device("heat::transfer::below", below),
          weight,
          to_device("heat::transfer::above", above),
          centres.taps(),
          centres.corners()};
}

template <class Scalar> struct Restrict {
  using Axis = typename GridTransfer<Scalar>::Axis;
  Field<Scalar> fine, coarse;
  Axis z, y, x;
  Blocks blocks;

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Index begin = x.first(at.i);
    const int length = static_cast<int>(x.first(at.i + at.cells - 1) - begin) + x.taps;
    Scalar row[2 * lanes + most_taps] = {};
    for (int p = 0; p < z.taps; ++p)
      for (int q = 0; q < y.taps; ++q) {
        const Scalar weight = z.weight(at.k, p) * y.weight(at.j, q);
        const Scalar* const from = &fine(z.first(at.k) + p, y.first(at.j) + q, begin);
        for (int c = 0; c < length; ++c) row[c] += weight * from[c];
      }
    for (int c = 0; c < at.cells; ++c) {
      const Scalar* const from = row + (x.first(at.i + c) - begin);
      Scalar sum = 0;
      for (int t = 0; t < x.taps; ++t) sum += x.weight(at.i + c, t) * from[t];
      coarse(at.k, at.j, at.i + c) = sum;
    }
  }
};

template <class Scalar> struct Prolong {
  using Axis = typename GridTransfer<Scalar>::Axis;
  Field<Scalar> coarse, fine;
  Axis z, y, x;
  Blocks blocks;

  // The share of corner 0 or 1 of a fine cell.
  KOKKOS_FUNCTION static Scalar share(const Axis& axis, Index j, int corner) {
    return corner == 1 ? axis.above(j) : 1 - axis.above(j);
  }

  KOKKOS_FUNCTION void operator()(Index n) const {
    const Block at = blocks.at(n);
    const Index begin = x.below(at.i);
    const int length = static_cast<int>(x.below(at.i + at.cells - 1) - begin) + x.corners;
    Scalar row[lanes + 2] = {};
    for (int p = 0; p < z.corners; ++p)
      for (int q = 0; q < y.corners; ++q) {
        const Scalar weight = share(z, at.k, p) * share(y, at.j, q);
        const Scalar* const from = &coarse(z.below(at.k) + p, y.below(at.j) + q, begin);
        for (int c = 0; c < length; ++c) row[c] += weight * from[c];
      }
    Scalar* const into = &fine(at.k, at.j, at.i);
    if (x.corners == 1) {
      for (int c = 0; c < at.cells; ++c) into[c] += row[c];
      return;
    }
    const Index* const below = &x.below(at.i);
    const Scalar* const above = &x.above(at.i);
    for (int c = 0; c < at.cells; ++c) {
      const Scalar* const from = row + (below[c] - begin);
      into[c] += (1 - above[c]) * from[0] + above[c] * from[1];
    }
  }
};

}  // namespace

template <class Scalar> GridTransfer<Scalar>::GridTransfer(const GridPair& whole, const GridPair& own) {
  for (int a = 0; a < 3; ++a) {
    const Centres centres = centres_of(whole, a);
    require(centres.m <= centres.n && centres.n <= 2 * centres.m, "a coarse axis has half the cells or more");
    axes_[a] = axis_of<Scalar>(whole, own, a);
  }
}

template <class Scalar>
void GridTransfer<Scalar>::restrict_to_coarse(const Field<Scalar>& fine, const Field<Scalar>& coarse) const {
  const Restrict<Scalar> restriction{fine, coarse, axes_[0], axes_[1], axes_[2], Blocks(coarse.box)};
  Kokkos::parallel_for("heat::restrict", restriction.blocks.policy(), restriction);
}

template <class Scalar>
void GridTransfer<Scalar>::add_prolonged(const Field<Scalar>& coarse, const Field<Scalar>& fine) const {
  const Prolong<Scalar> prolongation{coarse, fine, axes_[0], axes_[1], axes_[2], Blocks(fine.box)};
  Kokkos::parallel_for("heat::prolong", prolongation.blocks.policy(), prolongation);
}

template class GridTransfer<float>;
template class GridTransfer<double>;

TransferHalo transfer_halo(const GridPair& whole, const GridPair& own) {
  TransferHalo halo{{0, 0, 0}, {0, 0, 0}};
  for (int a = 0; a < 3; ++a) {
    const Centres centres = centres_of(whole, a);
    if (centres.same()) continue;
    const Index fine_lower = own.fine.lower[a] - whole.fine.lower[a];
    const Index fine_last = fine_lower + own.fine.extent(a) - 1;
    const Index coarse_lower = own.coarse.lower[a] - whole.coarse.lower[a];
    const Index coarse_last = coarse_lower + own.coarse.extent(a) - 1;
    halo.fine[a] = std::max({Index(0), fine_lower - centres.first(coarse_lower),
                             centres.first(coarse_last) + most_taps - 1 - fine_last});
    halo.coarse[a] = std::max(
        {Index(0), coarse_lower - centres.below(fine_lower), centres.below(fine_last) + 1 - coarse_last});
  }
  return halo;
}

}  // namespace attune::heat
