// attention/tiles/tasks.hpp
//
// Tasks of the tiled kernels, each with work space of its own. A task is worked off by one thread, and what
// it writes does not depend on which.
#pragma once

#include <limits>
#include <string>

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::attention::tiles {

using Policy = Kokkos::TeamPolicy<Device, Kokkos::Schedule<Kokkos::Dynamic>, Kokkos::IndexType<Index>>;

template <class Scalar, class Body> struct Tasks {
  Body body;
  Index numbers;

  void operator()(const typename Policy::member_type& thread) const {
    constexpr std::size_t line = 64;  // bytes of a cache line
    const auto from = reinterpret_cast<std::uintptr_t>(
        thread.team_scratch(1).get_shmem(static_cast<Index>(numbers * sizeof(Scalar) + line)));
    body(static_cast<Index>(thread.league_rank()),
         reinterpret_cast<Scalar*>((from + line - 1) / line * line));
  }
};

// body(task, memory) with `numbers` of memory that earlier tasks have used.
template <class Scalar, class Body>
void for_each_task(const std::string& label, Index tasks, Index numbers, const Body& body) {
  static_assert(on_host || sizeof(Body) == 0, "tiles are for processors");
  if (tasks == 0) return;
  constexpr Index slack = 2 * 64, most = std::numeric_limits<int>::max();
  const Index bytes = numbers * static_cast<Index>(sizeof(Scalar)) + slack;
  require(tasks <= most && bytes <= most, "fewer than 2^31 tasks, less than 2 GiB of work space each");
  Policy policy(static_cast<int>(tasks), 1);
  policy.set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(bytes)));
  Kokkos::parallel_for(label, policy, Tasks<Scalar, Body>{body, numbers});
}

// Blocks of queries that share a block of keys, and its place in the second cache.
inline constexpr Index most_blocks = 4;

// The queries of a problem, cut into blocks that differ by one register at most.
struct Cut {
  Index queries;
  Index vectors, blocks;  // registers that hold the queries, and the blocks they are divided into
  int lanes;

  Cut(Index queries_, int lanes_of_a_register, int most)
      : queries(queries_),
        vectors((queries + lanes_of_a_register - 1) / lanes_of_a_register),
        blocks((vectors + most - 1) / most),
        lanes(lanes_of_a_register) {}
  int size(Index block) const {  // registers
    return static_cast<int>(vectors / blocks + (block < vectors % blocks ? 1 : 0));
  }
  Index first(Index block) const {  // query
    const Index more = vectors % blocks;
    return (block * (vectors / blocks) + (block < more ? block : more)) * lanes;
  }
  int pitch(Index block) const { return size(block) * lanes; }
  int queries_of(Index block) const {
    return static_cast<int>(Kokkos::min<Index>(pitch(block), queries - first(block)));
  }
};

}  // namespace attune::attention::tiles
