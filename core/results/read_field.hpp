// core/results/read_field.hpp
//
// A user's own map: a data set of an HDF5 file, named FILE.h5:/DATASET, or a picture (image.hpp).
#pragma once

#include <string>
#include <vector>

#include "core/core/box.hpp"
#include "core/core/communicator.hpp"

namespace attune {

// Cells along each axis, slowest first. Throws InputError(input).
std::vector<Index> shape_of(const std::string& place);

// The values of a box of a D-dimensional map, row-major, each rank reading its own box. Throws
// InputError(input) on every rank alike, also where a value is not finite. Collective.
std::vector<double> read_box(const std::string& place, const Box& box, int dimensions,
                             const Communicator& ranks);

}  // namespace attune
