// experiments/heat/parts/scaling/scaling_messages.cpp
#include "experiments/heat/parts/scaling/scaling_messages.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/domain/division.hpp"
#include "solvers/heat/multigrid_level.hpp"

namespace attune::experiments::heat::scaling {
namespace {

namespace solver = attune::heat;

constexpr Index all_looked_at = 256;  // ranks

std::vector<int> representatives(const Layout& layout) {
  const auto size = static_cast<int>(layout.size());
  std::vector<int> ranks;
  if (size <= all_looked_at) {
    for (int rank = 0; rank < size; ++rank) ranks.push_back(rank);
    return ranks;
  }
  const Triple& n = layout.ranks;
  return {0, static_cast<int>((n[0] / 2 * n[1] + n[1] / 2) * n[2] + n[2] / 2), size - 1};
}

Triple star(int dimensions, Index width) {
  Triple halo{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) halo[a] = width;
  return halo;
}

Triple widest(const Triple& a, const Triple& b) {
  return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::max(a[2], b[2])};
}

// Ghost cells of the box at `place` along an axis that lie on other ranks, and on how many.
struct Ghosts {
  Index cells = 0;
  std::set<Index> owners;
};
Ghosts ghosts_along(const Layout& layout, int axis, Index place, Index halo) {
  const Index cells = layout.whole.extent(axis), parts = layout.ranks[axis];
  const bool periodic = layout.boundaries[axis] == solver::Boundary::periodic;
  Ghosts ghosts;
  for (const int side : {-1, 1}) {
    Index at = place;
    for (Index left = halo; left > 0;) {
      at += side;
      if (!periodic && (at < 0 || at >= parts)) break;
      const Index owner = (at % parts + parts) % parts;
      const Index taken = std::min(left, cells * (owner + 1) / parts - cells * owner / parts);
      if (owner != place) {
        ghosts.cells += taken;
        ghosts.owners.insert(owner);
      }
      left -= taken;
    }
  }
  return ghosts;
}

Load redistribution_load(const std::vector<Box>& from, const std::vector<Box>& to, int rank) {
  Load load;
  for (std::size_t peer = 0; peer < from.size(); ++peer) {
    const Box part = intersection(from[peer], to[rank]);
    if (static_cast<int>(peer) == rank || part.empty()) continue;
    ++load.messages;
    load.bytes += 8.0 * static_cast<double>(part.cells());  // transforms are in double
  }
  return load;
}

// The divisions that a transform goes through: own boxes, lines of each axis there and back, own boxes.
std::vector<std::vector<Box>> divisions(const Layout& layout) {
  std::vector<Box> own;
  for (int rank = 0; rank < layout.size(); ++rank) own.push_back(layout.box(rank));
  std::vector<std::vector<Box>> passed{own};
  for (int axis = 3 - layout.dimensions; axis < 3; ++axis)
    passed.push_back(pencils(layout.whole, axis, static_cast<int>(layout.size())));
  for (int axis = 1; axis >= 3 - layout.dimensions; --axis)
    passed.push_back(pencils(layout.whole, axis, static_cast<int>(layout.size())));
  passed.push_back(own);
  return passed;
}

solver::TransferHalo halo_between(const Layout& fine, const Layout& coarse) {
  solver::TransferHalo most{{0, 0, 0}, {0, 0, 0}};
  for (const int rank : representatives(fine)) {
    const auto halo = solver::transfer_halo({fine.whole, coarse.whole}, {fine.box(rank), coarse.box(rank)});
    most = {widest(most.fine, halo.fine), widest(most.coarse, halo.coarse)};
  }
  return most;
}

bool can_be_cut(const Layout& layout) {
  for (int a = 0; a < 3; ++a)
    if (layout.whole.extent(a) < layout.ranks[a]) return false;
  return true;
}

// The numbers of multigrid's datasheet: what its smoother damps to, and where it solves.
constexpr double smoothing = 1.0 / 3, solving = 0.05, narrow = 6;

Load cycle_load(double a, Layout layout, int rank, double bytes_of_scalar) {
  const auto periodic = solver::periodic_axes(layout.boundaries);
  solver::LevelGrid grid{Domain::alone(), layout.boundaries, solver::rates_of(1, layout.dimensions)};
  const Triple one = star(layout.dimensions, 1);
  Load load;
  for (Triple x_halo = one;;) {
    grid.domain = Domain::alone().split(layout.whole, periodic);
    grid.choose_halved();
    const auto x = halo_load(layout, rank, x_halo, bytes_of_scalar);
    if (const auto all = grid.spectrum(a); all.high <= narrow * all.low) {
      load.add(x, solver::chebyshev_degree(all, solving) - 1);
      return load;
    }
    Layout coarse = layout;
    coarse.whole = grid.coarse_box();
    if (layout.size() > 1 && (layout.whole.cells() < MarchChoice::gathered || !can_be_cut(coarse))) {
      const auto others = layout.whole.cells() - layout.box(rank).cells();
      load.add({static_cast<double>(layout.size() - 1), bytes_of_scalar * static_cast<double>(others)});
      return load;
    }
    const auto halo = halo_between(layout, coarse);
    load.add(x, 2 * solver::chebyshev_degree(grid.left_over(a), smoothing));
    load.add(halo_load(layout, rank, widest(one, halo.fine), bytes_of_scalar));
    x_halo = widest(one, halo.coarse);
    load.add(halo_load(coarse, rank, x_halo, bytes_of_scalar));
    for (int axis = 0; axis < 3; ++axis)
      grid.r[axis] *= std::pow(
          static_cast<double>(coarse.whole.extent(axis)) / static_cast<double>(layout.whole.extent(axis)), 2);
    layout = coarse;
  }
}

}  // namespace

