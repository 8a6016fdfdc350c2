// solvers/heat/multigrid.cpp
#include "solvers/heat/multigrid.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/multigrid_level.hpp"

namespace attune::heat {
namespace {

constexpr double smoothing =
    1.0 / 3;  // damping of what is left over by the next grid, before it and after it
constexpr double solving = 0.05;  // damping of everything, on the last grid
constexpr double narrow = 6;  // the ratio of eigenvalues at which the smoother solves

template <class Scalar> struct CopyPart {
  Field<Scalar> all, part;
  Triple offset;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    part(k, j, i) = all(k + offset[0], j + offset[1], i + offset[2]);
  }
};

// The whole of a field of `domain` on every rank.
template <class Scalar>
void gather(const Domain& domain, const Field<Scalar>& part, const Field<Scalar>& all) {
  const auto values = domain.gather(part);
  const Kokkos::View<const Scalar***, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> host(
      values.data(), all.box.extent(0), all.box.extent(1), all.box.extent(2));
  Kokkos::deep_copy(all.values, host);
}

template <class Scalar> void take_part(const Field<Scalar>& all, const Field<Scalar>& part) {
  Triple offset;
  for (int a = 0; a < 3; ++a) offset[a] = part.box.lower[a] - all.box.lower[a];
  Kokkos::parallel_for("heat::multigrid::take_part", every_cell(part.box),
                       CopyPart<Scalar>{all, part, offset});
}

bool can_be_cut(const Box& box, const Triple& ranks) {
  return box.extent(0) >= ranks[0] && box.extent(1) >= ranks[1] && box.extent(2) >= ranks[2];
}

Triple widest(const Triple& a, const Triple& b) {
  return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::max(a[2], b[2])};
}

GridPair own_boxes(const Domain& fine, const Domain& coarse, int rank) {
  return {fine.owned_by(rank), coarse.owned_by(rank)};
}

TransferHalo halo_between(const Domain& fine, const Domain& coarse) {
  TransferHalo most{{0, 0, 0}, {0, 0, 0}};
  for (int rank = 0; rank < fine.communicator().size; ++rank) {
    const auto halo = transfer_halo({fine.whole(), coarse.whole()}, own_boxes(fine, coarse, rank));
    most = {widest(most.fine, halo.fine), widest(most.coarse, halo.coarse)};
  }
  return most;
}

}  // namespace

template <class Scalar> struct Multigrid<Scalar>::Hierarchy {
  std::vector<Level<Scalar>> levels;

  Hierarchy(LevelGrid grid, Index gathered) {
    const Triple star{grid.r[0] > 0, grid.r[1] > 0, grid.r[2] > 0};
    for (Triple x_halo = star;;) {
      grid.choose_halved();
      const Box coarse_box = grid.coarse_box();
      const Domain& domain = grid.domain;
      const bool shared = domain.communicator().size > 1;
      if (coarse_box == domain.whole()) {
        levels.emplace_back(grid, x_halo, star);
        return;
      }
      if (shared && (domain.whole().cells() < gathered || !can_be_cut(coarse_box, domain.ranks()))) {
        levels.emplace_back(grid, x_halo, star);
        grid.domain = Domain::alone().split(domain.whole(), domain.periodic());
        x_halo = star;
        continue;
      }
      const Domain coarse = domain.rescaled(coarse_box);
      const TransferHalo halo = halo_between(domain, coarse);
      levels.emplace_back(grid, x_halo, widest(star, halo.fine));
      levels.back().transfer.emplace(GridPair{domain.whole(), coarse_box},
                                     own_boxes(domain, coarse, domain.communicator().rank));
      for (int a = 0; a < 3; ++a)
        grid.r[a] *= std::pow(
            static_cast<double>(coarse_box.extent(a)) / static_cast<double>(domain.whole().extent(a)), 2);
      x_halo = widest(star, halo.coarse);
      grid.domain = coarse;
    }
  }

  static bool solved_by_smoother(const Range& spectrum) { return spectrum.high <= narrow * spectrum.low; }

  // x of level n <- an approximation to the solution for its b.
  void cycle(std::size_t n, double a) {
    Level<Scalar>& level = levels[n];
    const LevelGrid& grid = level.grid;
    const Range all = grid.spectrum(a), left_over = grid.left_over(a);
    if (solved_by_smoother(all)) return level.smooth_from_zero(a, all, chebyshev_degree(all, solving));
    Level<Scalar>& next = levels[n + 1];
    if (!level.transfer) {
      gather(grid.domain, level.b, next.b);
      cycle(n + 1, a);
      return take_part(next.x, level.x);
    }
    const int sweeps = chebyshev_degree(left_over, smoothing);
    level.smooth_from_zero(a, left_over, sweeps);
    level.find_residual(a);
    fill_ghosts(level.residual, grid.domain, grid.boundaries);
    level.transfer->restrict_to_coarse(level.residual, next.b);
    cycle(n + 1, a);
    fill_ghosts(next.x, next.grid.domain, next.grid.boundaries);
    level.transfer->add_prolonged(next.x, level.x);
    level.smooth(a, left_over, sweeps);
  }

  double work(double a) const {
    const auto finest = static_cast<double>(levels.front().grid.domain.whole().cells());
    double sum = 0;
    for (const auto& level : levels) {
      const double share = static_cast<double>(level.grid.domain.whole().cells()) / finest;
      const Range all = level.grid.spectrum(a);
      if (solved_by_smoother(all)) return sum + share * (chebyshev_degree(all, solving) - 1);
      if (level.transfer) sum += share * 2 * chebyshev_degree(level.grid.left_over(a), smoothing);
    }
    return sum;
  }
};

