// attention/host_arrays.hpp
//
// Host copies of device arrays, for references.
#pragma once

#include "core/core/views.hpp"

namespace attune::attention {

template <class Scalar> using Host1 = Kokkos::View<Scalar*, Kokkos::LayoutRight, Kokkos::HostSpace>;
template <class Scalar> using Host2 = Kokkos::View<Scalar**, Kokkos::LayoutRight, Kokkos::HostSpace>;
template <class Scalar> using Host3 = Kokkos::View<Scalar***, Kokkos::LayoutRight, Kokkos::HostSpace>;

// A copy on the host, or the array itself where it is there already.
template <class View> auto on_host_copy(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

// A copy in memory of its own.
template <class Host, class View> Host host_copy(const View& view) {
  const Host host("attention::host", view.layout());
  Kokkos::deep_copy(host, view);
  return host;
}

// Zeros of the shape of a device array.
template <class Host, class View> Host host_zeros(const View& view) {
  return Host("attention::host", view.layout());
}

}  // namespace attune::attention
