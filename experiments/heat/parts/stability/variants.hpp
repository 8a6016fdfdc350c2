// experiments/heat/parts/stability/variants.hpp
//
// What a stencil meets that it was not trained on, one change at a time from white noise on a periodic grid: other
// spectra, boundaries, grid sizes, conductivities.
#pragma once

#include <sstream>

#include "experiments/heat/parts/stability/band_field.hpp"
#include "experiments/heat/parts/sweep.hpp"

namespace attune::experiments::heat::stability {

struct OtherData {
  std::vector<std::string> starts{"white", "band", "fourier", "gaussian", "picture"};
  std::vector<std::string> pictures{"brick.png"};
  Index picture_crop = 48;
  std::vector<std::string> boundaries{"dirichlet", "neumann"};
  Cells cells{{1024}, {48, 48}, {16, 16, 16}};
  std::vector<double> sizes{0.5, 2};
  std::vector<double> conductivities{0.4, 1.5};
};

void describe_other_data(auto& field, OtherData& p) {
  field("starts", p.starts, "1",
        "fields that rollouts start from; \"band\" is new data like those trained on",
        one_of({"white", "band", "fourier", "gaussian", "picture"}), length(1, 5));
  field("pictures", p.pictures, "1", "photographs of the start \"picture\": PNG, PGM or FILE.h5:/dataset",
        length(1, 8));
  field("picture_crop", p.picture_crop, "1",
        "side of the centred square of a picture that is used; 0: all of it", at_least(0));
  field("boundaries", p.boundaries, "1", "boundary conditions beside the periodic one of training",
        one_of({"dirichlet", "neumann"}), length(0, 2));
  field("test_cells_1d", p.cells.in_1d, "1", "cells of the grid of rollouts, D = 1", between(1, 1 << 24),
        length(1));
  field("test_cells_2d", p.cells.in_2d, "1", "the same, D = 2, (y, x)", between(1, 1 << 13), length(2));
  field("test_cells_3d", p.cells.in_3d, "1", "the same, D = 3, (z, y, x)", between(1, 512), length(3));
  field("sizes", p.sizes, "1", "other grids, as multiples of those cells", above(0), at_most(16),
        length(0, 8));
  field("conductivities", p.conductivities, "1", "other r, as multiples of the r of training", above(0),
        at_most(64), length(0, 8));
}

struct Variant {
  std::string axis, name, start = "white", picture = "", boundary = "periodic";
  double size = 1, conductivity = 1;
};

// The unchanged one first: white noise, periodic, the grid and r as they are.
inline std::vector<Variant> variants_of(const OtherData& p) {
  const auto times = [](const std::string& what, double factor) {
    std::ostringstream words;
    words << what << " x " << factor;
    return words.str();
  };
  std::vector<Variant> all{{"spectrum", "white"}};
  for (const auto& start : p.starts) {
    if (start == "white") continue;
    if (start != "picture") all.push_back({"spectrum", start, start});
    for (std::size_t n = 0; start == "picture" && n < p.pictures.size(); ++n)
      all.push_back({"spectrum", p.pictures[n], start, p.pictures[n]});
  }
  for (const auto& boundary : p.boundaries) all.push_back({"boundary", boundary, "white", "", boundary});
  for (const double size : p.sizes) all.push_back({"grid", times("N", size), "white", "", "periodic", size});
  for (const double factor : p.conductivities)
    all.push_back({"conductivity", times("r", factor), "white", "", "periodic", 1, factor});
  return all;
}

inline std::vector<Index> scaled(const std::vector<Index>& cells, double factor) {
  std::vector<Index> result;
  for (const Index n : cells) result.push_back(std::llround(static_cast<double>(n) * factor));
  return result;
}

// A variant's grid and start.
struct Stage {
  Setting setting;
  Map picture;
};

inline Stage stage_of(const OtherData& p, const Variant& variant, int dimensions, const Domain& world) {
  if (variant.start != "picture")
    return {make_setting(world, scaled(p.cells.in(dimensions), variant.size), variant.boundary), {}};
  Map picture = read_map(variant.picture, dimensions, p.picture_crop, world.communicator());
  return {make_setting(world, picture.cells, variant.boundary), picture};
}

template <class Scalar>
Field<Scalar> start_of(const Variant& variant, const Stage& stage, double band, const Triple& halo,
                       const Random& random) {
  const auto u = stage.setting.domain.field<Scalar>("heat::variants::u", halo);
  if (variant.start == "band") {
    fill_band(u, stage.setting, band, random);
  } else {
    start_from(variant.start, u, stage.setting, stage.picture, random);
  }
  return u;
}

}  // namespace attune::experiments::heat::stability
