// tests/support/fields.hpp
//
// Fields for tests: random values, host access, distances.
#pragma once

#include <cmath>
#include <cstring>

#include "core/core/field.hpp"
#include "core/core/random.hpp"
#include "tests/support/numbers.hpp"

namespace attune::test {

template <class Scalar> auto host(const Field<Scalar>& u) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
}

// Normal numbers in every stored cell, ghosts included.
template <class Scalar> Field<Scalar> random_field(const Box& own, const Triple& halo, std::uint32_t seed) {
  const Field<Scalar> u("test::random", own, halo);
  const auto values = host(u);
  for (std::size_t n = 0; n < values.size(); ++n)
    values.data()[n] = static_cast<Scalar>(Random{seed, 77}.normal(n));
  Kokkos::deep_copy(u.values, values);
  return u;
}

template <class To, class From> Field<To> converted(const Field<From>& u) {
  const Field<To> result("test::converted", u.box, u.halo);
  const auto from = host(u);
  const auto to = host(result);
  for (std::size_t n = 0; n < from.size(); ++n) to.data()[n] = static_cast<To>(from.data()[n]);
  Kokkos::deep_copy(result.values, to);
  return result;
}

// Own cells whose bits differ.
template <class Scalar> Index unequal_cells(const Field<Scalar>& a, const Field<Scalar>& b) {
  const auto left = host(a), right = host(b);
  Index unequal = 0;
  for (Index k = 0; k < a.box.extent(0); ++k)
    for (Index j = 0; j < a.box.extent(1); ++j)
      for (Index i = 0; i < a.box.extent(2); ++i)
        unequal += std::memcmp(&left(k + a.halo[0], j + a.halo[1], i + a.halo[2]),
                               &right(k + b.halo[0], j + b.halo[1], i + b.halo[2]), sizeof(Scalar)) != 0;
  return unequal;
}

// Values of the own cells in row-major order.
template <class Scalar> std::vector<double> own_values(const Field<Scalar>& u) {
  const auto values = host(u);
  std::vector<double> own;
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j)
      for (Index i = 0; i < u.box.extent(2); ++i)
        own.push_back(values(k + u.halo[0], j + u.halo[1], i + u.halo[2]));
  return own;
}

}  // namespace attune::test
