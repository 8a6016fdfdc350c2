// bench/arrays.hpp
//
// Inputs of the cases: numbers of mean 0 and variance 1, uniform because a normal one costs more than the
// work of some cases; and the same numbers on the host.
#pragma once

#include <memory>
#include <vector>

#include "attention/host_arrays.hpp"
#include "core/core/random.hpp"

namespace attune::bench {

template <class Scalar> struct FillUniform {
  Scalar* numbers;
  Random random;
  KOKKOS_FUNCTION void operator()(Index n) const {
    constexpr double width = 3.4641016151377546;  // sqrt(12)
    numbers[n] = static_cast<Scalar>(width * (random.uniform(static_cast<std::uint64_t>(n)) - 0.5));
  }
};

template <class View> void fill(const View& view, std::uint32_t stream) {
  const Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>> every(0, static_cast<Index>(view.size()));
  Kokkos::parallel_for("bench::fill", every,
                       FillUniform<typename View::value_type>{view.data(), {20260131, stream}});
}

// An array (extents ...) of random numbers, those of the stream.
template <class View, class... Extents> View random_array(std::uint32_t stream, Extents... extents) {
  const View view("bench::input", static_cast<std::size_t>(extents)...);
  fill(view, stream);
  return view;
}

// The numbers of a View, as floats on the host.
template <class View> std::vector<float> floats_of(const View& view) {
  const auto host = attention::on_host_copy(view);
  return std::vector<float>(host.data(), host.data() + host.size());
}

template <class View> View shaped_as(const View& view) { return View("bench::array", view.layout()); }

}  // namespace attune::bench
