// experiments/heat/parts/scaling/scaling_methods.hpp
//
// One field marched in time by one method: what is timed on more and more ranks.
//
//   ftcs          explicit steps, ghosts of 1
//   blocked       the same, several in a pass over memory, ghosts as wide as their number, one exchange a pass
//   runge kutta   differences of fourth order, four stages, ghosts of 2 exchanged four times a step
//   window        a position-only attention stencil, all offsets of a box, bias -d^2 / (4 r), ghosts of its reach
//   multigrid     backward Euler by conjugate gradients with multigrid before them: inner products over all ranks
//   spectral      the exact propagator by FFT, DCT or DST: every rank's cells to lines and back
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "experiments/heat/parts/setting.hpp"
#include "solvers/heat/linear_solver.hpp"

namespace attune::experiments::heat::scaling {

enum class Method : std::size_t { ftcs, blocked, runge_kutta, window, multigrid, spectral };
inline const std::vector<std::string> method_names{"ftcs",   "blocked",   "runge kutta",
                                                   "window", "multigrid", "spectral"};
inline bool solves(Method m) { return m == Method::multigrid || m == Method::spectral; }

struct MarchChoice {
  double stability = 0.5;  // 2 D r of explicit steps and of the attention stencil
  Index block_steps = 8, window_reach = 2;
  double implicit_rate = 10, tolerance = 1e-4;  // r of backward Euler and of the propagator; of the residual
  static constexpr Index gathered = 4096;  // cells of the grid from which multigrid goes on on every rank
};

// What a march has done on all its ranks together, bookkeeping of solvers included.
struct Done {
  std::int64_t steps = 0, reductions = 0;  // all-reduces
  attune::heat::Solved solved;  // sums over the steps
};

template <class Scalar> struct March {
  std::function<void()> pass;  // collective over the ranks of the setting
  Index steps_of_pass = 1;
  std::shared_ptr<Field<Scalar>> u;  // the field after the last pass
  std::shared_ptr<Done> done;
};

// Starts from the noise of `seed`, which depends on the cells of the grid alone.
template <class Scalar>
March<Scalar> march(Method method, const MarchChoice& choice, const Setting& setting, std::uint32_t seed);

// A number that depends on every bit of every cell and on where it lies: the sum, modulo 2^64, over the cells of
// all ranks of mix64(bits + golden (cell + 1)). The part of this rank.
// Source   the mixing function [steele2014], figure 15 (mix64variant13)
template <class Scalar> std::int64_t fingerprint(const Field<Scalar>& u, const Box& whole);

}  // namespace attune::experiments::heat::scaling
