// experiments/heat/parts/scaling/scaling_timed.hpp
//
// Times on the first ranks of a job, each by the slowest of them, known to every rank of the job.
#pragma once

#include "experiments/heat/parts/scaling/scaling_methods.hpp"

namespace attune::experiments::heat::scaling {

// The first so many ranks, and the job that they are of.
struct Crew {
  Domain world, part;
  Index ranks;
  Crew(const Domain& job, Index first) : world(job), part(job.first(static_cast<int>(first))), ranks(first) {}
};

// 1, 2, 4, ... and all.
std::vector<Index> rank_counts(const Domain& world);

// Seconds from when all of the crew have come until the last of them is done, a number a sample; body is called on
// the crew alone. Collective over the job.
std::vector<double> timed(const Crew& crew, Index samples, const std::function<void()>& body);

struct Order {
  Method method;
  MarchChoice choice;
  std::vector<Index> cells;
  std::string boundary;
  bool together = true;  // else each rank marches the whole grid by itself, and sends nothing
  std::uint32_t seed = 1;
  Index samples = 3;
  Index passes = 0;  // in a sample; 0: as many as fill the seconds
  double seconds = 0.1;  // of all samples
};

struct Timed {
  std::vector<double> samples;  // [s] of a step
  Index passes = 1;
  Done done;  // every pass of the run, untimed ones too
  std::int64_t messages = 0, bytes = 0;  // sent in them, by all ranks together
  std::int64_t fingerprint = 0;  // of the last field

  double least() const;  // an interruption makes a sample longer, nothing makes it shorter
  double steps() const { return static_cast<double>(done.steps); }
};

// Collective over the job.
template <class Scalar> Timed timed_march(const Crew& crew, const Order& order);

}  // namespace attune::experiments::heat::scaling
