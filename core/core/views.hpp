// core/core/views.hpp
//
// The arrays of the suite: Kokkos Views in one memory order on one device, chosen by the build.
// Every View is LayoutRight, so a shape reads the same in a comment, in HDF5 and in numpy.
#pragma once

#include <Kokkos_Core.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace attune {

using Device = Kokkos::DefaultExecutionSpace;
using Index = std::int64_t;

template <class Scalar> using View1 = Kokkos::View<Scalar*, Kokkos::LayoutRight, Device>;
template <class Scalar> using View2 = Kokkos::View<Scalar**, Kokkos::LayoutRight, Device>;
template <class Scalar> using View3 = Kokkos::View<Scalar***, Kokkos::LayoutRight, Device>;
template <class Scalar> using View4 = Kokkos::View<Scalar****, Kokkos::LayoutRight, Device>;
template <class Scalar> using View5 = Kokkos::View<Scalar*****, Kokkos::LayoutRight, Device>;

// True where kernels run on the processor that runs main(); tiles are chosen by it.
inline constexpr bool on_host =
    Kokkos::SpaceAccessibility<Kokkos::HostSpace, Device::memory_space>::accessible;

// A device copy of a host vector, and back. Shape (n).
template <class Scalar> View1<Scalar> to_device(const std::string& label, const std::vector<Scalar>& values) {
  View1<Scalar> view(Kokkos::view_alloc(label, Kokkos::WithoutInitializing), values.size());
  const Kokkos::View<const Scalar*, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> host(values.data(),
                                                                                     values.size());
  Kokkos::deep_copy(view, host);
  return view;
}

template <class Scalar> std::vector<std::remove_const_t<Scalar>> to_host(const View1<Scalar>& view) {
  std::vector<std::remove_const_t<Scalar>> values(view.extent(0));
  const Kokkos::View<std::remove_const_t<Scalar>*, Kokkos::HostSpace, Kokkos::MemoryUnmanaged> host(
      values.data(), values.size());
  Kokkos::deep_copy(host, view);
  return values;
}

}  // namespace attune
