// experiments/heat/parts/training_field.hpp
//
// The fields that stencils learn from: noise of a spectrum, one field a seed.
#pragma once

#include "experiments/heat/parts/start_field.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat {

struct TrainingFields {
  std::string spectrum = "white";
  double smooth_width = 2;
  std::vector<Index> seeds{1, 2, 3, 4, 5};
  std::uint32_t deck_seed = 1;  // the deck's own seed: another family of fields
};

void describe_training_fields(auto& field, TrainingFields& p) {
  field("spectrum", p.spectrum, "1", "training fields", one_of({"white", "smooth", "fourier"}));
  field("smooth_width", p.smooth_width, "cells", "width of the smoothing of \"smooth\" noise", at_least(0));
  field("seeds", p.seeds, "1", "one training field and run each", between(0, 4294967295.0), length(1, 1000));
}

// Ghosts filled.
template <class Scalar>
Field<Scalar> training_field(const TrainingFields& p, const Setting& s, Index seed, const Triple& halo) {
  namespace solver = attune::heat;
  const auto u = s.domain.field<Scalar>("heat::lesson::u", halo);
  const Random random = field_noise(seed, p.deck_seed, s.dimensions);
  if (p.spectrum == "white") solver::white_noise(u, s.domain.whole(), random);
  if (p.spectrum == "smooth") solver::smooth_noise(u, s.domain, s.boundaries, random, p.smooth_width);
  if (p.spectrum == "fourier") solver::fourier(u, s.domain.whole(), s.boundaries, random, 5);
  solver::fill_ghosts(u, s.domain, s.boundaries);
  return u;
}

// The whole field on every rank, in double.
template <class Scalar> std::vector<double> everywhere(const Field<Scalar>& u, const Setting& s) {
  const auto values = s.domain.gather(u);
  return {values.begin(), values.end()};
}

}  // namespace attune::experiments::heat
