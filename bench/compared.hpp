// bench/compared.hpp
//
// How far what a kernel left is from the truth, and how far it may be: per array, over the entries that were
// looked at,
//
//   rms(kernel - truth) <= 2 rms(plain loops - truth) + eps max |truth|
//
// The truth is the definition in the next wider type on the numbers that the kernel was given; the plain
// loops are the definition in the kernel's own type. excess is the left side over the right side.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace attune::bench {

template <class Scalar> using Truth = std::conditional_t<sizeof(Scalar) <= 4, double, long double>;

struct Compared {
  double error = 0;  // of the worst array: rms of the kernel / max |truth|
  double excess = 0;  // of the worst array; at most 1
};

// Entries of one array.
template <class Scalar> class Entries {
 public:
  void absorb(Scalar kernel, Scalar loops, Truth<Scalar> truth) {
    const auto add = [&](double& sum, Scalar x) {
      const auto off = static_cast<double>(x - truth);
      sum += off * off;
    };
    add(of_kernel, kernel);
    add(of_loops, loops);
    size = std::max(size, std::abs(static_cast<double>(truth)));
    ++count;
  }
  void absorb(const Scalar* kernel, const std::vector<Scalar>& loops,
              const std::vector<Truth<Scalar>>& truth) {
    for (std::size_t n = 0; n < truth.size(); ++n) absorb(kernel[n], loops[n], truth[n]);
  }
  // Makes `compared` the worse one of itself and this array.
  void put_into(Compared& compared) const {
    if (count == 0) return;
    const double kernel = std::sqrt(of_kernel / count), loops = std::sqrt(of_loops / count);
    const double allowed = 2 * loops + std::numeric_limits<Scalar>::epsilon() * size;
    const double excess = kernel == 0 ? 0 : kernel / allowed;
    if (!(excess <= compared.excess)) compared.excess = excess;  // NaN is worse than every number
    if (size > 0 && !(kernel / size <= compared.error)) compared.error = kernel / size;
  }

 private:
  double of_kernel = 0, of_loops = 0, size = 0, count = 0;
};

}  // namespace attune::bench
