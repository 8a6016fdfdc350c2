// tests/support/weights_gradient.hpp
//
// Is the gradient of a weights struct that of its loss? objective(weights, gradient) -> loss is what
// training::fit takes; every tensor that describe lists is checked as in gradient.hpp:
//
//   check_weights_gradient(weights, [&](const Weights& w, Weights& gradient) { ...; return loss; });
#pragma once

#include "tests/support/gradient.hpp"
#include "training/parameters.hpp"

namespace attune::test {

template <class Weights, class Objective>
void check_weights_gradient(const Weights& weights, const Objective& objective,
                            const Differences& choice = {}) {
  auto here = training::zeros_like(weights), gradient = training::zeros_like(weights);
  auto flat = training::flatten(weights);
  training::unflatten(flat, here);
  objective(std::as_const(here), gradient);
  const auto slope = training::flatten(gradient);

  std::vector<Variable> variables;
  for (const auto& slice : training::slices(weights)) {
    const auto first = static_cast<std::ptrdiff_t>(slice.first),
               count = static_cast<std::ptrdiff_t>(slice.count);
    variables.push_back({slice.name,
                         {flat.begin() + first, flat.begin() + first + count},
                         {slope.begin() + first, slope.begin() + first + count},
                         [&flat, &here, first](const std::vector<double>& numbers) {
                           std::copy(numbers.begin(), numbers.end(), flat.begin() + first);
                           training::unflatten(flat, here);
                         }});
  }
  const auto loss = [&] {
    auto scratch = training::zeros_like(weights);
    return objective(std::as_const(here), scratch);
  };
  check_gradient(variables, loss, choice);
}

}  // namespace attune::test
