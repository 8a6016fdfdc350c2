// core/domain/halo.cpp
//
// Halo exchange, one axis after the other (z, y, x): what is exchanged along an axis includes the ghosts of
// the axes before it, so edges and corners arrive without messages of their own.
#include <algorithm>
#include <map>

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

Index wrapped(Index g, Index lower, Index cells) { return lower + ((g - lower) % cells + cells) % cells; }

// The runs that fill the ghosts [begin, end) along `axis` of the rank `taker`; `line` lists the ranks along
// the axis.
void runs_of(const Domain& domain, int axis, const std::vector<int>& line, int taker, Index begin, Index end,
             std::vector<Run>& runs) {
  const Box& whole = domain.whole();
  for (Index g = begin; g < end;) {
    const bool inside = g >= whole.lower[axis] && g < whole.upper[axis];
    if (!inside && !domain.periodic()[axis]) {
      ++g;
      continue;
    }
    const Index source = wrapped(g, whole.lower[axis], whole.extent(axis));
    for (const int owner : line) {
      const Box box = domain.owned_by(owner);
      if (source < box.lower[axis] || source >= box.upper[axis]) continue;
      const Index cells = std::min(box.upper[axis] - source, end - g);
      runs.push_back({owner, taker, source, g, cells});
      g += cells;
      break;
    }
  }
}

// The ranks whose boxes differ from mine along `axis` only.
std::vector<int> line_through(const Domain& domain, int axis) {
  std::vector<int> line;
  const Box mine = domain.mine();
  for (int rank = 0; rank < domain.communicator().size; ++rank) {
    const Box box = domain.owned_by(rank);
    bool same = true;
    for (int a = 0; a < 3; ++a)
      same = same && (a == axis || (box.lower[a] == mine.lower[a] && box.upper[a] == mine.upper[a]));
    if (same) line.push_back(rank);
  }
  return line;
}

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
    const auto line = line_through(*this, axis);
    std::vector<Run> runs;
    for (const int taker : line) {
      const Box box = owned_by(taker);
      runs_of(*this, axis, line, taker, box.lower[axis] - u.halo[axis], box.lower[axis], runs);
      runs_of(*this, axis, line, taker, box.upper[axis], box.upper[axis] + u.halo[axis], runs);
    }
    std::map<int, std::vector<Box>> give, take;
    for (const Run& run : runs) {
      if (run.owner == me) give[run.taker].push_back(section(u, axis, run.source, run.cells));
      if (run.taker == me) take[run.owner].push_back(section(u, axis, run.target, run.cells));
    }
    transfer(u, give, u, take, {division->ranks, me, division->device_aware});
  }
}

template void Domain::exchange_halo(const Field<float>&) const;
template void Domain::exchange_halo(const Field<double>&) const;

}  // namespace attune
