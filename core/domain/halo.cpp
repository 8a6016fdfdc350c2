// core/domain/halo.cpp
//
// Halo exchange, one axis after the other (z, y, x): what is exchanged along an axis includes the ghosts of
// the axes before it, so edges and corners arrive without messages of their own.
#include <algorithm>
#include <map>
#include <set>

#include "core/core/require.hpp"
#include "core/domain/division_state.hpp"
#include "core/domain/transfer.hpp"

namespace attune {
namespace {

// A run of ghost cells of one rank along an axis and where another rank owns them.
struct Run {
  int owner, taker;
  Index source, target, cells;  // global indices; the target is not wrapped
};

Index wrapped(Index g, Index cells) { return (g % cells + cells) % cells; }

// The ranks whose boxes differ from mine along one axis only.
struct Line {
  const Domain& domain;
  int axis;
  Triple here;  // my place in the grid of ranks

  Line(const Domain& of, int along)
      : domain(of), axis(along), here(rank_place(of.ranks(), of.communicator().rank)) {}

  Index cells() const { return domain.whole().extent(axis); }
  Index parts() const { return domain.ranks()[axis]; }
  int rank(Index place) const {
    Triple there = here;
    there[axis] = place;
    return rank_at(domain.ranks(), there);
  }

  // Those whose ghosts I may own. A halo reaches past as many boxes as boxes of the smallest size make it up.
  std::set<int> takers(Index halo) const {
    const Index smallest = cells() / parts();
    const Index reach = std::min(parts(), (halo + smallest - 1) / smallest);
    std::set<int> ranks;
    for (Index place = here[axis] - reach; place <= here[axis] + reach; ++place)
      if (domain.periodic()[axis] || (place >= 0 && place < parts()))
        ranks.insert(rank(wrapped(place, parts())));
    return ranks;
  }

  // Appends the runs that fill the ghosts [begin, end) of the rank `taker`.
  void add_runs(int taker, Index begin, Index end, std::vector<Run>& runs) const {
    const Index first = domain.whole().lower[axis];
    for (Index g = begin; g < end;) {
      const bool inside = g >= first && g < first + cells();
      if (!inside && !domain.periodic()[axis]) {
        ++g;
        continue;
      }
      const Index source = first + wrapped(g - first, cells());
      const int owner = rank(owning_place(cells(), parts(), source - first));
      const Index run = std::min(domain.owned_by(owner).upper[axis] - source, end - g);
      runs.push_back({owner, taker, source, g, run});
      g += run;
    }
  }
};

// The part of the stored array that a run covers: all cells and ghosts of the axes before `axis`, own cells
// of those after it.
template <class Scalar> Box section(const Field<Scalar>& u, int axis, Index first, Index cells) {
  Box part;
  for (int a = 0; a < 3; ++a) {
    part.lower[a] = a < axis ? -u.halo[a] : 0;
    part.upper[a] = a < axis ? u.box.extent(a) + u.halo[a] : u.box.extent(a);
  }
  part.lower[axis] = first - u.box.lower[axis];
  part.upper[axis] = part.lower[axis] + cells;
  return part;
}

}  // namespace

template <class Scalar> void Domain::exchange_halo(const Field<Scalar>& u) const {
  require(u.box == mine(), "a field is exchanged by the domain that it was made for");
  const int me = communicator().rank;
  for (int axis = 0; axis < 3; ++axis) {
    if (u.halo[axis] == 0) continue;
    const Line line(*this, axis);
    std::vector<Run> runs;
    for (const int taker : line.takers(u.halo[axis])) {
      const Box box = owned_by(taker);
      line.add_runs(taker, box.lower[axis] - u.halo[axis], box.lower[axis], runs);
      line.add_runs(taker, box.upper[axis], box.upper[axis] + u.halo[axis], runs);
    }
    std::map<int, std::vector<Box>> give, take;
    for (const Run& run : runs) {
      if (run.owner == me) give[run.taker].push_back(section(u, axis, run.source, run.cells));
      if (run.taker == me) take[run.owner].push_back(section(u, axis, run.target, run.cells));
    }
    transfer(u, give, u, take, {division->ranks, me, division->device_aware, *division->sent});
  }
}

template void Domain::exchange_halo(const Field<float>&) const;
template void Domain::exchange_halo(const Field<double>&) const;

}  // namespace attune
