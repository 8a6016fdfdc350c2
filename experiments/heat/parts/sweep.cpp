// experiments/heat/parts/sweep.cpp
#include "experiments/heat/parts/sweep.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "core/core/require.hpp"

namespace attune::experiments::heat {
namespace {

constexpr Dataset dimension{"dimension", "1", "dimension", "space dimensions D"};
constexpr Dataset boundary{"boundary", "1", "boundary", "boundary condition on every axis"};

template <class Entry> bool repeats(const std::vector<Entry>& list) {
  return std::set<Entry>(list.begin(), list.end()).size() != list.size();
}

}  // namespace

Array tabulated(const std::vector<std::size_t>& shape) {
  std::size_t entries = 1;
  for (const std::size_t extent : shape) entries *= extent;
  return {shape, std::vector<double>(entries, std::numeric_limits<double>::quiet_NaN())};
}

double& entry(Array& table, const std::vector<std::size_t>& place) {
  require(place.size() == table.shape.size(), "a place has a number for each axis");
  std::size_t at = 0;
  for (std::size_t axis = 0; axis < place.size(); ++axis) {
    require(place[axis] < table.shape[axis], "a place lies inside its table");
    at = at * table.shape[axis] + place[axis];
  }
  return table.values[at];
}

void check_sweep(const Sweep& sweep, const Deck& deck) {
  if (repeats(sweep.dimensions)) deck.refuse("params.dimensions", "must not repeat an entry");
  if (repeats(sweep.boundaries)) deck.refuse("params.boundaries", "must not repeat an entry");
}

void check_cells(const std::vector<Index>& cells, int dimensions, Index least, const std::string& key,
                 const Deck& deck) {
  if (static_cast<int>(cells.size()) != dimensions)
    deck.refuse(key, "must have " + std::to_string(dimensions) +
                         (dimensions == 1 ? " entry" : " entries, one for each axis"));
  if (*std::min_element(cells.begin(), cells.end()) < least)
    deck.refuse(key, "must be at least " + std::to_string(least) + " along every axis");
}

void write_axes(const Sweep& sweep, Results& results) {
  results.axis(dimension, {sweep.dimensions.begin(), sweep.dimensions.end()});
  results.labels(boundary, sweep.boundaries);
}

}  // namespace attune::experiments::heat
