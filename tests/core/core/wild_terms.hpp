// tests/core/core/wild_terms.hpp
//
// Lists of terms that are hard to add, and how to shuffle and compare them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "core/core/exact_sum.hpp"
#include "core/core/random.hpp"

namespace attune::test {

// Either sign, magnitudes spread evenly from 2^least to 2^most.
inline std::vector<double> spread_terms(int count, double least, double most, std::uint32_t seed) {
  const Random random{seed, 0};
  std::vector<double> terms(count);
  for (int i = 0; i < count; ++i)
    terms[i] = std::ldexp(random.uniform(i, 0) - 0.5,
                          static_cast<int>(least + (most - least) * random.uniform(i, 1)));
  return terms;
}

struct Kind {
  std::string name;
  std::vector<double> terms;
};

inline std::vector<Kind> kinds_of_terms(int count) {
  std::vector<double> cancelling = spread_terms(count, -60, 60, 2),
                      all_one_sign = spread_terms(count, 0, 1, 3);
  for (int i = 0; i + 1 < count; i += 2) cancelling[i] = -cancelling[i + 1];
  cancelling.back() = 1e-30;
  for (double& x : all_one_sign) x = -std::abs(x);
  return {{"the whole range of doubles", spread_terms(count, -1090, 1020, 1)},
          {"forty decades", spread_terms(count, -66, 66, 4)},
          {"subnormals", spread_terms(count, -1074, -1023, 5)},
          {"subnormals and smallest normals", spread_terms(count, -1074, -1000, 6)},
          {"terms that cancel", cancelling},
          {"terms of one sign", all_one_sign},
          {"the largest doubles", spread_terms(count, 1000, 1023, 7)},
          {"zeros", std::vector<double>(count, -0.0)}};
}

inline std::vector<double> shuffled(std::vector<double> terms, std::uint32_t seed) {
  const Random random{seed, 1};
  for (std::size_t i = terms.size(); i > 1; --i)
    std::swap(terms[i - 1], terms[static_cast<std::size_t>(random.uniform(i) * static_cast<double>(i))]);
  return terms;
}

inline double exact(const std::vector<double>& terms) {
  sum::ExactSum total;
  for (const double x : terms) total.add(x);
  return total.value();
}

// n 2^-64 max |x| + ulp / 2, and half an ulp more for the rounding of the exact sum.
inline double binned_bound(const std::vector<double>& terms, double sum) {
  double most = 0;
  for (const double x : terms) most = std::max(most, std::abs(x));
  const double ulp = std::nextafter(std::abs(sum), INFINITY) - std::abs(sum);
  return std::ldexp(static_cast<double>(terms.size()) * std::ldexp(most, -32), -32) + ulp;
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

}  // namespace attune::test
