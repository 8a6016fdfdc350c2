// experiments/heat/parts/scaling/scaling_study.hpp
//
// The tables of a scaling study and what its claims are about, filled case by case.
#pragma once

#include <map>

#include "experiments/heat/parts/scaling/scaling_cases.hpp"

namespace attune::experiments::heat::scaling {

struct Plan {
  std::vector<Index> dimensions{1, 2, 3};
  std::vector<std::string> precisions{"float", "double"}, methods = method_names;
  MarchChoice choice;
  Grids grids;
  Effort effort;
  std::vector<Index> predicted_ranks{100, 1000, 10000, 100000};

  Method method(std::size_t m) const;
};

struct Place {
  std::size_t method, dimension, precision;
};

// (kind, method, dimension, precision, ranks), then samples or the parts of StepTime; what is modelled or predicted is
// strong or weak.
struct Tables {
  Array seconds, cells, rate, efficiency, messages, bytes, reductions;
  Array modelled, predicted, predicted_efficiency, predicted_cells;
  Tables(const Plan& plan, std::size_t crews);
};

struct Study {
  const Plan& plan;
  const std::vector<Crew>& crews;
  std::vector<double> triad;  // (crew), bytes a second of a rank
  Network here, there;  // of this job; of the ranks that are predicted, all 0 where there is none
  Tables tables;

  // Cases in which the last field of one grid is another one than on one rank, and the farthest that counts of runs
  // lie from theory.
  double fields_apart = 0, messages_apart = 0, bytes_apart = 0, reductions_apart = 0;
  // By method: the least weak efficiency on two ranks over that of the triad, and the largest relative misfit of the
  // model.
  std::map<std::string, double> weakest{}, farthest{};

  // Runs a case and files it. Collective over the job.
  void advance(const Place& at);

 private:
  void measure(const Place& at, std::size_t crew, RunKind kind, const Runs& runs);
  void count(const Place& at, const Crew& crew, const Sampled& run);
  void compare(const Place& at, std::size_t crew, RunKind kind, const Runs& runs);
  void predict(const Place& at, const Runs& runs);
};

}  // namespace attune::experiments::heat::scaling
