// attention/teams/stage.hpp
//
// Tiles of rows on their way from memory into scratch, by all threads of a team. What lies beyond the rows or
// their width is zero, so that products ask for no bounds.
#pragma once

#include "attention/teams/geometry.hpp"

namespace attune::attention::teams {

// Rows of numbers that lie side by side, `stride` apart.
template <class Scalar> struct Rows {
  Scalar* data;
  Index stride;
  KOKKOS_FUNCTION Scalar* operator()(Index row) const { return data + row * stride; }
};

// Part of an array of rows: rows first .. end - 1 and numbers column .. width - 1 of each.
template <class Scalar> struct Part {
  Rows<const Scalar> from;
  Index first, end, column, width;
};

// Whether 16 bytes can be read at once.
template <class Scalar> KOKKOS_INLINE_FUNCTION bool in_packets(const Part<Scalar>& part) {
  const auto address = reinterpret_cast<std::uintptr_t>(part.from.data);
  return address % 16 == 0 && part.from.stride % Packet<Scalar>::size == 0 &&
         part.width % Packet<Scalar>::size == 0;
}

// What multiplies the numbers on their way: One, or a Scalar.
struct One {};
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar scaled(One, Scalar x) { return x; }
template <class Scalar> KOKKOS_INLINE_FUNCTION Scalar scaled(Scalar factor, Scalar x) { return factor * x; }

// to (rows, columns), rows `pitch` apart, = factor times part. All loads of a thread come before its stores,
// so that they are under way together.
template <class G, int rows, int columns, int pitch, class Scalar, class Factor>
KOKKOS_INLINE_FUNCTION void stage(const Member& member, const Part<Scalar>& part, Factor factor, Scalar* to) {
  constexpr int packets = columns / G::packet, together = G::threads / packets, times = rows / together;
  static_assert(G::threads % packets == 0 && rows % together == 0);
  const bool whole = in_packets(part);
  const int some = at_most(part.end - part.first, rows), wide = at_most(part.width - part.column, columns);
  each<G::threads>(member, [&](int t, int) {
    const int row = t / packets, column = t % packets * G::packet;
    const Scalar* const from = part.from(part.first + row) + part.column + column;
    const Index step = together * part.from.stride;
    Packet<Scalar> packet[times] = {};
    if (whole) {
      repeat<times>([&](int n) {
        if (row + n * together < some && column < wide) packet[n] = packet_at(from + n * step);
      });
    } else {
      repeat<times>([&](int n) {
        repeat<G::packet>([&](int x) {
          if (row + n * together < some && column + x < wide) packet[n].x[x] = from[n * step + x];
        });
      });
    }
    repeat<times>([&](int n) {
      repeat<G::packet>([&](int x) { packet[n].x[x] = scaled(factor, packet[n].x[x]); });
      *reinterpret_cast<Packet<Scalar>*>(to + (row + n * together) * pitch + column) = packet[n];
    });
  });
}

}  // namespace attune::attention::teams
