// tests/solvers/heat/theory/test_nonnegative_diffusion.cpp
#include "solvers/heat/theory/nonnegative_diffusion.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "core/core/require.hpp"

using namespace attune;
using namespace attune::heat::theory;

namespace {

Triple box_reach(int dimensions, Index reach) {
  Triple box{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) box[a] = reach;
  return box;
}

Tensor laplacian(int dimensions) {
  PerAxis r{0, 0, 0};
  for (int a = 3 - dimensions; a < 3; ++a) r[a] = 1;
  return diagonal_tensor(r);
}

}  // namespace

TEST_CASE("T5: a Laplacian of nonnegative weights has order 2 and no more, by a certificate",
          "[heat][theory]") {
  for (const int D : {1, 2, 3})
    for (const Index W : {1, 2, D == 3 ? 2 : 5}) {
      const Triple reach = box_reach(D, W);
      const auto window = box_offsets(reach);
      CHECK(nonnegative_diffusion(window, laplacian(D), 2).exist);
      for (const int order : {4, 6, 8}) {
        const DiffusionWeights none = nonnegative_diffusion(window, laplacian(D), order);
        INFO("D " << D << " W " << W << " order " << order);
        REQUIRE(!none.exist);
        double size = 0, slope = 0;
        for (std::size_t i = 0; i < none.certificate.size(); ++i) {
          size += std::abs(none.certificate[i]);
          const Triple& alpha = none.powers[i];
          const bool pure =
              alpha[0] + alpha[1] + alpha[2] == 2 && (alpha[0] == 2 || alpha[1] == 2 || alpha[2] == 2);
          if (pure) slope += 2 * none.certificate[i] / static_cast<double>(W * W);
        }
        CHECK(slope < -1e-3 * size / static_cast<double>(W * W));  // the Laplacian of q at 0
        for (const auto& o : window) CHECK(certificate_at(none, reach, o) > -1e-14 * size);
      }
    }
}

TEST_CASE("T5: in one dimension the certificate is j^4 - j^2", "[heat][theory]") {
  const DiffusionWeights none = nonnegative_diffusion(box_offsets({0, 0, 4}), laplacian(1), 4);
  const Triple reach{0, 0, 4};
  const double scale = certificate_at(none, reach, {0, 0, 2}) / 12;
  CHECK(scale > 0);
  for (Index j = 0; j <= 4; ++j) {
    const auto expected = static_cast<double>(j * j * (j * j - 1));
    CHECK(std::abs(certificate_at(none, reach, {0, 0, j}) / scale - expected) < 1e-12 * (1 + expected));
  }
}

TEST_CASE("weights of a tensor have its second moments", "[heat][theory]") {
  Tensor K{};
  K[0] = {1.0, 0.2, -0.1};
  K[1] = {0.2, 0.8, 0.3};
  K[2] = {-0.1, 0.3, 1.1};
  const DiffusionWeights found = nonnegative_diffusion(box_offsets({1, 1, 1}), K, 2);
  REQUIRE(found.exist);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) {
      double moment = 0;
      for (std::size_t o = 0; o < found.stencil.offsets.size(); ++o) {
        const Triple& at = found.stencil.offsets[o];
        moment += found.stencil.weights[o] * static_cast<double>(at[a] * at[b]);
      }
      CHECK(std::abs(moment - 2 * K[a][b]) < 1e-14);
    }
  for (const double weight : found.stencil.weights) CHECK(weight > 0);
}

TEST_CASE("a star carries no shear, and a window that lacks an axis is refused", "[heat][theory]") {
  const std::vector<Triple> star{{0, 0, 1}, {0, 0, -1}, {0, 1, 0}, {0, -1, 0}};
  Tensor K = laplacian(2);
  CHECK(nonnegative_diffusion(star, K, 2).exist);
  K[1][2] = K[2][1] = 0.1;
  CHECK(!nonnegative_diffusion(star, K, 2).exist);
  CHECK(nonnegative_diffusion(box_offsets({0, 1, 1}), K, 2).exist);
  CHECK_THROWS_AS(nonnegative_diffusion(star, laplacian(3), 2), BrokenPromise);
}
