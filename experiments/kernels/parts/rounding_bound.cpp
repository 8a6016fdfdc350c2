// experiments/kernels/parts/rounding_bound.cpp
#include "experiments/kernels/parts/rounding_bound.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/kernels/parts/dense_subject.hpp"

namespace attune::experiments::kernels {
namespace {

using Host = Kokkos::View<double****, Kokkos::LayoutRight, Kokkos::HostSpace>;

struct Row {
  std::vector<double> t, p;
  double score_error = 0, range = 0;  // E_i, R_i
};

Row row_of(const Host& q, const Host& k, Index b, Index h, Index i, double tau) {
  const auto keys = static_cast<Index>(k.extent(2)), width = static_cast<Index>(k.extent(3));
  const double scale = 1 / std::sqrt(static_cast<double>(width));
  Row row{std::vector<double>(keys), std::vector<double>(keys)};
  for (Index j = 0; j < keys; ++j) {
    double product = 0, magnitude = 0;
    for (Index d = 0; d < width; ++d) {
      product += q(b, h, i, d) * k(b, 0, j, d);
      magnitude += std::abs(q(b, h, i, d) * k(b, 0, j, d));
    }
    row.t[j] = scale * product / tau;
    const double error = static_cast<double>(width + 3) * scale / tau * magnitude + 3 * std::abs(row.t[j]);
    row.score_error = std::max(row.score_error, error);
  }
  const auto [least, most] = std::minmax_element(row.t.begin(), row.t.end());
  row.range = *most - *least;
  double total = 0;
  for (Index j = 0; j < keys; ++j) total += row.p[j] = std::exp(row.t[j] - *most);
  for (double& p : row.p) p /= total;
  return row;
}

}  // namespace

double dense_rounding_bound(const Size& size, const Draw& draw) {
  const DenseArrays<double> x(size, draw);
  const auto to_host = [](const auto& view) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  };
  const Host q = to_host(x.q), k = to_host(x.k), v = to_host(x.v);
  const double tau = to_host(x.temperature)(0), gain = to_host(x.gain)(0);
  double largest_output = 1, worst = 0;
  for (Index b = 0; b < x.batches; ++b)
    for (Index h = 0; h < x.heads; ++h)
      for (Index i = 0; i < size.tokens; ++i) {
        const Row row = row_of(q, k, b, h, i, tau);
        const double roundings =
            2 * row.score_error + 2 * row.range + 6 * static_cast<double>(size.tokens) + 12;
        for (Index e = 0; e < size.width; ++e) {
          double output = 0, magnitude = 0;
          for (Index j = 0; j < size.tokens; ++j) {
            output += row.p[j] * v(b, 0, j, e);
            magnitude += row.p[j] * std::abs(v(b, 0, j, e));
          }
          largest_output = std::max(largest_output, std::abs(gain * output));
          worst = std::max(worst, roundings * gain * magnitude);
        }
      }
  return worst / largest_output;
}

}  // namespace attune::experiments::kernels
