// experiments/heat/parts/positive_map/edge_study.hpp
//
// The edges in r of every order, from training, against linear programmes and closed forms (T6), and what a head is as
// a semi-discrete Laplacian (T5): data sets and claims. In double whatever the precision: an order is decided by
// misfits of 1e-9.
#pragma once

#include "core/core/progress.hpp"
#include "core/deck/describe.hpp"
#include "core/results/results.hpp"
#include "experiments/heat/parts/positive_map/order_edges.hpp"

namespace attune::experiments::heat::positive_map {

struct EdgeParams {
  EdgePlan plan;
  double rate_time = 1e-3;

  EdgeParams() {
    plan.training.iterations = 400;
    plan.training.loss_tolerance = 1e-22;
    plan.training.gradient_tolerance = 1e-16;
    plan.training.relative_decrease = 1e-8;
    plan.training.patience = 10;
  }
};

void describe_edges(auto& field, EdgeParams& p) {
  field("scan_from", p.plan.from, "1", "first r of the scan for orders; it ends past W^2 / 2", above(0),
        at_most(0.1));
  field("scan_points", p.plan.points, "1", "times of that scan", between(3, 1000));
  field("vanishing_misfit", p.plan.vanishes, "1", "misfit of the heat polynomials that counts as none",
        above(0), at_most(1e-6));
  field("edge_resolution", p.plan.resolution, "1", "relative width to which edges are bisected",
        between(1e-12, 1e-3));
  field("rate_time", p.rate_time, "1", "r at which a head is trained as a semi-discrete Laplacian", above(0),
        at_most(0.01));
}

void study_edges(const EdgeParams& p, const std::vector<WindowCase>& windows,
                 const std::vector<Index>& orders, const Domain& world, Results& results, Progress& progress);

}  // namespace attune::experiments::heat::positive_map
