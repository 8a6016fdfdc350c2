// core/core/peak_bytes.hpp
//
// The most bytes of Kokkos memory that a piece of work held at once, beyond what was held before. Takes the
// callbacks of Kokkos's tools for as long as the work lasts.
#pragma once

#include <Kokkos_Core.hpp>
#include <functional>
#include <map>

namespace attune {

namespace peak_bytes_parts {
inline std::map<const void*, std::uint64_t> held;
inline std::int64_t now = 0, most = 0;

inline void allocated(const Kokkos::Profiling::SpaceHandle, const char*, const void* place,
                      std::uint64_t bytes) {
  held[place] = bytes;
  now += static_cast<std::int64_t>(bytes);
  most = now > most ? now : most;
}
inline void freed(const Kokkos::Profiling::SpaceHandle, const char*, const void* place, std::uint64_t) {
  const auto found = held.find(place);
  if (found == held.end()) return;  // older than the measurement
  now -= static_cast<std::int64_t>(found->second);
  held.erase(found);
}
}  // namespace peak_bytes_parts

inline std::int64_t peak_bytes(const std::function<void()>& work) {
  using namespace peak_bytes_parts;
  held.clear();
  now = most = 0;
  Kokkos::Tools::Experimental::set_allocate_data_callback(allocated);
  Kokkos::Tools::Experimental::set_deallocate_data_callback(freed);
  work();
  Kokkos::fence("attune::peak_bytes");
  Kokkos::Tools::Experimental::set_allocate_data_callback(nullptr);
  Kokkos::Tools::Experimental::set_deallocate_data_callback(nullptr);
  return most;
}

}  // namespace attune
