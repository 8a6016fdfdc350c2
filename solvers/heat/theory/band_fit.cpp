// solvers/heat/theory/band_fit.cpp
//
// One column for each pair of opposite offsets, one row for each angle.
#include "solvers/heat/theory/band_fit.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::heat::theory {
namespace {

Triple opposite(const Triple& o) { return {-o[0], -o[1], -o[2]}; }

// The offset of each pair that comes later in row-major order; the centre is its own partner.
std::vector<Triple> pairs(const std::vector<Triple>& window) {
  std::vector<std::array<Index, 3>> kept;
  for (const auto& o : window) {
    const Triple other = opposite(o);
    kept.push_back(
        std::max(std::array<Index, 3>{o[0], o[1], o[2]}, std::array<Index, 3>{other[0], other[1], other[2]}));
  }
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  std::vector<Triple> halves;
  for (const auto& o : kept) halves.push_back({o[0], o[1], o[2]});
  return halves;
}

struct Equations {
  LongMatrix A;
  LongVector b;
};

Equations equations(const std::vector<Triple>& halves, const Spectrum& spectrum, const RealSymbol& target) {
  const auto rows = static_cast<Eigen::Index>(spectrum.angles.size());
  const auto columns = static_cast<Eigen::Index>(halves.size());
  require(rows > 0 && spectrum.shares.size() == spectrum.angles.size() && columns > 0,
          "a spectrum has a share for every angle, and a window an offset");
  Long total = 0;
  for (const double share : spectrum.shares) total += share;
  Equations found{LongMatrix(rows, columns), LongVector(rows)};
  for (Eigen::Index q = 0; q < rows; ++q) {
    const PerAxis& theta = spectrum.angles[q];
    const Long root = std::sqrt(spectrum.shares[q] / total);
    found.b[q] = root * target(theta);
    for (Eigen::Index c = 0; c < columns; ++c) {
      Long phase = 0;
      for (int a = 0; a < 3; ++a) phase += Long(halves[c][a]) * Long(theta[a]);
      found.A(q, c) = root * std::cos(phase);
    }
  }
  return found;
}

Stencil unfold(const std::vector<Triple>& halves, const LongVector& p) {
  Stencil stencil;
  for (std::size_t c = 0; c < halves.size(); ++c) {
    const Triple& o = halves[c];
    const bool centre = o[0] == 0 && o[1] == 0 && o[2] == 0;
    stencil.offsets.push_back(o);
    stencil.weights.push_back(static_cast<double>(centre ? p[c] : p[c] / 2));
    if (centre) continue;
    stencil.offsets.push_back(opposite(o));
    stencil.weights.push_back(static_cast<double>(p[c] / 2));
  }
  return stencil;
}

}  // namespace

// Nodes and shares from the eigenvectors of the Jacobi matrix of the Legendre polynomials.
Spectrum uniform_band(double top, int dimensions, int nodes) {
  require(top > 0 && dimensions >= 1 && dimensions <= 3 && nodes >= 1,
          "a band has a width, one to three dimensions and a node");
  LongMatrix jacobi = LongMatrix::Zero(nodes, nodes);
  for (int k = 1; k < nodes; ++k) jacobi(k, k - 1) = jacobi(k - 1, k) = k / std::sqrt(4 * Long(k) * k - 1);
  const Eigen::SelfAdjointEigenSolver<LongMatrix> eigen(jacobi);

  Spectrum band{{PerAxis{0, 0, 0}}, {1}};
  for (int a = 3 - dimensions; a < 3; ++a) {
    Spectrum wider;
    for (std::size_t q = 0; q < band.angles.size(); ++q)
      for (int k = 0; k < nodes; ++k) {
        PerAxis theta = band.angles[q];
        theta[a] = static_cast<double>(top * eigen.eigenvalues()[k]);
        const Long root = eigen.eigenvectors()(0, k);
        wider.angles.push_back(theta);
        wider.shares.push_back(static_cast<double>(band.shares[q] * root * root));
      }
    band = wider;
  }
  return band;
}

BandFit fit_signed(const std::vector<Triple>& window, const Spectrum& spectrum, const RealSymbol& target) {
  const auto halves = pairs(window);
  const auto [A, b] = equations(halves, spectrum, target);
  const LongVector p = affine_least_squares(A, b);
  return {unfold(halves, p), static_cast<double>((A * p - b).norm())};
}

BandFit fit_positive(const std::vector<Triple>& window, const Spectrum& spectrum, const RealSymbol& target) {
  const auto halves = pairs(window);
  const auto [A, b] = equations(halves, spectrum, target);
  const NonnegativeFit fit = simplex_least_squares(A, b);
  return {unfold(halves, fit.x), static_cast<double>(fit.distance)};
}

}  // namespace attune::heat::theory
