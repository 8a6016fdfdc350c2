// core/results/image.hpp
//
// A picture as a map: PNG of 1 to 16 bits a sample and PGM (P2, P5), as numbers between 0 and 1.
//
// Grey    the stored value divided by the largest that can be stored; no gamma is undone
// Colour  luma of Rec. ITU-R BT.709-6, 0.2126 R + 0.7152 G + 0.0722 B, of the stored values; no transparency
// Shape   (height, width); row 0 is the top row
// Limits  2^31 pixels
#pragma once

#include <string>
#include <vector>

#include "core/core/views.hpp"

namespace attune {

struct Picture {
  std::vector<Index> shape;
  std::vector<double> values;
};

// Throws InputError(input). Every rank that asks reads the file and gets the same.
Picture read_picture(const std::string& path);

namespace results {
Picture read_png(const std::string& path);
Picture read_pgm(const std::string& path);
}  // namespace results

}  // namespace attune
