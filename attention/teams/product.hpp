// attention/teams/product.hpp
//
// The two products of a thread, from tiles in scratch into registers:
//
//   add_products   sum_rc += sum_d a_rd b_cd       rows of both tiles along d
//   add_weighted   sum_re += sum_c w_rc x_ce       rows of w along c, rows of x along e
//
// Cost in float: 12 loads of 16 bytes for 128 multiplications and additions of a thread, either way; with half
// of the groups, where the others would be padding, 8 for 64.
#pragma once

#include "attention/teams/geometry.hpp"

namespace attune::attention::teams {

// `a`, `b`: the thread's first rows. `depth`: whole packets.
template <class G, int pitch_of_a, int pitch_of_b, class Scalar>
KOKKOS_INLINE_FUNCTION void add_products(const Scalar* a, const Scalar* b, int depth,
                                         Scalar (&sum)[G::rows][G::columns]) {
  for (int d = 0; d < depth; d += G::packet) {
    Packet<Scalar> left[G::rows];
    repeat<G::rows>([&](int r) { left[r] = packet_at(a + r * G::down * pitch_of_a + d); });
    repeat<G::columns>([&](int c) {
      const Packet<Scalar> right = packet_at(b + c * G::across * pitch_of_b + d);
      repeat<G::packet>(
          [&](int x) { repeat<G::rows>([&](int r) { sum[r][c] += left[r].x[x] * right.x[x]; }); });
    });
  }
}

// `w`: the thread's first row; `x`: its first packet, rows across * packet * groups apart.
template <class G, int groups, class Scalar>
KOKKOS_INLINE_FUNCTION void add_weighted(const Scalar* w, const Scalar* x, int depth,
                                         Scalar (&sum)[G::rows][G::outputs]) {
  constexpr int step = G::across * G::packet;
  for (int c = 0; c < depth; c += G::packet) {
    Packet<Scalar> weight[G::rows];
    repeat<G::rows>([&](int r) { weight[r] = packet_at(w + r * G::down * G::passing_pitch + c); });
    repeat<G::packet * groups>([&](int m) {
      const int n = m / groups, g = m % groups;
      const Packet<Scalar> value = packet_at(x + (c + n) * groups * step + g * step);
      repeat<G::rows>([&](int r) {
        repeat<G::packet>([&](int e) { sum[r][g * G::packet + e] += weight[r].x[n] * value.x[e]; });
      });
    });
  }
}

}  // namespace attune::attention::teams
