// experiments/heat/parts/rollout_benchmark/contestants.hpp
//
// Who takes part in a rollout benchmark: learned stencils by head, length of unrolling and the solver whose
// trajectories they learn from; classical solvers of the same cost; and persistence, u' = u.
//
//   trained   softmax, signed, gaussian, sparsemax (emulator.hpp), one step, then unrolled from there
//   free      the best convolution without a sign, by least squares, one step
//   ftcs      m explicit sub-steps          adi  Douglas and Gunn, in one dimension Crank-Nicolson
//   backward_euler  solved by FFT, DCT or DST
#pragma once

#include "experiments/heat/parts/oracle.hpp"
#include "experiments/heat/parts/rollout_benchmark/training_windows.hpp"
#include "solvers/heat/adi.hpp"
#include "solvers/heat/theory/rollout_curves.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct Contestant {
  std::string name;
  std::string method;  // a head, "free", "ftcs", "adi", "backward_euler" or "persistence"
  Index unroll = 1;
  std::string teacher = "exact";  // whose trajectories it learns from
  bool learned = true;
};

std::vector<Contestant> contestants_of(const std::vector<std::string>& heads,
                                       const std::vector<Index>& unroll,
                                       const std::vector<std::string>& teachers);

// What is the same for all contestants of a case.
struct Contest {
  Scenario scenario;
  std::vector<Triple> offsets;  // of learned stencils
  StartKind start;
  double second_head = 0;
  training::Options training, unrolled;
  std::size_t train_fields = 0;
  std::vector<Index> window_starts;
  std::uint32_t deck_seed = 1;
  attune::heat::theory::PerAxis rates() const;
};

// A learned stencil; loss is that of one step on its training windows, over the mean square of the targets.
struct Learned {
  std::vector<double> weights;  // one an offset
  double loss = 0;
};

// The weights after one step and after each length of unrolling, ascending, one after the other.
std::vector<Learned> train(const Contest& contest, const std::string& method, const std::string& teacher,
                           Index seed, const std::vector<Index>& unroll);

// What theory says that one-step training of a softmax head ends at.
Learned predicted_optimum(const Contest& contest, const std::string& teacher, Index seed);

// g of a contestant; weights where it is learned.
attune::heat::theory::RealSymbol symbol_of(const Contest& contest, const Contestant& contestant,
                                           const std::vector<double>& weights);

// Multiplications a cell and step, roughly.
double cost_of(const Contest& contest, const Contestant& contestant);

// What a contestant does to the fields of a batch in one step.
template <class Scalar> class Stepper {
 public:
  Stepper(const Contest& contest, const Contestant& contestant, const std::vector<double>& weights,
          const Batch& batch);
  void step(Fields<Scalar>& fields);
  Triple halo() const { return halo_; }

 private:
  std::string method_;
  Setting setting_;
  LearnedStencil window_;
  HeadSum heads_;
  Triple halo_;
  int substeps_;
  attune::heat::Rates rates_;
  attune::heat::Adi<Scalar> adi_;
  Field<Scalar> next_;
  std::vector<Field<Scalar>> of_head_;
};

}  // namespace attune::experiments::heat::rollout_benchmark
