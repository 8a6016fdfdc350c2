// solvers/heat/ftcs_sweep.hpp
//
// The sweep of one tile through several explicit steps; see ftcs_blocked.hpp and ftcs_tiling.hpp.
//
// States in rings are worked off in whole registers from whole lines on: cells beyond those that are wanted
// are computed, from whatever lies there, and never reach one that is.
#pragma once

#include "solvers/heat/ftcs_star.hpp"
#include "solvers/heat/ftcs_tiling.hpp"

namespace attune::heat {

template <class Scalar, int A> struct Sweep {
  using Policy = Kokkos::TeamPolicy<Device>;
  static constexpr Index line = line_cells<Scalar>;
  Field<Scalar> u, next;
  Star<Scalar, A> star;  // on the cells of u
  Tiling tiling;
  bool streams;

  static std::size_t bytes(const Tiling& tiling) {
    return sizeof(Scalar) * static_cast<std::size_t>((tiling.steps - 1) * tiling.ring_cells() + line);
  }

  // A tile at work.
  struct Tile {
    Box box;
    Scalar* rings;
  };

  void operator()(const Policy::member_type& team) const {
    const auto size = bytes(tiling);
    auto* rings = static_cast<Scalar*>(team.team_scratch(1).get_shmem(size));
    rings += misaligned_cells(rings);
    std::fill(rings, rings + (tiling.steps - 1) * tiling.ring_cells(), Scalar(0));
    const Tile tile{tiling.at(team.league_rank()), rings};
    const Index first = tile.box.lower[tiling.walk], past = tile.box.upper[tiling.walk];
    const Index step = tiling.reach[tiling.walk], beyond = step * (tiling.steps - 1);
    for (Index end = first - beyond; end < past + beyond;) {
      end += tiling.group;
      for (int n = 1; n <= tiling.steps; ++n) {
        const Index trails = step * (n - 1), margin = step * (tiling.steps - n);
        planes(tile, n, std::max(end - tiling.group - trails, first - margin),
               std::min(end - trails, past + margin));
      }
    }
    if (streams) simd::end_stream();
  }

  // Planes [begin, end) of state n, row by row: what one plane reads of a row the next finds in the first
  // cache.
  void planes(const Tile& tile, int n, Index begin, Index end) const {
    const Index margin = tiling.reach[tiling.across] * (tiling.steps - n);
    for (Index j = tile.box.lower[tiling.across] - margin; j < tile.box.upper[tiling.across] + margin; ++j)
      for (Index p = begin; p < end; ++p) row(tile, n, p, j);
  }

  void row(const Tile& tile, int n, Index p, Index j) const {
    const Index lower = tile.box.lower[2], upper = tile.box.upper[2];
    const Index beyond = tiling.reach[2] * (tiling.steps - n);
    const Scalar* const ahead = fetched(tile, n, p, j);
    const Index ahead_step = std::max(Index(1), line / tiling.steps);
    if (n == 1) {
      const Star<Scalar, A> own = star;  // stores might write over what others can see
      Scalar* const to = ring(tile, n, p, j) - beyond;
      own.store(Row<Scalar>{cell(u, p, j, lower - beyond), to, ahead, ahead_step, nullptr},
                upper - lower + 2 * beyond);
      return;
    }
    const Star<Scalar, A> own = star_in_ring(tile, p);
    if (n < tiling.steps) {
      const Index before = (beyond + line - 1) / line * line;
      const Index count = (upper + beyond - lower + before + Star<Scalar, A>::W - 1) / Star<Scalar, A>::W;
      own.store(Row<Scalar>{ring(tile, n - 1, p, j) - before, ring(tile, n, p, j) - before, ahead, ahead_step,
                            nullptr},
                count * Star<Scalar, A>::W);
      return;
    }
    const bool rows = tiling.reach[tiling.across] != 0;
    const Index later_p = rows ? p : std::min(p + tiling.group, tile.box.upper[tiling.walk] - 1);
    const Index later_j = rows ? std::min(j + 4, tile.box.upper[tiling.across] - 1) : j;
    const Row<Scalar> last[1] = {{ring(tile, n - 1, p, j), cell(next, p, j, lower), ahead, ahead_step,
                                  cell(next, later_p, later_j, lower)}};
    if (streams)
      own.stream(last, upper - lower);
    else
      own.store(last[0], upper - lower);
  }

  Scalar* cell(const Field<Scalar>& field, Index p, Index j, Index i) const {
    return tiling.walk == 0 ? &field(p, j, i) : &field(j, p, i);
  }

  Index slot(const Tile& tile, Index p) const {
    return (p - tile.box.lower[tiling.walk] + tiling.steps) & (tiling.slots - 1);
  }
  // The first cell of the tile in row j of plane p of state n.
  Scalar* ring(const Tile& tile, int n, Index p, Index j) const {
    const Index above = j - tile.box.lower[tiling.across] + tiling.reach[tiling.across] * (tiling.steps - 1);
    return tile.rings + (n - 1) * tiling.ring_cells() + (slot(tile, p) * tiling.rows + above) * tiling.pitch +
           tiling.margin;
  }
  // The star on plane p of a ring.
  Star<Scalar, A> star_in_ring(const Tile& tile, Index p) const {
    const Index plane = tiling.rows * tiling.pitch, here = slot(tile, p);
    const Index below[3] = {(slot(tile, p - 1) - here) * plane, -tiling.pitch, -1};
    const Index above[3] = {(slot(tile, p + 1) - here) * plane, tiling.pitch, 1};
    const int axes[3] = {tiling.walk, tiling.across, 2};
    Star<Scalar, A> own = star;
    for (int n = 0, a = 0; n < 3 && a < A; ++n) {
      if (tiling.reach[axes[n]] == 0) continue;
      own.below[a] = below[n], own.above[a] = above[n];
      ++a;
    }
    return own;
  }

  // What state 1 will read in the next group, a piece for every state: memory is busy all the time.
  const Scalar* fetched(const Tile& tile, int n, Index p, Index j) const {
    const Index walk = tiling.walk, trails = tiling.reach[walk] * n;
    const Index plane = std::min(p + trails + tiling.group, u.box.extent(walk) + u.halo[walk] - 1);
    const Index i = tile.box.lower[2] + (tile.box.upper[2] - tile.box.lower[2]) * (n - 1) / tiling.steps;
    return cell(u, plane, j, i);
  }
};

// `steps` >= 2 steps along the A axes that have a rate; `streams`: past the caches.
template <int A, class Scalar>
void sweep_tiles(const Field<Scalar>& u, const Rates& r, int steps, const Field<Scalar>& next, bool streams) {
  using Sweeps = Sweep<Scalar, A>;
  const Tiling tiling(u.box, r, steps, sizeof(Scalar));
  const auto bytes = Kokkos::PerTeam(static_cast<int>(Sweeps::bytes(tiling)));
  Kokkos::parallel_for("heat::ftcs_steps",
                       typename Sweeps::Policy(static_cast<int>(tiling.all()), 1).set_scratch_size(1, bytes),
                       Sweeps{u, next, star_of<A>(u, r), tiling, streams});
}

}  // namespace attune::heat
