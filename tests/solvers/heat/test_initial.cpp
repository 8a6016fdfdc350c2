// tests/solvers/heat/test_initial.cpp
#include "solvers/heat/initial.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <numeric>

#include "tests/support/fields.hpp"

using namespace attune;

namespace {

struct Made {
  std::vector<double> divided, whole;  // the same field on all ranks and on one
};

template <class Make> Made made(const heat::Boundaries& boundaries, const Make& make) {
  const Box box = grid_box({12, 10, 14});
  const Domain domain = Domain::world().split(box, heat::periodic_axes(boundaries));
  const auto shared = domain.field<double>("shared", {1, 0, 2});
  make(shared, box);
  const Field<double> alone("alone", box);
  make(alone, box);
  return {domain.gather(shared), test::own_values(alone)};
}

}  // namespace

TEST_CASE("initial fields do not depend on how the grid is divided", "[heat][initial]") {
  const auto boundaries = heat::boundaries_of({"periodic", "dirichlet", "neumann"}, 3);
  const auto noise = made(boundaries, [](const auto& u, const Box& whole) {
    heat::white_noise(u, whole, Random{3, 0});
  });
  CHECK(noise.divided == noise.whole);
  const auto waves = made(boundaries, [&](const auto& u, const Box& whole) {
    heat::fourier(u, whole, boundaries, Random{3, 0}, 3);
  });
  CHECK(waves.divided == waves.whole);
  const auto bump = made(boundaries, [](const auto& u, const Box& whole) { heat::gaussian(u, whole, 0.1); });
  CHECK(bump.divided == bump.whole);
  const auto mode = made(boundaries, [&](const auto& u, const Box& whole) {
    heat::mode(u, whole, boundaries, {1, 2, 0});
  });
  CHECK(mode.divided == mode.whole);
  const auto sample = made(boundaries, [](const auto& u, const Box& whole) {
    heat::sample(u, whole, [](const auto& x) { return x[0] + 2 * x[1] * x[2]; });
  });
  CHECK(sample.divided == sample.whole);
}

TEST_CASE("Fourier fields have unit mean square, and nothing above their highest mode", "[heat][initial]") {
  const auto word = GENERATE("periodic", "dirichlet", "neumann");
  const auto boundaries = heat::boundaries_of({word}, 2);
  const Box box = grid_box({32, 48});
  const Field<double> u("u", box);
  heat::fourier(u, box, boundaries, Random{6, 0}, 5);
  const auto values = test::own_values(u);
  const double square = std::inner_product(values.begin(), values.end(), values.begin(), 0.0) /
                        static_cast<double>(values.size());
  CHECK(std::abs(square - 1) < 1e-12);
}
