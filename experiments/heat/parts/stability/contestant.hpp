// experiments/heat/parts/stability/contestant.hpp
//
// Four stencils that learn the same map on one window, each of total weight 1, offsets that are mirror images
// sharing a weight:
//
//   softmax            one head, a bias for each class of offsets
//   gaussian           one head of one parameter, bias -|o|^2 / (4 s)
//   two heads          (1 + a) P u - a Q u, so that |g| <= 1 + 2 a
//   free convolution   weights of any sign, by exact least squares
//
// The heads descend the gradient of attention's window; all are stepped by the kernels they were trained with.
#pragma once

#include "experiments/heat/parts/signed_heads.hpp"
#include "experiments/heat/parts/stability/free_convolution.hpp"
#include "experiments/heat/parts/stability/gaussian_head.hpp"
#include "solvers/heat/combine.hpp"
#include "solvers/heat/theory/symbol_maximum.hpp"

namespace attune::experiments::heat::stability {

enum class Learner : std::size_t { softmax, gaussian, two_heads, convolution };
inline const std::vector<std::string> contestant_names{"softmax", "gaussian", "two heads",
                                                       "free convolution"};

struct Contestant {
  Learner kind = Learner::softmax;
  SignedWeights heads;  // the first alone where there is one
  double amount = 0;  // a
  attune::heat::theory::Stencil stencil;  // its weights, as theory and the free convolution take them
  double train_rms = 0;  // root mean square error on the training field
  double growth = 0;  // max |g|, certified from the weights

  bool convex() const { return kind == Learner::softmax || kind == Learner::gaussian; }
  // A step errs in each cell by at most points eps size max|u|.
  double points() const { return static_cast<double>(stencil.weights.size()) + (convex() ? 2 : 5); }
  double size() const {
    double sum = kind == Learner::two_heads ? 1 + 2 * amount : 0;
    if (kind == Learner::convolution)
      for (const double w : stencil.weights) sum += std::abs(w);
    return convex() ? 1 : sum;
  }
};

// P - Q by their factors.
inline attune::heat::theory::Stencil signed_stencil(const LearnedStencil& learned, const SignedWeights& heads,
                                                    double amount) {
  auto stencil = learned.stencil(heads.positive);
  const auto below = learned.stencil(heads.negative);
  for (std::size_t o = 0; o < stencil.weights.size(); ++o)
    stencil.weights[o] = (1 + amount) * stencil.weights[o] - amount * below.weights[o];
  return stencil;
}

// One step on a grid of its own: the ghosts of u, then next = A u.
template <class Scalar> class LearnedStep {
 public:
  LearnedStep(const Contestant& of, const Setting& on, Index reach)
      : contestant(of),
        setting(on),
        learned(on, attention::window::box_offsets(on.dimensions, reach), true),
        q("heat::learned_step::q", on.domain.mine()) {}

  Triple halo() const { return learned.halo(); }

  void operator()(const Field<Scalar>& u, const Field<Scalar>& next) const {
    attune::heat::fill_ghosts(u, setting.domain, setting.boundaries);
    if (contestant.kind == Learner::convolution) return convolve(u, contestant.stencil, next);
    learned.apply(u, contestant.heads.positive, next);
    if (contestant.kind != Learner::two_heads) return;
    learned.apply(u, contestant.heads.negative, q);
    attune::heat::combine(next, {{1 + contestant.amount, next}, {-contestant.amount, q}});
  }

 private:
  Contestant contestant;
  Setting setting;
  LearnedStencil learned;
  Field<Scalar> q;
};

// What all learn: u with the ghosts of the window, filled, and y on a periodic grid.
template <class Scalar> struct BandTask {
  Setting setting;
  Index reach;
  double rate, amount;
  Field<Scalar> u, y;
  std::vector<double> field, target;  // the whole of both, in double
  training::Options training;
  double least_logit;
};

template <class Scalar> double train_rms(const Contestant& c, const BandTask<Scalar>& task) {
  namespace solver = attune::heat;
  const Field<Scalar> o("heat::contestant::o", task.u.box), apart("heat::contestant::apart", task.u.box);
  LearnedStep<Scalar>(c, task.setting, task.reach)(task.u, o);
  solver::combine(apart, {{1.0, o}, {-1.0, task.y}});
  const auto& ranks = task.setting.domain.communicator();
  return std::sqrt(solver::inner(apart, apart, ranks) / static_cast<double>(task.setting.cells()));
}

template <class Scalar> Contestant trained(Learner kind, const BandTask<Scalar>& task) {
  const LearnedStencil learned(task.setting,
                               attention::window::box_offsets(task.setting.dimensions, task.reach), true);
  const StencilLesson<Scalar> lesson(learned, task.setting, task.u, task.y);
  Contestant c;
  c.kind = kind;
  c.heads = {learned.gaussian_weights(task.rate, task.least_logit), learned.equal_weights()};
  switch (kind) {
    case Learner::softmax:
      learn(lesson, c.heads.positive, task.training);
      break;
    case Learner::gaussian: {
      GaussianWeights weights{{std::log(task.rate)}};
      training::fit(weights, GaussianLesson<Scalar>{lesson}, task.training);
      c.heads.positive = logits_of(learned, weights);
      break;
    }
    case Learner::two_heads:
      c.amount = task.amount;
      learn(SignedLesson<Scalar>(lesson, task.amount), c.heads, task.training);
      break;
    case Learner::convolution:
      break;
  }
  if (kind == Learner::convolution) {
    c.stencil = fit_convolution(task.setting.domain.whole().shape(), learned.offsets(), learned.class_of(),
                                task.field, task.target);
  } else {
    c.stencil = signed_stencil(learned, c.heads, c.amount);
  }
  c.train_rms = train_rms(c, task);
  c.growth = attune::heat::theory::largest_symbol(c.stencil).size;
  return c;
}

}  // namespace attune::experiments::heat::stability
