// experiments/traffic/parts/calibration/table.hpp
//
// A table over named axes, filled entry by entry; what is not finite is stored as NaN.
#pragma once

#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "core/results/results.hpp"

namespace attune::experiments::traffic::calibration {

class Table {
 public:
  explicit Table(std::vector<std::size_t> shape) : array_{std::move(shape), {}} {
    std::size_t entries = 1;
    for (const std::size_t extent : array_.shape) entries *= extent;
    array_.values.assign(entries, std::numeric_limits<double>::quiet_NaN());
  }

  void set(const std::vector<std::size_t>& place, double value) {
    array_.values[at(place)] = std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
  }
  double get(const std::vector<std::size_t>& place) const { return array_.values[at(place)]; }
  const Array& array() const { return array_; }

 private:
  std::size_t at(const std::vector<std::size_t>& place) const {
    require(place.size() == array_.shape.size(), "a place has a number for each axis");
    std::size_t entry = 0;
    for (std::size_t axis = 0; axis < place.size(); ++axis) {
      require(place[axis] < array_.shape[axis], "a place lies inside its table");
      entry = entry * array_.shape[axis] + place[axis];
    }
    return entry;
  }

  Array array_;
};

}  // namespace attune::experiments::traffic::calibration
