// training/storage.hpp
//
// How a member of a weights struct is read and written as numbers: doubles, lists of doubles, and Views of
// rank 1 to 3 of float or double, on host or device. A further kind of member is one specialisation of
// Storage.
//
//   count    entries                      shape    () of a number, (n), (n, m), ...
//   read     member -> numbers            write    numbers -> member, in row-major order
//   detach   gives a copy of the struct a member of its own where copying shares memory; values are then
//            unspecified
//
// Limits   a View lies in memory without gaps
#pragma once

#include <algorithm>
#include <concepts>
#include <vector>

#include "core/core/require.hpp"
#include "core/core/views.hpp"

namespace attune::training {

using Vector = std::vector<double>;
using Shape = std::vector<std::size_t>;

template <class Member> struct Storage;

template <> struct Storage<double> {
  static std::size_t count(const double&) { return 1; }
  static Shape shape(const double&) { return {}; }
  static void read(const double& member, double* numbers) { *numbers = member; }
  static void write(double& member, const double* numbers) { member = *numbers; }
  static void detach(double&) {}
};

template <> struct Storage<Vector> {
  static std::size_t count(const Vector& member) { return member.size(); }
  static Shape shape(const Vector& member) { return {member.size()}; }
  static void read(const Vector& member, double* numbers) {
    std::copy(member.begin(), member.end(), numbers);
  }
  static void write(Vector& member, const double* numbers) {
    std::copy(numbers, numbers + member.size(), member.begin());
  }
  static void detach(Vector&) {}
};

// A View that owns weights: no const entries.
template <class View>
concept WeightsView = Kokkos::is_view_v<View> && std::floating_point<typename View::value_type> &&
    std::same_as<typename View::value_type, typename View::non_const_value_type> &&
    std::same_as<typename View::array_layout, Kokkos::LayoutRight> &&(View::rank() >= 1 && View::rank() <= 3);

template <WeightsView View> struct Storage<View> {
  using Scalar = typename View::value_type;

  static std::size_t count(const View& member) { return member.size(); }
  static Shape shape(const View& member) {
    Shape extents;
    for (std::size_t axis = 0; axis < View::rank(); ++axis) extents.push_back(member.extent(axis));
    return extents;
  }
  static void read(const View& member, double* numbers) {
    require(member.span_is_contiguous(), "a tensor of weights lies in memory without gaps");
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), member);
    std::copy(host.data(), host.data() + host.size(), numbers);
  }
  static void write(const View& member, const double* numbers) {
    require(member.span_is_contiguous(), "a tensor of weights lies in memory without gaps");
    const auto host = Kokkos::create_mirror_view(member);
    for (std::size_t n = 0; n < host.size(); ++n) host.data()[n] = static_cast<Scalar>(numbers[n]);
    Kokkos::deep_copy(member, host);
  }
  static void detach(View& member) {
    member = View(Kokkos::view_alloc(member.label(), Kokkos::WithoutInitializing), member.layout());
  }
};

}  // namespace attune::training
