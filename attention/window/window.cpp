// attention/window/window.cpp
#include "attention/window/window.hpp"

#include "attention/softmax.hpp"
#include "attention/window/keys.hpp"
#include "core/core/require.hpp"

namespace attune::attention::window {

std::vector<double> weights(const Table& table) {
  std::vector<double> scores = table.bias;
  for (double& s : scores) s /= table.temperature;
  return softmax(scores).p;
}

View1<const Triple> device_offsets(const Window& window) {
  return to_device("attention::window::offsets", window.offsets);
}

void require_keys_stored(const Window& window, const Box& own, const Triple& halo) {
  for (int a = 0; a < 3; ++a) {
    Index below = 0, above = 0;  // how far the window reaches
    for (const Triple& offset : window.offsets) {
      below = std::max(below, -offset[a]);
      above = std::max(above, offset[a]);
    }
    if (window.edges[a] == Edge::periodic) {
      require(own.extent(a) == window.whole.extent(a),
              "a periodic window axis is whole on its rank; exchange ghosts otherwise");
      continue;
    }
    if (window.edges[a] == Edge::open) {  // keys outside the whole grid are never read
      below = std::min(below, own.lower[a] - window.whole.lower[a]);
      above = std::min(above, window.whole.upper[a] - own.upper[a]);
    }
    require(halo[a] >= below && halo[a] >= above, "the ghosts are as wide as the window reaches");
  }
}

namespace {

template <class Admits> std::vector<Triple> offsets_where(int dimensions, Index reach, const Admits& admits) {
  require(dimensions >= 1 && dimensions <= 3 && reach >= 0,
          "a window has 1 to 3 dimensions and a reach of at least 0");
  std::vector<Triple> offsets;
  const Index z = dimensions >= 3 ? reach : 0, y = dimensions >= 2 ? reach : 0;
  for (Index dz = -z; dz <= z; ++dz)
    for (Index dy = -y; dy <= y; ++dy)
      for (Index dx = -reach; dx <= reach; ++dx)
        if (admits(Triple{dz, dy, dx})) offsets.push_back({dz, dy, dx});
  return offsets;
}

}  // namespace

std::vector<Triple> box_offsets(int dimensions, Index reach) {
  return offsets_where(dimensions, reach, [](const Triple&) { return true; });
}

std::vector<Triple> star_offsets(int dimensions, Index reach) {
  return offsets_where(dimensions, reach,
                       [](const Triple& d) { return (d[0] != 0) + (d[1] != 0) + (d[2] != 0) <= 1; });
}

std::vector<Triple> ball_offsets(int dimensions, Index reach) {
  return offsets_where(dimensions, reach, [reach](const Triple& d) {
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2] <= reach * reach;
  });
}

std::vector<Triple> dilated(const std::vector<Triple>& offsets, const Triple& factor) {
  auto stretched = offsets;
  for (Triple& offset : stretched)
    for (int a = 0; a < 3; ++a) offset[a] *= factor[a];
  return stretched;
}

}  // namespace attune::attention::window
