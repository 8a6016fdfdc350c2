// tests/support/arrays.hpp
//
// Arrays for tests: random values, conversion, host access. All Views are LayoutRight, so a View is its
// numbers in row-major order.
#pragma once

#include <type_traits>

#include "core/core/random.hpp"
#include "core/core/views.hpp"
#include "tests/support/numbers.hpp"

namespace attune::test {

// The numbers of a View of any rank, on the host.
template <class View> std::vector<double> values(const View& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  return std::vector<double>(host.data(), host.data() + host.size());
}

template <class View> void assign(const View& view, const std::vector<double>& numbers) {
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t n = 0; n < numbers.size(); ++n)
    host.data()[n] = static_cast<typename View::value_type>(numbers[n]);
  Kokkos::deep_copy(view, host);
}

// Normal numbers of mean 0 and standard deviation `scale`: random_array<View4<float>>(seed, 1, B, H, N, D).
template <class View, class... Extents>
View random_array(std::uint32_t seed, double scale, Extents... extents) {
  const View view("test::random", static_cast<std::size_t>(extents)...);
  std::vector<double> numbers(view.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = scale * Random{seed, 78}.normal(n);
  assign(view, numbers);
  return view;
}

// The same numbers in a View of the same rank and of another type: converted<View4<double>>(x).
template <class To, class From> To converted(const From& from) {
  const To to("test::converted", from.layout());
  assign(to, values(from));
  return to;
}

}  // namespace attune::test
