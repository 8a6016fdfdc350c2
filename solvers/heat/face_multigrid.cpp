// solvers/heat/face_multigrid.cpp
#include "solvers/heat/face_multigrid.hpp"

#include "solvers/heat/cycles.hpp"
#include "solvers/heat/face_level.hpp"
#include "solvers/heat/gathering.hpp"

namespace attune::heat {
namespace {

constexpr Range left_over{0.3,
                          2};  // eigenvalues of D^-1 A of modes that the next grid lacks or represents badly
constexpr int sweeps = 2;
constexpr double solving = 0.05;  // damping of everything, on the last grid
constexpr double narrow = 6;  // the ratio of eigenvalues at which the smoother solves

template <class Scalar> Field<Scalar> ones(const Domain& domain) {
  const auto one = domain.field<Scalar>("heat::face_multigrid::ones");
  Kokkos::deep_copy(one.values, Scalar(1));
  return one;
}

}  // namespace

template <class Scalar> struct FaceMultigrid<Scalar>::Hierarchy {
  std::vector<FaceLevel<Scalar>> levels;
  double prepared = -1;  // the a of the diagonals

  Hierarchy(FaceGrid<Scalar> grid, Index fewest) {
    for (Triple x_ghosts = star(grid);;) {
      const int axis = strongest_axis(grid);
      if (axis < 0) {
        levels.emplace_back(grid, x_ghosts, star(grid));
        return;
      }
      if (to_be_gathered(grid.domain, halved_box(grid.domain.whole(), axis), fewest)) {
        levels.emplace_back(grid, x_ghosts, star(grid));
        grid = gathered(grid);
        x_ghosts = star(grid);
        continue;
      }
      const auto next = coarsened(grid, axis);
      levels.emplace_back(grid, x_ghosts, next.transfer.w.halo);
      levels.back().transfer = next.transfer;
      grid = next.grid;
      x_ghosts = star(grid);
      x_ghosts[axis] = next.ghosts.coarse;
    }
  }

  static Triple star(const FaceGrid<Scalar>& grid) { return one_ghost(grid.domain, grid.boundaries); }
  static bool solved_by_smoother(const Range& spectrum) { return spectrum.high <= narrow * spectrum.low; }
  const Communicator& communicator() const { return levels.front().grid.domain.communicator(); }

  void prepare(double a) {
    if (a == prepared) return;
    for (auto& level : levels) level.prepare(a);
    prepared = a;
  }

  // x of level n <- an approximation to the solution for its b.
  void cycle(std::size_t n, double a) {
    prepare(a);
    FaceLevel<Scalar>& level = levels[n];
    const Range& all = level.spectrum;
    if (n + 1 == levels.size() || solved_by_smoother(all))
      return level.smooth_from_zero(a, all, chebyshev_degree(all, solving));
    FaceLevel<Scalar>& next = levels[n + 1];
    if (!level.transfer) {
      gather(level.grid.domain, level.b, next.b);
      cycle(n + 1, a);
      return take_part(next.x, level.x);
    }
    level.smooth_from_zero(a, left_over, sweeps);
    level.find_residual(a);
    level.grid.domain.exchange_halo(level.residual);
    level.transfer->restrict_to_coarse(level.residual, next.b);
    cycle(n + 1, a);
    next.grid.domain.exchange_halo(next.x);
    level.transfer->add_prolonged(next.x, level.x);
    level.smooth(a, left_over, sweeps);
  }

  double work(double a) {
    prepare(a);
    const auto finest = static_cast<double>(levels.front().grid.domain.whole().cells());
    double sum = 0;
    for (const auto& level : levels) {
      const double share = static_cast<double>(level.grid.domain.whole().cells()) / finest;
      if (solved_by_smoother(level.spectrum))
        return sum + share * (chebyshev_degree(level.spectrum, solving) - 1);
      if (level.transfer) sum += share * 2 * sweeps;
    }
    return sum;
  }
};

template <class Scalar>
FaceMultigrid<Scalar>::FaceMultigrid(const FaceOperator<Scalar>& l, const Choice& choice)
    : FaceMultigrid(l, ones<Scalar>(l.domain()), choice) {}

template <class Scalar>
FaceMultigrid<Scalar>::FaceMultigrid(const FaceOperator<Scalar>& l, const Field<Scalar>& volume,
                                     const Choice& choice)
    : hierarchy_(std::make_shared<Hierarchy>(finest_grid(l.domain(), l.boundaries(), l.faces(), volume),
                                             choice.gathered)),
      stop_(choice.stop) {}

template <class Scalar>
void FaceMultigrid<Scalar>::precondition(double a, const Field<Scalar>& r, const Field<Scalar>& z) const {
  precondition_by_cycle(*hierarchy_, a, r, z);
}

template <class Scalar>
Solved FaceMultigrid<Scalar>::solve(double a, const Field<Scalar>& b, const Field<Scalar>& x) const {
  hierarchy_->prepare(a);
  return solve_by_cycles(*hierarchy_, a, b, x, {stop_, 1.05});
}

template <class Scalar> double FaceMultigrid<Scalar>::work(double a) const { return hierarchy_->work(a); }

template <class Scalar> std::vector<Box> FaceMultigrid<Scalar>::grids() const {
  std::vector<Box> boxes;
  for (const auto& level : hierarchy_->levels)
    if (boxes.empty() || !(boxes.back() == level.grid.domain.whole()))
      boxes.push_back(level.grid.domain.whole());
  return boxes;
}

template class FaceMultigrid<float>;
template class FaceMultigrid<double>;

}  // namespace attune::heat
