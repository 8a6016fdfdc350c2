// tests/attention/bias/test_bucket.cpp
#include "attention/bias/bucket.hpp"

#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using test::Learned;
using test::Shape4;

namespace {

// Buckets below `count`, the last one among them.
View3<std::uint8_t> random_index(Index batches, Index queries, Index keys, Index count) {
  const View3<std::uint8_t> index("index", batches, queries, keys);
  std::vector<double> numbers(index.size());
  for (std::size_t n = 0; n < numbers.size(); ++n)
    numbers[n] = n == 0 ? static_cast<double>(count - 1)
                        : std::floor(static_cast<double>(count) * Random{5, 2}.uniform(n));
  test::assign(index, numbers);
  return index;
}

struct Make {
  View3<const std::uint8_t> index;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return bias::bucket(table, index);
  }
};

struct Case {
  Shape4 shape;
  Index batches, rows, entries;  // of the index and the table
};

std::vector<Case> cases() {
  return {
      {{1, 1, 1, 1}, 1, 1, 1}, {{2, 2, 5, 7}, 2, 2, 4}, {{3, 2, 4, 4}, 1, 1, 6}, {{2, 3, 6, 9}, 2, 3, 256}};
}

}  // namespace

TEST_CASE("bucket bias: the entry that the index of a pair names", "[attention][bias]") {
  for (const auto& c : cases()) {
    const auto index = random_index(c.batches, c.shape[2], c.shape[3], c.entries);
    const auto theta = test::random_table(c.rows, c.entries);
    const test::HostTable host(theta);
    const auto number = test::values(index);
    test::check_values(bias::bucket<double>(theta, index), c.shape, [&](Index b, Index h, Index i, Index j) {
      const Index batch = c.batches == 1 ? 0 : b;
      return host(h, static_cast<Index>(number[(batch * c.shape[2] + i) * c.shape[3] + j]));
    });
  }
}

TEST_CASE("bucket bias: gradients of a table shared by the heads, and of one for each", "[attention][bias]") {
  for (const auto& c : cases()) {
    const auto index = random_index(c.batches, c.shape[2], c.shape[3], c.entries);
    const Learned<double> learned{test::random_table(c.rows, c.entries), {}};
    test::check_gradients(Make{index}, learned, c.shape, Full{});
  }
}

TEST_CASE("bucket bias: an entry that no pair reads has gradient zero", "[attention][bias]") {
  const auto index = random_index(1, 4, 4, 3);
  const Learned<double> learned{test::random_table(2, 9), {}};
  const auto gradient =
      test::backward(test::By::kernel, test::sample<double>({1, 2, 4, 4}), Make{index}, learned, Full{});
  const test::HostTable d_theta(gradient.table);
  for (Index h = 0; h < 2; ++h)
    for (Index entry = 3; entry < 9; ++entry) CHECK(d_theta(h, entry) == 0);
}

TEST_CASE("bucket bias: a bucket beyond the table is refused, and an index of another shape does not fit",
          "[attention][bias]") {
  const auto index = random_index(1, 4, 5, 6);
  CHECK_THROWS_AS(bias::bucket<double>(test::random_table(1, 5), index), BrokenPromise);
  const auto bias = bias::bucket<double>(test::random_table(1, 6), index);
  CHECK(bias.fits({3, 2, 4, 5}));
  CHECK_FALSE(bias.fits({3, 2, 5, 4}));
  CHECK_NOTHROW(bias::bucket<double>(test::random_table(1, 0), random_index(1, 0, 5, 1)));
}
