// solvers/heat/multigrid.cpp
#include "solvers/heat/multigrid.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/cycles.hpp"
#include "solvers/heat/gathering.hpp"
#include "solvers/heat/multigrid_level.hpp"

namespace attune::heat {
namespace {

constexpr double smoothing =
    1.0 / 3;  // damping of what is left over by the next grid, before it and after it
constexpr double solving = 0.05;  // damping of everything, on the last grid
constexpr double narrow = 6;  // the ratio of eigenvalues at which the smoother solves

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

  Hierarchy(LevelGrid grid, Index fewest) {
    const Triple star{grid.r[0] > 0, grid.r[1] > 0, grid.r[2] > 0};
    for (Triple x_halo = star;;) {
      grid.choose_halved();
      const Box coarse_box = grid.coarse_box();
      const Domain& domain = grid.domain;
      if (coarse_box == domain.whole()) {
        levels.emplace_back(grid, x_halo, star);
        return;
      }
      if (to_be_gathered(domain, coarse_box, fewest)) {
        levels.emplace_back(grid, x_halo, star);
        grid.domain = gathered(domain);
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

  const Communicator& communicator() const { return levels.front().grid.domain.communicator(); }

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
    : stop_(choice.stop) {
  for (int a = 0; a < 3; ++a)
    require(r[a] > 0 || (r[a] == 0 && domain.whole().extent(a) == 1),
            "every axis of more than one cell has a rate above zero");
  hierarchy_ = std::make_shared<Hierarchy>(LevelGrid{domain, boundaries, r}, choice.gathered);
}

template <class Scalar>
void Multigrid<Scalar>::precondition(double a, const Field<Scalar>& r, const Field<Scalar>& z) const {
  precondition_by_cycle(*hierarchy_, a, r, z);
}

template <class Scalar>
Solved Multigrid<Scalar>::solve(double a, const Field<Scalar>& b, const Field<Scalar>& x) const {
  return solve_by_cycles(*hierarchy_, a, b, x, {stop_, 2});
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
