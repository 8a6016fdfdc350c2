// training/fit.cpp
#include "training/fit.hpp"

#include "training/adam.hpp"
#include "training/gradient_descent.hpp"
#include "training/lbfgs.hpp"

namespace attune::training {
namespace {

using Method = void (*)(Point, Progress&);

Method method_named(const std::string& name) {
  if (name == "gradient_descent") return gradient_descent;
  if (name == "adam") return adam;
  if (name == "lbfgs") return lbfgs;
  throw InputError(Exit::deck, "optimiser = '" + name + "': expected gradient_descent, adam or lbfgs");
}

}  // namespace

History minimise(Vector& x, const std::vector<Slice>& slices, const FlatObjective& objective,
                 const Options& options, const FlatGuide& guide) {
  require(options.record_every >= 1 && options.iterations >= 0 && options.memory >= 1,
          "options inside the ranges of describe_options");
  const Method method = method_named(options.method);
  Progress progress(objective, guide, slices, options);
  method({x, {}, 0}, progress);
  x = progress.best.x;
  return progress.history;
}

}  // namespace attune::training
