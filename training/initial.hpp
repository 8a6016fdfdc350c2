// training/initial.hpp
//
// The rule by which a tensor's initial entries are drawn, said where the tensor is described:
//
//   tensor("weight", w.weight, "(in, out)", Initial::lecun(in));
//
//   constant(x)             x
//   normal(d)               mean 0, standard deviation d
//   truncated_normal(d)     normal numbers of deviation d / 0.8796... beyond twice that drawn again, so that
//                           the deviation of what is left is d
//   uniform(b)              in (-b, b)
//   lecun(n)                truncated_normal(sqrt(1 / n)), n = inputs an output sums over [lecun1998]
//   he(n)                   truncated_normal(sqrt(2 / n)): before a ReLU [he2015]
//   glorot(n, m)            uniform(sqrt(6 / (n + m))), m = outputs an input feeds [glorot2010]
//
// Source   AlphaFold 2 uses these rules for its layers: [jumper2021], supplement 1.11.4
#pragma once

#include <cmath>

#include "core/core/random.hpp"

namespace attune::training {

struct Initial {
  enum class Kind { unsaid, constant, normal, truncated_normal, uniform };
  Kind kind = Kind::unsaid;
  double size = 0;  // the constant, the standard deviation or the bound

  static Initial constant(double x) { return {Kind::constant, x}; }
  static Initial zeros() { return constant(0); }
  static Initial ones() { return constant(1); }
  static Initial normal(double deviation) { return {Kind::normal, deviation}; }
  static Initial truncated_normal(double deviation) { return {Kind::truncated_normal, deviation}; }
  static Initial uniform(double bound) { return {Kind::uniform, bound}; }

  static Initial lecun(double fan_in) { return truncated_normal(fan_in > 0 ? std::sqrt(1 / fan_in) : 0); }
  static Initial he(double fan_in) { return truncated_normal(fan_in > 0 ? std::sqrt(2 / fan_in) : 0); }
  static Initial glorot(double fan_in, double fan_out) {
    return uniform(fan_in + fan_out > 0 ? std::sqrt(6 / (fan_in + fan_out)) : 0);
  }

  // Entry number `entry` of tensor number `tensor`.
  double draw(const Random& random, std::uint64_t entry, std::uint32_t tensor) const {
    switch (kind) {
      case Kind::constant:
        return size;
      case Kind::normal:
        return size * random.normal(entry, tensor);
      case Kind::truncated_normal:
        return size / kept_deviation * within_two(random, entry, tensor);
      case Kind::uniform:
        return size * (2 * random.uniform(entry, tensor) - 1);
      case Kind::unsaid:
        break;
    }
    return NAN;
  }

 private:
  // The standard deviation of a unit normal number given that it lies in (-2, 2):
  // sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).
  static constexpr double kept_deviation = 0.87962566103423978;

  static double within_two(const Random& random, std::uint64_t entry, std::uint32_t tensor) {
    constexpr std::uint64_t attempts_apart = std::uint64_t(1) << 48;  // beyond any entry
    double x = random.normal(entry, tensor);
    while (std::abs(x) >= 2) x = random.normal(entry += attempts_apart, tensor);
    return x;
  }
};

}  // namespace attune::training
