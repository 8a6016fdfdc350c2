// training/adamw.cpp
#include "training/adamw.hpp"

#include <cmath>

namespace attune::training {

void adamw_step(Moments& moments, Vector& x, const Vector& gradient, double rate, const Adamw& choice) {
  const std::size_t count = x.size();
  if (moments.step == 0) moments = {Vector(count, 0.0), Vector(count, 0.0), 0};
  auto& [m, v, step] = moments;
  require(gradient.size() == count && m.size() == count && v.size() == count,
          "a gradient and moments of the shape of the weights");
  require(choice.decays.empty() || choice.decays.size() == count, "a mask of the shape of the weights");

  ++step;
  const double beta_1 = choice.beta_1, beta_2 = choice.beta_2;
  const double rest_1 = 1 - std::pow(beta_1, step), rest_2 = 1 - std::pow(beta_2, step);
  for (std::size_t i = 0; i < count; ++i) {
    const double g = gradient[i];
    m[i] = beta_1 * m[i] + (1 - beta_1) * g;
    v[i] = beta_2 * v[i] + (1 - beta_2) * g * g;
    const bool decays = choice.decays.empty() || choice.decays[i] != 0;
    const double decay = decays ? choice.weight_decay * x[i] : 0.0;
    x[i] -= rate * ((m[i] / rest_1) / (std::sqrt(v[i] / rest_2) + choice.epsilon) + decay);
  }
}

bool is_weight_of_a_map(const Slice& slice) {
  const std::string dotted = "." + slice.name;
  return dotted.ends_with(".weight") && dotted.find(".norm") == std::string::npos;
}

}  // namespace attune::training
