// tests/support/fields.hpp
//
// Fields for tests: random values, host access, distances.
#pragma once

#include <cmath>

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
