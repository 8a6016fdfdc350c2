// core/deck/describe.hpp
//
// Parameters are plain structs; one function describe(field, params) says name, place, unit, meaning and
// admissible values of each member once. The deck reader, the recorder, `attune describe` and overrides all
// visit that one list:
//
//   struct Params { double fourier = 0.25; std::vector<Index> cells{64, 64}; };
//   void describe(auto& field, Params& p) {
//     field("fourier", p.fourier, "1", "r = kappa dt / h^2", at_least(0.0));
//     field("cells", p.cells, "1", "cells along each axis (.., y, x)", between(1, 1 << 20), length(1, 3));
//   }
//
// Members   bool, int, Index, double, std::string; vectors of the last three; vectors of vectors of Index
// Limits    any number, in any order: ranges intersect, so (0, 1] is above(0), at_most(1)
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace attune {

// Admissible values of a number, or of every number in a list. A value that is not finite is never
// admissible.
struct Range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool least_excluded = false, most_excluded = false;
};
inline Range at_least(double least) { return {.least = least}; }
inline Range at_most(double most) { return {.most = most}; }
inline Range above(double least) { return {.least = least, .least_excluded = true}; }
inline Range below(double most) { return {.most = most, .most_excluded = true}; }
inline Range between(double least, double most) { return {.least = least, .most = most}; }

inline Range intersection(const Range& a, const Range& b) {
  Range both = a;
  if (b.least > a.least || (b.least == a.least && b.least_excluded)) {
    both.least = b.least;
    both.least_excluded = b.least_excluded;
  }
  if (b.most < a.most || (b.most == a.most && b.most_excluded)) {
    both.most = b.most;
    both.most_excluded = b.most_excluded;
  }
  return both;
}

// Admissible lengths of a list; of a list of lists, how many lists.
struct Length {
  std::size_t least = 0, most = std::numeric_limits<std::size_t>::max();
};
inline Length length(std::size_t least, std::size_t most) { return {least, most}; }
inline Length length(std::size_t exactly) { return {exactly, exactly}; }

// Admissible words of a string, or of every entry of a list of strings. No words: any string.
struct Choice {
  std::vector<std::string> words;
};
inline Choice one_of(std::vector<std::string> words) { return {std::move(words)}; }

// What a describe() call says of a member beyond unit and meaning.
struct Limits {
  Range range;
  Length length;
  Choice choice;
  void set(const Range& r) { range = intersection(range, r); }
  void set(const Length& l) { length = l; }
  void set(const Choice& c) { choice = c; }
};

}  // namespace attune
