// bench/cases.hpp
//
// The table of contents of the benchmark: a function a family, each in a file of its name.
#pragma once

#include "bench/case.hpp"

namespace attune::bench {

// The shapes, in tokens, cells or nodes.
struct Sizes {
  Index tokens = 4096;  // of dense attention; a square
  std::vector<Index> few_tokens = {64, 128, 256};
  Index triangle_tokens = 256, triangle_channels = 128;
  Index window_side = 256;  // of the square that windows with content move over
  std::vector<Index> plane = {4096, 8192};  // [cells] of the stencils, (y, x); a field exceeds the last cache
  std::vector<Index> space = {256, 384, 384};  // (z, y, x)
  Index graph_side = 512;  // nodes lie on a square
};

inline Sizes standard_sizes() { return {}; }
// Whole register tiles, two registers wide, on processors with registers of 16 numbers too.
inline Sizes smoke_sizes() { return {64, {32}, 32, 16, 12, {32, 96}, {8, 12, 40}, 16}; }

Family dense_family(const Sizes& sizes);
Family rounded_family(const Sizes& sizes);
Family small_family(const Sizes& sizes);
Family triangle_family(const Sizes& sizes);
Family window_family(const Sizes& sizes);
Family stencil_family(const Sizes& sizes);
Family graph_family(const Sizes& sizes);

std::vector<Family> every_family(const Sizes& sizes);

// The families and cases that can be asked for by name.
std::vector<std::string> names();

// The cases whose name or family is among the words, every one if there are none. A case that a bar compares
// with comes with it.
std::vector<Family> chosen(const std::vector<Family>& families, const std::vector<std::string>& words);

}  // namespace attune::bench
