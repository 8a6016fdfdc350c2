// attention/triangle/multiply_teams.hpp
//
// The triangle multiplication of a device: a team holds the sums of 64 x 32 places (x, y) and of a few
// channels, one sector of 32 bytes, and s passes through scratch a few at a time. A thread holds 4 x 4 places
// and one packet of channels, so that eight loads of 16 bytes serve 64 multiplications and additions in float.
// Neighbours read neighbouring places, whose channels lie side by side in scratch. Every number is one
// thread's sum in the order of s.
//
// Cost   (64 + 32) / (64 32) numbers read a multiplication, from the last cache
#pragma once

#include "attention/teams/geometry.hpp"
#include "attention/triangle/multiply_grid.hpp"

namespace attune::attention::triangle::multiply {

template <class Scalar> struct ContractTeams {
  using Packet = teams::Packet<Scalar>;
  static constexpr int size = Packet::size, packets = 2, channels = packets * size;
  static constexpr int down = 16, across = 8, threads = packets * down * across;
  static constexpr int places = 4, rows = places * down, columns = places * across, depth = 8;
  static constexpr int numbers = depth * (rows + columns) * channels;
  Contract<Scalar> work;

  struct State {
    Scalar sum[places][places][size];
  };
  struct Place {
    Index b, x, y, c;
  };

  Index teams() const {
    return work.out.batches * teams::tiles_of(work.out.rows, rows) *
           teams::tiles_of(work.out.columns, columns) * teams::tiles_of(work.channels, channels);
  }
  // Channels run fastest: teams at work together share the cache lines that they read.
  KOKKOS_FUNCTION Place place(Index team) const {
    const Index deep = teams::tiles_of(work.channels, channels),
                across_teams = teams::tiles_of(work.out.columns, columns),
                down_teams = teams::tiles_of(work.out.rows, rows), above = team / deep;
    return {above / across_teams / down_teams, above / across_teams % down_teams * rows,
            above % across_teams * columns, team % deep * channels};
  }

  KOKKOS_FUNCTION void operator()(const teams::Member& member) const {
    constexpr int held = on_host ? threads : 1;
    const Place at = place(member.league_rank());
    Scalar* const left = teams::scratch_of<Scalar>(member, numbers);
    Scalar* const right = left + depth * rows * channels;
    State state[held];
    teams::each<threads>(member, [&](int, int n) {
      teams::repeat<places * places>(
          [&](int m) { teams::repeat<size>([&](int c) { state[n].sum[m / places][m % places][c] = 0; }); });
    });
    for (Index s = 0; s < work.left.columns; s += depth) {
      member.team_barrier();
      stage<rows>(member, work.left, {at.b, at.x, s, at.c}, left);
      stage<columns>(member, work.right, {at.b, at.y, s, at.c}, right);
      member.team_barrier();
      teams::each<threads>(member, [&](int t, int n) {
        const Scalar* const l = left + (t / packets / across * packets + t % packets) * size;
        const Scalar* const r = right + t % (packets * across) * size;
        for (int m = 0; m < depth; ++m)
          absorb(l + m * rows * channels, r + m * columns * channels, state[n].sum);
      });
    }
    teams::each<threads>(member, [&](int t, int n) { store(at, t, state[n].sum); });
  }

  KOKKOS_FUNCTION static void absorb(const Scalar* l, const Scalar* r, Scalar (&sum)[places][places][size]) {
    Packet right[places];
    teams::repeat<places>([&](int y) { right[y] = teams::packet_at(r + y * across * channels); });
    teams::repeat<places>([&](int x) {
      const Packet left = teams::packet_at(l + x * down * channels);
      teams::repeat<places>(
          [&](int y) { teams::repeat<size>([&](int c) { sum[x][y][c] += left.x[c] * right[y].x[c]; }); });
    });
  }

  // to (depth, extent, channels) = channels c .. of places (x .., s ..) of a grid, zero beyond it.
  template <int extent>
  KOKKOS_FUNCTION void stage(const teams::Member& member, const Grid<const Scalar>& grid, const Place& first,
                             Scalar* to) const {
    constexpr int times = depth * extent * packets / threads;
    static_assert(depth * extent * packets % threads == 0);
    const int deep = teams::at_most(work.channels - first.c, channels);
    const int places_left = teams::at_most(grid.rows - first.x, extent),
              terms_left = teams::at_most(grid.columns - first.y, depth);
    const Scalar* const from = grid.at(first.b, first.x, first.y) + first.c;
    const bool whole = deep == channels && in_packets(grid, from);
    teams::each<threads>(member, [&](int t, int) {
      Packet packet[times] = {};
      teams::repeat<times>([&](int n) {
        const int m = t + n * threads, c = m % packets * size, x = m / packets % extent,
                  s = m / packets / extent;
        if (x >= places_left || s >= terms_left) return;
        const Scalar* const source = from + x * grid.of_row + s * grid.of_column + c;
        if (whole)
          packet[n] = teams::packet_at(source);
        else
          teams::repeat<size>([&](int e) {
            if (c + e < deep) packet[n].x[e] = source[e];
          });
      });
      teams::repeat<times>(
          [&](int n) { *reinterpret_cast<Packet*>(to + (t + n * threads) * size) = packet[n]; });
    });
  }

  KOKKOS_FUNCTION static bool in_packets(const Grid<const Scalar>& grid, const Scalar* from) {
    return reinterpret_cast<std::uintptr_t>(from) % 16 == 0 && grid.of_row % size == 0 &&
           grid.of_column % size == 0;
  }

  KOKKOS_FUNCTION void store(const Place& at, int t, const Scalar (&sum)[places][places][size]) const {
    const Index c = at.c + t % packets * size;
    const int deep = teams::at_most(work.channels - c, size);
    teams::repeat<places * places>([&](int m) {
      const Index x = at.x + t / packets / across + m / places * down,
                  y = at.y + t / packets % across + m % places * across;
      if (x >= work.out.rows || y >= work.out.columns) return;
      Scalar* const o = work.out.at(at.b, x, y) + c;
      teams::repeat<size>([&](int e) {
        if (e < deep) o[e] = sum[m / places][m % places][e];
      });
    });
  }
};

template <class Scalar> void contract_teams(const std::string& label, const Contract<Scalar>& work) {
  const ContractTeams<Scalar> body{work};
  teams::launch<ContractTeams<Scalar>::threads, 2>(label, body.teams(),
                                                   ContractTeams<Scalar>::numbers * sizeof(Scalar), body);
}

}  // namespace attune::attention::triangle::multiply
