// tests/attention/bias/test_radial.cpp
#include "attention/bias/radial.hpp"

#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using bias::Gaussians;
using test::Learned;
using test::Shape4;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Distances in 0.2 .. 4.2, of which some are beyond a cutoff at 3.
View4<double> random_distances(const Shape4& shape) {
  const View4<double> r("r", shape[0], shape[1], shape[2], shape[3]);
  std::vector<double> numbers(r.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = 0.2 + 4 * Random{8, 1}.uniform(n);
  test::assign(r, numbers);
  return r;
}

struct Make {
  Gaussians basis;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>& r) const {
    return bias::Radial<Scalar>(table, bias::Tensor<Scalar>(r), basis);
  }
};

struct Case {
  Shape4 shape, distances;
  Index rows, count;
  double cutoff;
};

std::vector<Case> cases() {
  return {{{1, 1, 1, 1}, {1, 1, 1, 1}, 1, 1, infinity},
          {{2, 2, 5, 7}, {2, 1, 5, 7}, 2, 6, infinity},
          {{2, 3, 6, 4}, {2, 1, 6, 4}, 1, 5, 3.0},
          {{2, 2, 4, 5}, {1, 2, 4, 5}, 2, 4, 3.0},
          {{3, 2, 4, 4}, {1, 1, 1, 4}, 1, 3, infinity}};
}

Gaussians basis_of(const Case& c) {
  auto basis = Gaussians::spaced(0.5, 3.5, c.count, 0.9);
  basis.cutoff = c.cutoff;
  return basis;
}

double formula(const test::HostTable& w, Index h, const Case& c, double r) {
  const double spacing = c.count > 1 ? 3.0 / static_cast<double>(c.count - 1) : 3.0, sigma = 0.9 * spacing;
  double sum = 0;
  for (Index k = 0; k < c.count; ++k) {
    const double mu = 0.5 + static_cast<double>(k) * spacing;
    sum += w(h, k) * std::exp(-std::pow(r - mu, 2) / (2 * sigma * sigma));
  }
  if (c.cutoff == infinity) return sum;
  return r < c.cutoff ? sum * std::pow(std::cos(std::acos(-1.0) * r / (2 * c.cutoff)), 2) : 0;
}

}  // namespace

TEST_CASE("radial bias: a sum of Gaussians of the distance, under its envelope", "[attention][bias]") {
  for (const auto& c : cases()) {
    const auto r = random_distances(c.distances);
    const auto w = test::random_table(c.rows, c.count);
    const test::HostTable host(w);
    const auto distance = test::values(r);
    test::check_values(Make{basis_of(c)}(View2<const double>(w), View4<const double>(r)), c.shape,
                       [&](Index b, Index h, Index i, Index j) {
                         const Index at[4] = {b, h, i, j};
                         Index n = 0;
                         for (int a = 0; a < 4; ++a)
                           n = n * c.distances[a] + (c.distances[a] == 1 ? 0 : at[a]);
                         return formula(host, h, c, distance[n]);
                       });
  }
}

TEST_CASE("radial bias: gradients of the weights and of the distances", "[attention][bias]") {
  for (const auto& c : cases()) {
    const Learned<double> learned{test::random_table(c.rows, c.count), random_distances(c.distances)};
    test::check_gradients(Make{basis_of(c)}, learned, c.shape, Full{});
  }
}

TEST_CASE("radial bias: at the cutoff the value and the force go to zero", "[attention][bias]") {
  constexpr double cutoff = 3, step = 1e-4;
  const Case c{{1, 1, 1, 3}, {1, 1, 1, 3}, 1, 4, cutoff};
  const View4<double> r("r", 1, 1, 1, 3);
  test::assign(r, {cutoff - step, cutoff, 2 * cutoff});
  const Learned<double> learned{test::random_table(1, c.count), r};
  const auto at = test::at_of(test::made(Make{basis_of(c)}, learned), c.shape);
  CHECK(std::abs(at[0]) < 4 * step * step);
  CHECK((at[1] == 0 && at[2] == 0));
  const auto d_r = test::values(
      test::backward(test::By::kernel, test::sample<double>(c.shape), Make{basis_of(c)}, learned, Full{})
          .numbers);
  CHECK(std::abs(d_r[0]) < 20 * step);
  CHECK((d_r[1] == 0 && d_r[2] == 0));
}

TEST_CASE("radial bias: an infinite distance adds nothing and has no force, with a cutoff and without",
          "[attention][bias]") {
  for (const double cutoff : {infinity, 3.0}) {
    const Case c{{1, 1, 1, 2}, {1, 1, 1, 2}, 1, 4, cutoff};
    const View4<double> r("r", 1, 1, 1, 2);
    test::assign(r, {1.0, infinity});
    const Learned<double> learned{test::random_table(1, c.count), r};
    CHECK(test::at_of(test::made(Make{basis_of(c)}, learned), c.shape)[1] == 0);
    const auto gradient =
        test::backward(test::By::kernel, test::sample<double>(c.shape), Make{basis_of(c)}, learned, Full{});
    CHECK(test::values(gradient.numbers)[1] == 0);
    for (const double d_w : test::values(gradient.table)) CHECK(std::isfinite(d_w));
  }
}

TEST_CASE("radial bias: an empty basis, no width and a cutoff at zero are refused", "[attention][bias]") {
  const bias::Tensor<double> r(random_distances({1, 1, 2, 2}));
  CHECK_THROWS_AS(bias::Radial<double>(test::random_table(1, 0), r, {0, 1, 1}), BrokenPromise);
  CHECK_THROWS_AS(bias::Radial<double>(test::random_table(1, 3), r, {0, 1, 0}), BrokenPromise);
  CHECK_THROWS_AS(bias::Radial<double>(test::random_table(1, 3), r, {0, 1, 1, 0}), BrokenPromise);
}
