// attention/teams/geometry.hpp
//
// How a team of a device divides a tile of scores: `own` rows, which the team keeps, by `passing` rows, which
// go past. A thread t of `threads` stands at (t / across, t % across) and holds
//
//   scores (rows, columns)     of own rows  t / across + down r,  passing rows  t % across + across c
//   outputs (rows, outputs)    of the same own rows, and numbers  packet (t % across + across g) + x
//
// Own rows of a thread lie `down` apart, so that neighbours read neighbouring rows of scratch: rows padded by
// one packet then start in different banks.
//
// On a device a thread of the team is one such thread. On the host, where teams are as small as the machine,
// a thread takes several of them in turn, and holds what each holds between two barriers.
#pragma once

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::attention::teams {

// The numbers that one load of 16 bytes brings.
template <class Scalar> struct alignas(16) Packet {
  static constexpr int size = 16 / sizeof(Scalar);
  Scalar x[size];
};

template <class Scalar> struct Geometry {
  static constexpr bool single = sizeof(Scalar) == 4;
  static constexpr int packet = Packet<Scalar>::size;
  static constexpr int down = single ? 16 : 8, across = 8, threads = down * across;
  static constexpr int rows = 4, columns = single ? 8 : 4;
  static constexpr int own = down * rows, passing = across * columns;
  static constexpr int chunk = 32;  // numbers of a row that are staged at once
  static constexpr int width = 64;  // numbers of an output row that a team holds
  static constexpr int groups = width / (across * packet), outputs = groups * packet;

  static constexpr int chunk_pitch = chunk + packet, width_pitch = width + packet,
                       passing_pitch = passing + packet;
  static constexpr int own_chunk = own * chunk_pitch, own_whole = own * width_pitch,
                       passing_chunk = passing * chunk_pitch, weights = own * passing_pitch;
  static constexpr int partials = own * across;
  static constexpr int ranges = 2 * own * static_cast<int>(sizeof(Index) / sizeof(Scalar));

  static constexpr int held = on_host ? threads : 1;  // threads whose numbers one thread holds
};

template <class Scalar> KOKKOS_INLINE_FUNCTION Packet<Scalar> packet_at(const Scalar* x) {
  return *reinterpret_cast<const Packet<Scalar>*>(x);
}

// body(0) .. body(n - 1), written out: an array of registers is indexed by constants alone, whatever a compiler
// thinks of the length of the loop.
template <int n, class Body> KOKKOS_FORCEINLINE_FUNCTION void repeat(const Body& body) {
  if constexpr (n > 0) {
    repeat<n - 1>(body);
    body(n - 1);
  }
}

KOKKOS_INLINE_FUNCTION int rounded_up(int n, int step) { return (n + step - 1) / step * step; }
KOKKOS_INLINE_FUNCTION Index tiles_of(Index rows, Index tile) { return (rows + tile - 1) / tile; }
KOKKOS_INLINE_FUNCTION int at_most(Index n, int most) { return n < most ? static_cast<int>(n) : most; }

// body(thread, place of what it holds) for the threads of the geometry that this thread is.
template <int threads, class Member, class Body>
KOKKOS_INLINE_FUNCTION void each(const Member& member, const Body& body) {
  if constexpr (on_host)
    for (int t = member.team_rank(); t < threads; t += member.team_size()) body(t, t);
  else
    body(member.team_rank(), 0);
}

using Member = Kokkos::TeamPolicy<Device>::member_type;

// Level 0, on the chip, takes 48 KiB on the devices that Kokkos knows; of the host it takes less than a tile.
inline constexpr int scratch_level = on_host ? 1 : 0;

template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar* scratch_of(const Member& member, int numbers) {
  constexpr int level = scratch_level;  // which a device may read but not refer to
  return static_cast<Scalar*>(
      member.team_scratch(level).get_shmem_aligned(static_cast<std::size_t>(numbers) * sizeof(Scalar), 16));
}

// `blocks`: teams that a multiprocessor should hold at once, which bounds the registers of a thread.
template <unsigned threads, unsigned blocks, class Body>
void launch(const std::string& label, Index teams, std::size_t bytes, const Body& body) {
  using Policy = Kokkos::TeamPolicy<Device, Kokkos::LaunchBounds<threads, blocks>>;
  if (teams == 0) return;
  require(teams <= Kokkos::Experimental::finite_max_v<int>, "a kernel takes no more than 2^31 - 1 teams");
  const auto league = static_cast<int>(teams), with_alignment = static_cast<int>(bytes) + 16;
  int size = threads;
  if constexpr (on_host) size = Policy(league, 1).team_size_max(body, Kokkos::ParallelForTag());
  Kokkos::parallel_for(
      label, Policy(league, size).set_scratch_size(scratch_level, Kokkos::PerTeam(with_alignment)), body);
}

}  // namespace attune::attention::teams
