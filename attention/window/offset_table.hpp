// attention/window/offset_table.hpp
//
// A list of offsets as tables over all differences of an axis each (query_boxes.hpp): which of 16 differences
// that follow one another along x are in the list, a bit a difference, and the biases of all.
//
// Memory   2 bytes a difference, and with a bias 4 for each of its rows
#pragma once

#include <optional>

#include "attention/tensor_cores/lines.hpp"
#include "attention/window/query_boxes.hpp"

namespace attune::attention::window::content {

struct Difference {
  int z, y, x;
};

// Sixteen differences (z, y, x .. x + 15), of which some may lie outside.
struct OffsetTable {
  static constexpr int piece = QueryBoxes::piece, before = piece - 1;
  Kokkos::Array<int, 3> differences;
  View1<const std::uint16_t> listed;  // (z, y, x from -15 on)

  int pitch() const { return differences[2] + before; }
  KOKKOS_FUNCTION bool meets(const Difference& d) const {
    const auto below = [](int n, int end) { return static_cast<unsigned>(n) < static_cast<unsigned>(end); };
    return below(d.z, differences[0]) && below(d.y, differences[1]) &&
           below(d.x + before, differences[2] + before);
  }
  KOKKOS_FUNCTION std::uint32_t bits(const Difference& d) const {
    if (!meets(d)) return 0;
    return listed.data()[(d.z * differences[1] + d.y) * (differences[2] + before) + d.x + before];
  }
  // In a row of biases; those of differences that are not in the list are any numbers.
  KOKKOS_FUNCTION int of_biases(const Difference& d) const {
    return piece + (meets(d) ? (d.z * differences[1] + d.y) * differences[2] + d.x : 0);
  }
  KOKKOS_FUNCTION Index biases() const {
    return Index(differences[0]) * differences[1] * differences[2] + 2 * piece;
  }
};

inline Difference difference(const QueryBoxes& boxes, const Triple& offset) {
  const auto along = [&](int a) {
    return static_cast<int>((offset[a] - boxes.axes[a].least) / boxes.axes[a].stride);
  };
  return {along(0), along(1), along(2)};
}

// None if an offset is repeated.
inline std::optional<OffsetTable> offset_table(const QueryBoxes& boxes, const std::vector<Triple>& offsets) {
  const auto count = [&](int a) { return boxes.axes[a].differences; };
  OffsetTable table{{count(0), count(1), count(2)}, {}};
  std::vector<std::uint16_t> listed(std::size_t(count(0)) * count(1) * table.pitch(), 0);
  for (const auto& offset : offsets) {
    const auto [z, y, x] = difference(boxes, offset);
    for (int c = 0; c < OffsetTable::piece; ++c) {
      auto& bits = listed[(std::size_t(z) * count(1) + y) * table.pitch() + x + OffsetTable::before - c];
      if (bits >> c & 1) return std::nullopt;
      bits = static_cast<std::uint16_t>(bits | 1 << c);
    }
  }
  table.listed = to_device("attention::window::content::listed", listed);
  return table;
}

// (H|1, biases()); empty where the bias is.
inline View2<float> bias_table(const OffsetTable& table, const QueryBoxes& boxes,
                               const std::vector<Triple>& offsets, const View2<const float>& bias) {
  if (bias.size() == 0) return {};
  std::vector<int> place;
  for (const auto& offset : offsets) place.push_back(table.of_biases(difference(boxes, offset)));
  const auto places = to_device("attention::window::content::places", place);
  const View2<float> biases("attention::window::content::biases", bias.extent(0), table.biases());
  const auto count = static_cast<Index>(offsets.size());
  Kokkos::parallel_for(
      "attention::window::content::bias_table",
      Kokkos::RangePolicy<Device, Kokkos::IndexType<Index>>(0, bias.extent(0) * count),
      KOKKOS_LAMBDA(Index n) { biases(n / count, places(n % count)) = bias(n / count, n % count); });
  return biases;
}

}  // namespace attune::attention::window::content
