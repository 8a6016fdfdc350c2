// core/results/contents.hpp
//
// Everything that one file will hold, gathered before the disk is touched: a file is written at one go or not
// at all.
#pragma once

#include <map>
#include <optional>

#include "core/results/item.hpp"
#include "core/results/provenance.hpp"

namespace attune::results {

// A claim and its verdict: 1 holds, 0 does not, -1 not evaluated.
struct Judged {
  Claim claim;
  int holds = -1;
};

// What ParaView is told of the grid of a snapshot, in the order x, y, z.
struct VtkImage {
  std::vector<Index> points;
  std::vector<double> origin;  // of the first point
  std::vector<double> spacing;
  std::vector<std::string> links;  // names of root data sets that are shown as they are
};

struct Contents {
  Provenance provenance;
  std::vector<Item> items;
  std::map<std::string, Index> axis_length;
  std::vector<Judged> claims;
  std::optional<VtkImage> image;
};

// Adds an item. A name that is taken, or an axis of two lengths, breaks a promise.
Item& add(Contents& contents, Item item);

// The item of that name, or null.
const Item* find(const Contents& contents, const std::string& name);

// Gives every axis that has no coordinates a scale that numbers it 0, 1, ..., and puts the scales first.
void complete_axes(Contents& contents);

// The same chunk on any number of ranks: at most 1 MiB, cut along the slowest axes first.
std::vector<Index> chunk_shape(const Item& item);

}  // namespace attune::results
