// tests/attention/bias/test_monotone.cpp
#include "attention/bias/monotone.hpp"

#include "tests/attention/bias/grids.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using test::Learned;

namespace {

struct Make {
  test::Grid grid;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return bias::Monotone<Scalar>(table, grid);
  }
};

}  // namespace

TEST_CASE("monotone bias: minus the distance along each axis at its rate", "[attention][bias]") {
  for (const auto& grid : test::grids())
    for (const Index axes : {1, 2, 3})
      for (const Index rows : {1, 2}) {
        const auto lambda = test::random_table(rows, axes, 0.5);
        const test::HostTable host(lambda);
        test::check_values(bias::Monotone<double>(lambda, grid), test::shape_on(grid, 2, 2),
                           [&](Index, Index h, Index i, Index j) {
                             const auto d = test::difference_by_search(grid, i, j);
                             double sum = 0;
                             for (Index a = 0; a < axes; ++a)
                               sum += host(h, a) * static_cast<double>(std::abs(d[3 - axes + a]));
                             return -sum;
                           });
      }
}

TEST_CASE("monotone bias: gradients of rates shared by the heads, and of rates for each",
          "[attention][bias]") {
  for (const auto& grid : test::grids())
    for (const Index axes : {1, 2, 3})
      for (const Index rows : {1, 2}) {
        const Learned<double> learned{test::random_table(rows, axes, 0.5, 0.2), {}};
        test::check_gradients(Make{grid}, learned, test::shape_on(grid, 2, 2), Full{});
      }
  const test::Grid line({1, 1, 9}, {1, 1, 9});
  const Learned<double> learned{test::random_table(2, 1, 0.5), {}};
  test::check_gradients(Make{line}, learned, {2, 2, 9, 9}, Causal{});
}

TEST_CASE("monotone bias: the slopes of ALiBi are powers of two for eight heads, and 2^-8 is the last of any",
          "[attention][bias]") {
  CHECK(bias::alibi_slopes(8) ==
        std::vector<double>{0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625});
  CHECK(bias::alibi_slopes(3).back() == 0.00390625);
  CHECK(bias::alibi_slopes(0).empty());
}

TEST_CASE("monotone bias: no axis and four axes are refused", "[attention][bias]") {
  const test::Grid line({1, 1, 4}, {1, 1, 4});
  CHECK_THROWS_AS(bias::Monotone<double>(test::random_table(1, 0), line), BrokenPromise);
  CHECK_THROWS_AS(bias::Monotone<double>(test::random_table(1, 4), line), BrokenPromise);
}
