// core/results/snapshot.cpp
//
// A snapshot has the layout of every result file, and its fields once more for ParaView, under /VTKHDF. Two
// things are bent to suit the oldest reader that is common, VTK 9.1. It fails on cell data of images, so cell
// values stand at points in the cell centres. And it overruns its memory on an image that is flat along z or
// y: such a field gets a copy under /VTKHDF with a second, equal layer.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/core/require.hpp"
#include "core/results/commit.hpp"
#include "core/results/results_file.hpp"
#include "core/results/share.hpp"

namespace attune {
namespace {

using results::Contents;
using results::Item;
using results::VtkImage;

constexpr Dataset step_of_snapshot{"step", "1", "", "step of this snapshot"};
constexpr Dataset time_of_snapshot{"time", "s", "", "time of this snapshot"};

void add_scalar(Contents& contents, const Dataset& dataset, double value) {
  Item item = results::declared(dataset);
  results::fill(item, {}, std::vector<double>{value});
  results::add(contents, std::move(item));
}

void add_coordinates(Contents& contents, const Results::Grid& grid, const Domain& domain) {
  const std::size_t dimensions = grid.axes.size();
  require(grid.origin.size() == dimensions && grid.spacing.size() == dimensions,
          "a grid has an origin and a spacing for each axis");
  for (std::size_t d = 0; d < dimensions; ++d) {
    const std::string meaning = "cell centres along " + std::string(grid.axes[d]);
    std::vector<double> centres(domain.whole().extent(static_cast<int>(3 - dimensions + d)));
    for (std::size_t i = 0; i < centres.size(); ++i)
      centres[i] = grid.origin[d] + (static_cast<double>(i) + 0.5) * grid.spacing[d];
    Item item = results::declared({grid.axes[d], grid.unit, grid.axes[d], meaning.c_str()});
    results::fill(item, {static_cast<Index>(centres.size())}, centres);
    results::add(contents, std::move(item));
  }
}

// The three axes (z, y, x) of the image of a field.
struct Layers {
  std::vector<Index> cells;  // of the field
  std::vector<Index> repetitions;  // 2 along z or y where the field is flat, else 1
  bool needs_copy() const { return repetitions[0] == 2 || repetitions[1] == 2; }
};

Layers layers_of(const std::vector<Index>& shape) {
  Layers layers{std::vector<Index>(3 - shape.size(), 1), {1, 1, 1}};
  layers.cells.insert(layers.cells.end(), shape.begin(), shape.end());
  for (int axis = 0; axis < 2; ++axis)
    if (layers.cells[axis] == 1) layers.repetitions[axis] = 2;
  return layers;
}

VtkImage image_of(const Results::Grid& grid, const Layers& layers) {
  const std::size_t flat = 3 - grid.axes.size();
  VtkImage image{{}, {0, 0, 0}, std::vector<double>(3, grid.spacing.back()), {}};
  for (std::size_t axis = 3; axis-- > 0;) {
    image.points.push_back(layers.cells[axis] * layers.repetitions[axis]);
    if (axis < flat) continue;
    const double half =
        layers.repetitions[axis] == 2 ? 0 : 0.5;  // two layers lie on the faces of the one cell
    image.origin[2 - axis] = grid.origin[axis - flat] + half * grid.spacing[axis - flat];
    image.spacing[2 - axis] = grid.spacing[axis - flat];
  }
  return image;
}

// Every run of `inner` bytes twice.
std::vector<char> doubled(const std::vector<char>& bytes, std::size_t inner) {
  std::vector<char> twice;
  twice.reserve(2 * bytes.size());
  for (auto run = bytes.begin(); run != bytes.end(); run += static_cast<std::ptrdiff_t>(inner))
    for (int layer = 0; layer < 2; ++layer)
      twice.insert(twice.end(), run, run + static_cast<std::ptrdiff_t>(inner));
  return twice;
}

// This rank's share of a field, with the repeated layers.
Item copy_for_vtk(const Item& field, const Layers& layers) {
  const std::size_t flat = 3 - field.shape.size();
  Item copy = field;
  copy.name = "VTKHDF/PointData/" + field.name;
  copy.described = false;
  copy.layered = layers.repetitions[0] == 2;
  copy.shape = layers.cells;
  copy.start.insert(copy.start.begin(), flat, 0);
  copy.count.insert(copy.count.begin(), flat, field.bytes.empty() ? 0 : 1);
  for (int axis = 1; axis >= 0; --axis) {
    if (layers.repetitions[axis] == 1) continue;
    std::size_t inner = field.width;
    for (int d = axis; d < 3; ++d) inner *= copy.count[d];
    copy.bytes = doubled(copy.bytes, inner);
    copy.shape[axis] *= 2;
    copy.count[axis] *= 2;
  }
  return copy;
}

template <class Scalar>
void add_fields(Contents& contents, const Results::Grid& grid,
                const std::vector<Results::Named<Scalar>>& fields, const Domain& domain) {
  for (const auto& [dataset, field] : fields) {
    Item item = results::declared(dataset);
    require(std::equal(item.axes.begin(), item.axes.end(), grid.axes.begin(), grid.axes.end()),
            "field '" + item.name + "' has the axes of the snapshot's grid");
    results::fill_share(item, field, domain);
    results::refuse_nan(item, domain.communicator());
    const Layers layers = layers_of(item.shape);
    if (!contents.image) contents.image = image_of(grid, layers);
    if (layers.needs_copy())
      results::add(contents, copy_for_vtk(item, layers));
    else
      contents.image->links.push_back(item.name);
    results::add(contents, std::move(item));
  }
}

template <class Scalar>
void write_snapshot(Results::File& file, Index step, double time, const Results::Grid& grid,
                    const std::vector<Results::Named<Scalar>>& fields, const Domain& domain) {
  require(!fields.empty(), "a snapshot has a field");
  Contents contents;
  contents.provenance = file.contents.provenance;
  add_coordinates(contents, grid, domain);
  add_scalar(contents, step_of_snapshot, static_cast<double>(step));
  add_scalar(contents, time_of_snapshot, time);
  add_fields(contents, grid, fields, domain);
  results::complete_axes(contents);
  const std::string path = fmt::format("{}.step{:08}.h5", file.stem, step);
  results::commit(path, contents, file.world);
  file.snapshots.push_back({step, time, std::filesystem::path(path).filename().string()});
}

}  // namespace

void Results::snapshot(Index step, double time, const Grid& grid, const std::vector<Named<double>>& fields,
                       const Domain& domain) {
  write_snapshot(*file_, step, time, grid, fields, domain);
}

void Results::snapshot(Index step, double time, const Grid& grid, const std::vector<Named<float>>& fields,
                       const Domain& domain) {
  write_snapshot(*file_, step, time, grid, fields, domain);
}

}  // namespace attune
