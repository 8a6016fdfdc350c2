// tests/support/gradient.hpp
//
// Is a backward the gradient of its forward? With L(x) = <d_o, o(x)> a function of every listed array x,
//
//   entry by entry   dL/dx_n    against  (L(x + e_n step) - L(x - e_n step)) / 2 step
//   adjoint          <d_x, u>   against  <d_o, J u>, the slope of L along a random direction u of all arrays
//
// Double only, small sizes: a difference costs two forwards.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "tests/support/arrays.hpp"

namespace attune::test {

struct Variable {
  std::string name;
  std::vector<double> x, d_x;
  std::function<void(const std::vector<double>&)> assign;  // moves the array that the loss reads
};

template <class View> Variable variable(const std::string& name, const View& x, const View& d_x) {
  return {name, values(x), values(d_x), [x](const std::vector<double>& numbers) { assign(x, numbers); }};
}

struct Differences {
  double step = 1e-5;
  double tolerance = 1e-8;  // relative to 1 + |slope|
  std::size_t entries = 40;  // of each array at most, spread over it
};

inline void check_gradient(const std::vector<Variable>& variables, const std::function<double()>& loss,
                           const Differences& choice = {}) {
  const auto compare = [&](double gradient, double slope) {
    CHECK(std::abs(gradient - slope) <= choice.tolerance * (1 + std::abs(slope)));
  };
  for (const auto& variable : variables) {
    INFO("gradient of " << variable.name);
    const std::size_t stride = std::max<std::size_t>(1, variable.x.size() / choice.entries);
    for (std::size_t n = 0; n < variable.x.size(); n += stride) {
      INFO("entry " << n);
      auto moved = variable.x;
      moved[n] = variable.x[n] + choice.step;
      variable.assign(moved);
      const double up = loss();
      moved[n] = variable.x[n] - choice.step;
      variable.assign(moved);
      const double down = loss();
      compare(variable.d_x[n], (up - down) / (2 * choice.step));
    }
    variable.assign(variable.x);
  }

  INFO("adjoint identity over all arrays");
  double product = 0, side[2];
  for (const double sign : {1.0, -1.0}) {
    std::uint32_t number = 0;
    for (const auto& variable : variables) {
      auto moved = variable.x;
      for (std::size_t n = 0; n < moved.size(); ++n) {
        const double u = Random{19, number}.normal(n);
        moved[n] += sign * choice.step * u;
        if (sign > 0) product += variable.d_x[n] * u;
      }
      variable.assign(moved);
      ++number;
    }
    side[sign > 0 ? 0 : 1] = loss();
  }
  for (const auto& variable : variables) variable.assign(variable.x);
  compare(product, (side[0] - side[1]) / (2 * choice.step));
}

// Of one array alone. In braces too: nvcc takes those of a list of one away.
inline void check_gradient(const Variable& variable, const std::function<double()>& loss,
                           const Differences& choice = {}) {
  check_gradient(std::vector<Variable>(1, variable), loss, choice);
}

// <a, b> of two Views of one shape.
template <class View> double inner_product(const View& a, const View& b) {
  const auto x = values(a), y = values(b);
  double sum = 0;
  for (std::size_t n = 0; n < x.size(); ++n) sum += x[n] * y[n];
  return sum;
}

}  // namespace attune::test
