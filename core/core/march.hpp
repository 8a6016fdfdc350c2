// core/core/march.hpp
//
// Stencils on devices: a team owns a tile of cells and marches along z, a plane in scratch at a time.
//
//   scratch   <- plane z, and the cells round the tile        store, barrier
//   registers <- plane z + 1                                  load: on its way while plane z is worked off
//   body.absorb(state, plane z)                               what came is added to the planes that see it
//
// Two planes of scratch take turns, so that one barrier a plane is enough: who writes plane z + 2 has passed
// the barrier of z + 1, which nobody reaches before plane z is worked off. Along z everything is kept in the
// registers of the thread that owns the column. Without a reach along z a tile is one plane.
//
// A body has a type Reach; a number `teams`, those that a multiprocessor shall hold at once; a State, the registers
// of a thread; and
//   absorb(State&, const Scalar* cell, const Spot&)           `cell` is the first cell of the thread, in scratch
//
// Source   [nguyen2010], 2.5-D blocking
// Cost     bytes: u once, o once, and the rim: (rows + 2 y) / rows (planes + 2 z) / planes, mostly from a
//          cache that the teams share
#pragma once

#include <algorithm>

#include "core/core/scratch_tile.hpp"

namespace attune::scratch {

// Where a thread is: the plane that came, its first cell in that plane, and how many cells it owns there.
struct Spot {
  int plane, row, column, cells;
  bool finishes;  // is the plane `Reach::z` planes back one of the tile?
};

template <class Scalar, class Body> struct March {
  using Reach = typename Body::Reach;
  using T = Tile<Scalar, Reach>;
  using Policy =
      Kokkos::TeamPolicy<Device, Kokkos::IndexType<int>, Kokkos::LaunchBounds<T::threads, Body::teams>>;
  using Member = typename Policy::member_type;
  static constexpr int buffers = Reach::z > 0 ? 2 : 1;
  // A device has a thread for every column, so that states stay in registers.
  static constexpr int most = on_host ? T::threads : 1;
  static constexpr std::size_t bytes = sizeof(Scalar) * buffers * T::cells;

  Stored<Scalar> u;
  Spans spans;
  Cut cut;
  Body body;

  KOKKOS_FUNCTION void operator()(const Member& team) const {
    const std::size_t size = bytes;
    auto* const planes = static_cast<Scalar*>(team.team_scratch(0).get_shmem_aligned(size, 16));
    const int rank = team.team_rank(), threads = team.team_size();
    const Block tile = cut.at(team.league_rank());
    const bool straight = lies_straight(tile);
    Sheet<Scalar, Reach> sheet[most];
    typename Body::State state[most];

    const int begin = tile.lower[0] - Reach::z, end = tile.upper[0] + Reach::z;
    Scalar* plane = planes + T::origin;
    Scalar* other = buffers == 2 ? plane + T::cells : plane;
    for (int z = begin - 1; z < end; ++z) {  // the first round fetches only, as code that loads is long
      if (z >= begin) {
        for (int n = 0, t = rank; n < most && t < T::threads; ++n, t += threads) sheet[n].store(plane, t);
        team.team_barrier();
      }
      if (z + 1 < end)
        for (int n = 0, t = rank; n < most && t < T::threads; ++n, t += threads)
          load(sheet[n], tile, straight, z + 1, t);
      if (z < begin) continue;
      for (int n = 0, t = rank; n < most && t < T::threads; ++n, t += threads)
        absorb(state[n], plane, tile, z, t);
      Scalar* const next = other;
      other = plane, plane = next;
    }
  }

  KOKKOS_FUNCTION bool lies_straight(const Block& tile) const {
    return spans[1].straight(tile.lower[1] - Reach::y, tile.lower[1] + T::rows + Reach::y) &&
           spans[2].straight(tile.lower[2] - Reach::x, tile.lower[2] + T::columns + Reach::x);
  }
  KOKKOS_FUNCTION void load(Sheet<Scalar, Reach>& sheet, const Block& tile, bool straight, int z,
                            int t) const {
    const int j = tile.lower[1], i = tile.lower[2];
    int k;
    if (!spans[0].find(z, k)) return sheet.load_nothing();
    if (straight)
      sheet.load(Straight<Scalar>{u.at(k, j, i), u.row}, t);
    else
      sheet.load(Mapped<Scalar>{u.at(k, 0, 0), u.row, spans[1], spans[2], j, i}, t);
  }
  KOKKOS_FUNCTION void absorb(typename Body::State& state, const Scalar* plane, const Block& tile, int z,
                              int t) const {
    const int column = t % T::columns, row = t / T::columns * T::depth;
    const int left = tile.upper[1] - tile.lower[1] - row;
    const bool owns = column < tile.upper[2] - tile.lower[2] && left > 0;
    const int cells = !owns ? 0 : left < T::depth ? left : T::depth;
    body.absorb(state, plane + row * T::pitch + column,
                Spot{z, tile.lower[1] + row, tile.lower[2] + column, cells, z - Reach::z >= tile.lower[0]});
  }
};

// How many planes a team marches through: few enough that a device has several teams for each that it works
// off at once, as the last ones leave it idle; enough that the planes before and after count little.
template <class Scalar, class Reach> Triple size_of_tile(const Triple& cells) {
  using T = Tile<Scalar, Reach>;
  Triple size{1, T::rows, T::columns};
  if (Reach::z == 0) return size;
  const Cut columns(cells, {cells[0], size[1], size[2]});
  const Index wanted = 4 * (static_cast<Index>(Device().concurrency()) / T::threads + 1);
  const Index pieces = std::clamp(wanted / std::max(columns.all(), 1), Index(1), (cells[0] + 7) / 8);
  size[0] = std::min((cells[0] + pieces - 1) / pieces, Index(64));
  return size;
}

// Marches over the own cells of u. `spans` says which cells exist; false, with nothing done, if teams of this
// device have too few threads for a tile, or u is too long for them.
template <class Scalar, class Body>
bool march(const std::string& label, const Field<Scalar>& u, const Spans& spans, const Body& body,
           int threads = on_host ? 1 : Tile<Scalar, typename Body::Reach>::threads) {
  using Kernel = March<Scalar, Body>;
  const Triple cells = u.box.shape();
  if (u.box.empty()) return true;
  if (!fits(u.values)) return false;
  const Cut cut(cells, size_of_tile<Scalar, typename Body::Reach>(cells));
  const Kernel kernel{Stored<Scalar>(u), spans, cut, body};
  const auto scratch = Kokkos::PerTeam(static_cast<int>(Kernel::bytes) + 16);
  auto policy = typename Kernel::Policy(cut.all(), threads).set_scratch_size(0, scratch);
  if (threads > policy.team_size_max(kernel, Kokkos::ParallelForTag())) return false;
  // Arguments of the launch, not a copy into constant memory that waits for the kernel before.
  using Kokkos::Experimental::WorkItemProperty;
  Kokkos::parallel_for(label, Kokkos::Experimental::require(policy, WorkItemProperty::HintLightWeight),
                       kernel);
  return true;
}

}  // namespace attune::scratch
