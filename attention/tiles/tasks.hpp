// attention/tiles/tasks.hpp
//
// Tasks of the tiled kernels, each with work space of its own. A task is worked off by one thread, and what
// it writes does not depend on which.
#pragma once

#include <string>

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
  if (tasks == 0) return;
  constexpr int slack = 2 * 64;
  Policy policy(static_cast<int>(tasks), 1);
  policy.set_scratch_size(1, Kokkos::PerTeam(static_cast<int>(numbers * sizeof(Scalar)) + slack));
  Kokkos::parallel_for(label, policy, Tasks<Scalar, Body>{body, numbers});
}

// Some queries of a problem, cut into blocks that differ by one register at most.
struct Cut {
  Index vectors, blocks;  // registers that hold the queries, and the blocks they are divided into
  int lanes;

  Cut(Index queries, int lanes_of_a_register, int most)
      : vectors((queries + lanes_of_a_register - 1) / lanes_of_a_register),
        blocks((vectors + most - 1) / most),
        lanes(lanes_of_a_register) {}
  int size(Index block) const {  // registers
    return static_cast<int>(vectors / blocks + (block < vectors % blocks ? 1 : 0));
  }
  Index first(Index block) const {  // query
    const Index more = vectors % blocks;
    return (block * (vectors / blocks) + (block < more ? block : more)) * lanes;
  }
};

}  // namespace attune::attention::tiles
