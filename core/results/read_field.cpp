// core/results/read_field.cpp
#include "core/results/read_field.hpp"

#include <cmath>

#include "core/core/require.hpp"
#include "core/results/agree.hpp"
#include "core/results/foreign.hpp"
#include "core/results/image.hpp"
#include "core/results/item.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"

namespace attune {
namespace {

using results::Fault;
using results::Handle;

struct Place {
  std::string file, data;  // no data set: a picture
};

Place split(const std::string& place) {
  const auto colon = place.rfind(":/");
  if (colon == std::string::npos) return {place, ""};
  return {place.substr(0, colon), place.substr(colon + 1)};
}

Handle open_numbers(const results::Foreign& foreign, const std::string& name) {
  const hid_t found = H5Dopen2(foreign.file, name.c_str(), H5P_DEFAULT);
  if (found < 0) {
    H5Eclear2(H5E_DEFAULT);
    throw Fault("has no data set " + name);
  }
  Handle data(found, H5Dclose, "open " + name);
  if (!results::holds_numbers(data)) throw Fault(name + " holds no numbers");
  return data;
}

// The last axes of a box, as start and count.
struct Range {
  std::vector<Index> start, count;
};
Range range_of(const Box& box, int dimensions) {
  Range range;
  for (int axis = 3 - dimensions; axis < 3; ++axis) {
    range.start.push_back(box.lower[axis]);
    range.count.push_back(box.empty() ? 0 : box.extent(axis));
  }
  return range;
}

void refuse_misfit(const std::vector<Index>& shape, const Range& range) {
  if (shape.size() != range.start.size())
    throw Fault("has " + std::to_string(shape.size()) + " axes, not " + std::to_string(range.start.size()));
  for (std::size_t d = 0; d < shape.size(); ++d)
    if (range.start[d] < 0 || range.start[d] + range.count[d] > shape[d])
      throw Fault("has " + std::to_string(shape[d]) + " cells along axis " + std::to_string(d) +
                  ", fewer than are asked for");
}

std::vector<double> read_data_set(const Place& place, const Range& range) {
  const auto foreign = results::open_checked(place.file);
  const Handle data = open_numbers(foreign, place.data);
  refuse_misfit(results::shape_of(data), range);
  std::vector<double> values(results::cells(range.count));
  results::read_range(data, H5T_NATIVE_DOUBLE, range.start, range.count, values.data());
  return values;
}

std::vector<double> read_from_picture(const std::string& file, const Range& range) {
  const Picture picture = read_picture(file);
  refuse_misfit(picture.shape, range);
  std::vector<double> values;
  for (Index y = range.start[0]; y < range.start[0] + range.count[0]; ++y) {
    const auto row = picture.values.begin() + y * picture.shape[1] + range.start[1];
    values.insert(values.end(), row, row + range.count[1]);
  }
  return values;
}

void refuse_not_finite(const std::vector<double>& values, const Range& range) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    std::vector<Index> index(range.start.size());
    auto rest = static_cast<Index>(i);
    for (std::size_t d = index.size(); d-- > 0;) {
      index[d] = range.start[d] + rest % range.count[d];
      rest /= range.count[d];
    }
    throw Fault("has a value that is not finite at " + results::bracketed(index));
  }
}

}  // namespace

std::vector<Index> shape_of(const std::string& place) {
  const Place where = split(place);
  if (where.data.empty()) return read_picture(where.file).shape;
  const auto foreign = results::open_checked(where.file);
  try {
    return results::shape_of(open_numbers(foreign, where.data));
  } catch (const Fault& fault) {
    throw InputError(Exit::input, place + ": " + fault.what());
  }
}

std::vector<double> read_box(const std::string& place, const Box& box, int dimensions,
                             const Communicator& ranks) {
  require(1 <= dimensions && dimensions <= 3, "a map has one to three axes");
  const Place where = split(place);
  const Range range = range_of(box, dimensions);
  std::vector<double> values;
  results::together(ranks, Exit::input, place + ": ", [&] {
    values = where.data.empty() ? read_from_picture(where.file, range) : read_data_set(where, range);
    refuse_not_finite(values, range);
  });
  return values;
}

}  // namespace attune
