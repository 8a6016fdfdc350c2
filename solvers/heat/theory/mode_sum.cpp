// solvers/heat/theory/mode_sum.cpp
#include "solvers/heat/theory/mode_sum.hpp"

#include <cmath>

#include "core/core/require.hpp"

namespace attune::heat::theory {
namespace {

// f of a wave is the sine at steps of pi / (2 N): which wave, and how far it is shifted.
struct Wave {
  Index mode;
  bool cosine;
};

Wave wave_of(Boundary boundary, Index wave) {
  if (boundary == Boundary::neumann) return {wave, true};
  if (boundary == Boundary::dirichlet) return {wave + 1, false};
  return {(wave + 1) / 2, wave == 0 || wave % 2 == 1};
}

// (M, cells) f of every wave at the cells [from, to) of an axis of N.
std::vector<double> table_of(const ModeSum& sum, Index N, Index from, Index to) {
  const Index turn = 4 * N, each = sum.boundary == Boundary::periodic ? 2 : 1;
  std::vector<double> sine(static_cast<std::size_t>(turn)), table;
  for (Index q = 0; q < turn; ++q)
    sine[static_cast<std::size_t>(q)] = static_cast<double>(std::sin(
        std::numbers::pi_v<long double> * static_cast<long double>(q) / (2 * static_cast<long double>(N))));
  for (Index w = 0; w < sum.waves(); ++w) {
    const auto [mode, cosine] = wave_of(sum.boundary, w);
    for (Index j = from; j < to; ++j)
      table.push_back(
          sine[static_cast<std::size_t>((each * mode % turn * (2 * j + 1) + (cosine ? N : 0)) % turn)]);
  }
  return table;
}

// out (before, n, after) += in (before, m, after) table (m, n)
std::vector<double> contract(const std::vector<double>& in, Index before, Index m, Index after,
                             const std::vector<double>& table, Index n) {
  std::vector<double> out(static_cast<std::size_t>(before * n * after), 0.0);
  for (Index a = 0; a < before; ++a)
    for (Index w = 0; w < m; ++w) {
      const double* const from = in.data() + (a * m + w) * after;
      const double* const row = table.data() + w * n;
      double* const to = out.data() + a * n * after;
      for (Index j = 0; j < n; ++j)
        for (Index b = 0; b < after; ++b) to[j * after + b] += from[b] * row[j];
    }
  return out;
}

std::vector<double> transposed(const std::vector<double>& table, Index m, Index n) {
  std::vector<double> other(table.size());
  for (Index w = 0; w < m; ++w)
    for (Index j = 0; j < n; ++j)
      other[static_cast<std::size_t>(j * m + w)] = table[static_cast<std::size_t>(w * n + j)];
  return other;
}

// Mean square of f over a period.
double mean_square(const ModeSum& sum, Index wave) { return sum.mode_of(wave) == 0 ? 1 : 0.5; }

Index power(Index base, int exponent) {
  Index product = 1;
  for (int n = 0; n < exponent; ++n) product *= base;
  return product;
}

}  // namespace

Index ModeSum::waves() const {
  return boundary == Boundary::periodic  ? 2 * highest + 1
         : boundary == Boundary::neumann ? highest + 1
                                         : highest;
}

Index ModeSum::mode_of(Index wave) const { return wave_of(boundary, wave).mode; }

std::vector<double> evaluate(const ModeSum& sum, double decay, Index N, const Box& part) {
  const Index M = sum.waves();
  require(static_cast<Index>(sum.coefficients.size()) == power(M, sum.dimensions), "one coefficient a mode");
  std::vector<double> values = sum.coefficients;
  Index before = 1;
  for (int a = 3 - sum.dimensions; a < 3; ++a) {
    const Index n = part.extent(a);
    auto table = table_of(sum, N, part.lower[a], part.upper[a]);
    for (Index w = 0; w < M; ++w) {
      const double share = static_cast<double>(sum.mode_of(w)) / static_cast<double>(sum.highest);
      for (Index j = 0; j < n; ++j)
        table[static_cast<std::size_t>(w * n + j)] *= std::exp(-decay * share * share);
    }
    values = contract(values, before, M, power(M, 2 - a), table, n);
    before *= n;
  }
  return values;
}

ModeSum project(int dimensions, Boundary boundary, Index highest, const Triple& cells,
                const std::vector<double>& field) {
  ModeSum sum{dimensions, boundary, highest, field};
  const Index M = sum.waves();
  Index after = cells[0] * cells[1] * cells[2], before = 1;
  for (int a = 3 - dimensions; a < 3; ++a) {
    const Index N = cells[a];
    require(boundary == Boundary::periodic ? 2 * highest < N : highest < N, "a grid that holds the modes");
    auto table = table_of(sum, N, 0, N);
    for (Index w = 0; w < M; ++w)
      for (Index j = 0; j < N; ++j)
        table[static_cast<std::size_t>(w * N + j)] /= mean_square(sum, w) * static_cast<double>(N);
    after /= N;
    sum.coefficients = contract(sum.coefficients, before, N, after, transposed(table, M, N), M);
    before *= M;
  }
  return sum;
}

std::vector<double> energies(const ModeSum& sum) {
  const Index M = sum.waves(), H = sum.highest + 1;
  std::vector<double> energy(static_cast<std::size_t>(power(H, sum.dimensions)), 0.0);
  for (Index n = 0; n < static_cast<Index>(sum.coefficients.size()); ++n) {
    double square = std::pow(sum.coefficients[static_cast<std::size_t>(n)], 2);
    Index place = 0, rest = n;
    for (int d = 0; d < sum.dimensions; ++d) {
      const Index weight = power(M, sum.dimensions - 1 - d), wave = rest / weight;
      rest %= weight;
      place = place * H + sum.mode_of(wave);
      square *= mean_square(sum, wave);
    }
    energy[static_cast<std::size_t>(place)] += square;
  }
  return energy;
}

}  // namespace attune::heat::theory
