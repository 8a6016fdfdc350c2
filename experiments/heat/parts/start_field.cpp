// experiments/heat/parts/start_field.cpp
#include "experiments/heat/parts/start_field.hpp"

#include <cmath>

#include "core/core/require.hpp"
#include "core/results/read_field.hpp"
#include "experiments/data_path.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat {
namespace {

constexpr Index highest_mode = 5;  // of "fourier"
constexpr double bump_width = 0.08;  // of "gaussian", in units of the axis

Map middle_row(const Map& picture) {
  const Index width = picture.cells[1], row = picture.cells[0] / 2;
  return {{width}, {picture.values.begin() + row * width, picture.values.begin() + (row + 1) * width}};
}

Map stack_of_tiles(const Map& picture) {
  const Index height = picture.cells[0], width = picture.cells[1];
  const Index side = std::max<Index>(1, std::llround(std::cbrt(static_cast<double>(height * width))));
  const Index down = std::max<Index>(1, height / side), across = std::max<Index>(1, width / side);
  const Index tall = std::min(side, height), wide = std::min(side, width);
  Map stack{{down * across, tall, wide}, {}};
  for (Index tile = 0; tile < down * across; ++tile)
    for (Index y = 0; y < tall; ++y)
      for (Index x = 0; x < wide; ++x)
        stack.values.push_back(picture.values[(tile / across * tall + y) * width + tile % across * wide + x]);
  return stack;
}

std::vector<double> part_of(const Map& map, const Box& part) {
  const Box whole = grid_box(map.cells);
  std::vector<double> values;
  for (Index z = part.lower[0]; z < part.upper[0]; ++z)
    for (Index y = part.lower[1]; y < part.upper[1]; ++y)
      for (Index x = part.lower[2]; x < part.upper[2]; ++x)
        values.push_back(map.values[(z * whole.extent(1) + y) * whole.extent(2) + x]);
  return values;
}

Map centred(const Map& map, Index side) {
  if (side == 0) return map;
  Box part = grid_box(map.cells);
  std::vector<Index> cells;
  for (std::size_t d = 0; d < map.cells.size(); ++d) {
    const std::size_t axis = 3 - map.cells.size() + d;
    cells.push_back(std::min(side, map.cells[d]));
    part.lower[axis] = (map.cells[d] - cells.back()) / 2;
    part.upper[axis] = part.lower[axis] + cells.back();
  }
  return {cells, part_of(map, part)};
}

[[noreturn]] void refuse_dimensions(const std::string& file, std::size_t given, int wanted) {
  const std::string grid = std::to_string(wanted);
  throw InputError(Exit::input, file + ": has " + std::to_string(given) + " dimensions; a " + grid +
                                    "-dimensional rollout takes a field of " + grid +
                                    (wanted == 2 ? "" : " or of 2"));
}

}  // namespace

Map read_map(const std::string& file, int dimensions, Index crop, const Communicator& ranks) {
  const auto set = file.find(":/");  // FILE.h5:/dataset
  const std::string place =
      find_data(file.substr(0, set)) + (set == std::string::npos ? "" : file.substr(set));
  const auto cells = shape_of(place);
  if (cells.empty() || cells.size() > 3) refuse_dimensions(file, cells.size(), dimensions);
  if (grid_box(cells).empty()) throw InputError(Exit::input, file + ": has no cells");
  const Map map =
      centred({cells, read_box(place, grid_box(cells), static_cast<int>(cells.size()), ranks)}, crop);
  const int given = static_cast<int>(map.cells.size());
  if (given == dimensions) return map;
  if (given == 2) return dimensions == 1 ? middle_row(map) : stack_of_tiles(map);
  refuse_dimensions(file, map.cells.size(), dimensions);
}

template <class Scalar>
void start_from(const std::string& kind, const Field<Scalar>& u, const Setting& setting, const Map& picture,
                const Random& random) {
  const Box& whole = setting.domain.whole();
  if (kind == "picture") return attune::heat::assign(u, part_of(picture, u.box));
  if (kind == "white") return attune::heat::white_noise(u, whole, random);
  if (kind == "fourier") return attune::heat::fourier(u, whole, setting.boundaries, random, highest_mode);
  require(kind == "gaussian", "a start is picture, white, fourier or gaussian");
  attune::heat::gaussian(u, whole, bump_width);
}

template void start_from(const std::string&, const Field<float>&, const Setting&, const Map&, const Random&);
template void start_from(const std::string&, const Field<double>&, const Setting&, const Map&, const Random&);

}  // namespace attune::experiments::heat