template <class Scalar>
Multigrid<Scalar>::Multigrid(const Domain& domain, const Boundaries& boundaries, const Rates& r,
                             const Choice& choice)
    : domain_(domain), stop_(choice.stop) {
  for (int a = 0; a < 3; ++a)
    require(r[a] > 0 || (r[a] == 0 && domain.whole().extent(a) == 1),
            "every axis of more than one cell has a rate above zero");
  hierarchy_ = std::make_shared<Hierarchy>(LevelGrid{domain, boundaries, r}, choice.gathered);
}

template <class Scalar>
void Multigrid<Scalar>::precondition(double a, const Field<Scalar>& r, const Field<Scalar>& z) const {
  Level<Scalar>& finest = hierarchy_->levels.front();
  combine<Scalar>(finest.b, {{1, r}});
  hierarchy_->cycle(0, a);
  combine<Scalar>(z, {{1, finest.x}});
}

template <class Scalar>
Solved Multigrid<Scalar>::solve(double a, const Field<Scalar>& b, const Field<Scalar>& x) const {
  require(a >= 0, "the systems of implicit steps have a >= 0");
  const Communicator& ranks = domain_.communicator();
  const double size = std::sqrt(inner(b, b, ranks));
  if (size == 0) {
    combine<Scalar>(x, {});
    return {};
  }
  Level<Scalar>& finest = hierarchy_->levels.front();
  const auto find_residual = [&] {
    combine<Scalar>(finest.b, {{1, b}});
    combine<Scalar>(finest.x, {{1, x}});
    finest.find_residual(a);
    return std::sqrt(inner(finest.residual, finest.residual, ranks)) / size;
  };
  Solved solved{0, find_residual(), 1};
  while (solved.residual > stop_.tolerance && solved.iterations < stop_.most) {
    const double before = solved.residual;
    combine<Scalar>(finest.b, {{1, finest.residual}});
    hierarchy_->cycle(0, a);
    combine<Scalar>(x, {{1, x}, {1, finest.x}});
    solved = {solved.iterations + 1, find_residual(), solved.work + work(a) + 1};
    if (!(solved.residual < before / 2)) break;  // rounding has the last word
  }
  require_convergence("multigrid", solved, stop_);
  return solved;
}

template <class Scalar> double Multigrid<Scalar>::work(double a) const { return hierarchy_->work(a); }

template <class Scalar> std::vector<Box> Multigrid<Scalar>::grids() const {
  std::vector<Box> boxes;
  for (const auto& level : hierarchy_->levels)
    if (boxes.empty() || !(boxes.back() == level.grid.domain.whole()))
      boxes.push_back(level.grid.domain.whole());
  return boxes;
}

template class Multigrid<float>;
template class Multigrid<double>;

}  // namespace attune::heat
