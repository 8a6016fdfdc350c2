// experiments/heat/parts/positive_map/order_edges.hpp
//
// Between which times a softmax head of half-width W is a heat step of a given order, found by training alone: the head
// learns heat polynomials at many r, and the edges of where its misfit vanishes are bisected.
#pragma once

#include "experiments/heat/parts/positive_map/heat_polynomials.hpp"
#include "experiments/heat/parts/positive_map/vanishing.hpp"
#include "experiments/heat/parts/positive_map/window_cases.hpp"

namespace attune::experiments::heat::positive_map {

struct EdgeTask {
  WindowCase window;
  int order = 2;
};

struct EdgePlan {
  double from = 0.05;  // the first r of the scan
  int points = 25;
  double vanishes = 1e-9;
  double resolution = 1e-8;
  training::Options training;

  // To past W^2 / 2, where E X^2 <= W^2 ends every order.
  Scan scan(Index reach) const {
    return {from, 0.75 * static_cast<double>(reach * reach), points, vanishes, resolution};
  }
};

// Misfits of the trained head, and least ones by nonnegative least squares, at every r of the scan; how many stretches
// have none, and the edges of the first, NaN where there is none or where it begins before the scan.
struct OrderEdges {
  std::vector<double> misfit, least;  // (points)
  double stretches = 0, from = 0, to = 0;
};

// For every task; the tasks are dealt out among the ranks. Collective.
std::vector<OrderEdges> trained_edges(const std::vector<EdgeTask>& tasks, const EdgePlan& plan,
                                      const Communicator& ranks, const std::function<void()>& done);

// A head as a semi-discrete Laplacian, by training at a time r near 0 (rate_polynomials of heat_polynomials.hpp).
struct RateMisfit {
  double trained, least;
  double
      bound;  // no nonnegative weights at all come nearer: by the certificate of nonnegative_diffusion.hpp, or 0
};
RateMisfit rate_misfit(const EdgeTask& task, double r, const training::Options& training);

}  // namespace attune::experiments::heat::positive_map
