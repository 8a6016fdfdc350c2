// experiments/heat/parts/work_precision/pareto.hpp
//
// What it costs to reach an error, from runs that each cost something and reach something.
//
// Front    the runs that no other beats in both; along it cost rises and error falls
// Between  two neighbours of the front log cost is linear in log error; a target that the cheapest run beats
//          costs as much as that run, one that no run reaches has no cost
#pragma once

#include <vector>

namespace attune::experiments::heat::work_precision {

struct Outcome {
  double cost = 0, error = 0;
};

// Cheapest first.
std::vector<Outcome> front(std::vector<Outcome> runs);

// NaN where the error is not reached.
double cost_at(const std::vector<Outcome>& front, double error);

// Slope of the least-squares line through (log x, log y).
double log_slope(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace attune::experiments::heat::work_precision