Box Layout::box(int rank) const { return rank_box(whole, ranks, rank); }

Layout layout_of(const std::vector<Index>& cells, const std::string& boundary, int ranks) {
  const auto dimensions = static_cast<int>(cells.size());
  const Box whole = grid_box(cells);
  return {dimensions, solver::boundaries_of({boundary}, dimensions), whole, rank_grid(whole, ranks)};
}

Load halo_load(const Layout& layout, int rank, const Triple& halo, double bytes_of_scalar) {
  const Box box = layout.box(rank);
  const Triple place = rank_place(layout.ranks, rank);
  Load load;
  for (int axis = 0; axis < 3; ++axis) {
    Index section = 1;
    for (int other = 0; other < 3; ++other)
      if (other != axis) section *= box.extent(other) + (other < axis ? 2 * halo[other] : 0);
    const Ghosts ghosts = ghosts_along(layout, axis, place[axis], halo[axis]);
    load.messages += static_cast<double>(ghosts.owners.size());
    load.bytes += bytes_of_scalar * static_cast<double>(ghosts.cells * section);
  }
  return load;
}

Load step_load(Method method, const MarchChoice& choice, const Layout& layout, int rank,
               const StepCounts& counts) {
  const auto halo = [&](Index width) {
    return halo_load(layout, rank, star(layout.dimensions, width), counts.bytes_of_scalar);
  };
  Load load;
  switch (method) {
    case Method::ftcs:
      load.add(halo(1));
      break;
    case Method::blocked:
      load.add(halo(choice.block_steps), 1 / static_cast<double>(choice.block_steps));
      break;
    case Method::runge_kutta:
      load.add(halo(2), 4);
      break;
    case Method::window:
      load.add(halo(choice.window_reach));
      break;
    case Method::multigrid:
      load.add(halo(1), counts.applications);
      load.add(cycle_load(choice.implicit_rate, layout, rank, counts.bytes_of_scalar), counts.cycles);
      break;
    case Method::spectral: {
      const auto passed = divisions(layout);
      for (std::size_t n = 1; n < passed.size(); ++n)
        load.add(redistribution_load(passed[n - 1], passed[n], rank));
    }
  }
  return load;
}

Load busiest_load(Method method, const MarchChoice& choice, const Layout& layout, const StepCounts& counts) {
  Load most;
  for (const int rank : representatives(layout)) {
    const Load load = step_load(method, choice, layout, rank, counts);
    most = {std::max(most.messages, load.messages), std::max(most.bytes, load.bytes)};
  }
  return most;
}

double step_reductions(Method method, const StepCounts& counts) {
  if (method != Method::multigrid) return 0;
  const double starts = counts.applications - 1 - counts.cycles;
  return 2 * (2 + 3 * counts.cycles + 2 * starts);
}

double step_work(Method method, const Layout& layout, const StepCounts& counts) {
  double most = 0;
  if (method != Method::spectral) {
    for (const int rank : representatives(layout))
      most = std::max(most, static_cast<double>(layout.box(rank).cells()));
    return method == Method::multigrid ? most * counts.cycles : most;
  }
  double work = 0;
  for (int axis = 3 - layout.dimensions; axis < 3; ++axis) {
    most = 0;
    for (const Box& lines : pencils(layout.whole, axis, static_cast<int>(layout.size())))
      most = std::max(most, lines.empty() ? 0.0 : static_cast<double>(lines.cells()));
    work += most * std::log2(static_cast<double>(layout.whole.extent(axis)));
  }
  return work;
}

}  // namespace attune::experiments::heat::scaling
