// experiments/heat/parts/coefficients/anisotropy_study.hpp
//
// How far a tensor may be stretched before a window of nonnegative weights gives out, and how a head below that
// limit diffuses: the half of heat/stencil_coefficients that is about tensors.
#pragma once

#include "core/core/random.hpp"
#include "core/deck/describe.hpp"
#include "experiments/experiment.hpp"
#include "training/options.hpp"

namespace attune::experiments::heat::coefficients {

struct AnisotropyParams {
  std::vector<Index> windows{1, 2, 3};
  Index angles = 9;
  double consistency = 1e-5, resolution = 1e-3;
  Index stretch_iterations = 400;
  Index random_directions = 6;
  Index gauss_window = 2;
  double gauss_share = 0.9, gauss_width = 0.08;
  Index gauss_coarsest = 32, gauss_doublings = 2, gauss_steps = 8;
};

void describe_anisotropy(auto& field, AnisotropyParams& p) {
  field("windows", p.windows, "cells", "half-widths W of the windows that are asked, rising", between(1, 6),
        length(1, 6));
  field("angles", p.angles, "1", "orientations from 0 to pi / 4, the worst one of each window beside them",
        between(2, 1000));
  field("consistency", p.consistency, "1", "misfit of the second moments up to which a head is consistent",
        between(1e-8, 1e-3));
  field("resolution", p.resolution, "1", "of the threshold, in log lambda", between(1e-6, 0.005));
  field("stretch_iterations", p.stretch_iterations, "1", "steps of lbfgs for each head at most",
        between(10, 1e6));
  field("random_directions", p.random_directions, "1", "long axes of tensors in space, D = 3",
        between(1, 1000));
  field("gauss_window", p.gauss_window, "cells", "half-width of the head that diffuses a Gaussian",
        between(1, 6));
  field("gauss_share", p.gauss_share, "1", "its lambda, as a part of the bound of its window", above(0),
        below(1));
  field("gauss_width", p.gauss_width, "1", "standard deviation of the Gaussian at the start, of the box",
        between(0.02, 0.15));
  field("gauss_coarsest", p.gauss_coarsest, "1", "cells along each axis of the coarsest grid",
        between(16, 4096));
  field("gauss_doublings", p.gauss_doublings, "1", "how often that grid is refined by two", between(1, 6));
  field("gauss_steps", p.gauss_steps, "1", "steps on the coarsest grid; four times as many at each doubling",
        between(1, 1e6));
}

void check_anisotropy(const AnisotropyParams& p, const Deck& deck);

template <class Scalar>
void study_anisotropy(const AnisotropyParams& p, const Random& random, const Domain& world, Results& results);

}  // namespace attune::experiments::heat::coefficients
