// tests/attention/bias/test_sum.cpp
#include "attention/bias/sum.hpp"

#include "attention/bias/bucket.hpp"
#include "attention/bias/monotone.hpp"
#include "attention/bias/relative.hpp"
#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using bias::Sum;
using test::Learned;
using test::Shape4;

namespace {

const bias::Grid grid({1, 3, 2}, {1, 3, 2}, {false, true, false});

// Buckets 0 .. 3 of pairs on the grid, the same for all batches.
View3<const std::uint8_t> index() {
  const View3<std::uint8_t> index("index", 1, 6, 6);
  std::vector<double> numbers(index.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = std::floor(4 * Random{5, 2}.uniform(n));
  test::assign(index, numbers);
  return index;
}

// Columns begin .. end - 1 of a table, as a table of their own.
template <class Scalar>
View2<const Scalar> columns(const View2<const Scalar>& table, std::size_t begin, std::size_t end) {
  const View2<Scalar> part("part", table.extent(0), end - begin);
  Kokkos::deep_copy(part, Kokkos::subview(table, Kokkos::ALL, std::pair(begin, end)));
  return part;
}

// Graphormer: buckets of the distance beside numbers of the pairs.
struct BucketAndNumbers {
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>& numbers) const {
    return Sum(bias::bucket(table, index()), bias::Tensor<Scalar>(numbers));
  }
};

// Two tables, the first of the differences (15 of them) and the second of two rates.
struct TwoTables {
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    const bias::Offsets offsets(grid);
    const auto count = static_cast<std::size_t>(offsets.count());
    return Sum(bias::Relative<Scalar>(columns(table, 0, count), offsets),
               bias::Monotone<Scalar>(columns(table, count, count + 2), grid));
  }
};

// Numbers, and a sum of two tables that comes second.
struct Three {
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>& numbers) const {
    return Sum(bias::Tensor<Scalar>(numbers), TwoTables{}(table, numbers));
  }
};

constexpr Shape4 shape{2, 2, 6, 6};

template <class Make> void check(const Make& make, Index entries) {
  for (const Index rows : {1, 2}) {
    const Learned<double> learned{test::random_table(rows, entries),
                                  test::random_array<View4<double>>(3, 1, 2, 1, 6, 6)};
    const auto bias = test::made(make, learned);
    CHECK(bias.rows() == rows);
    CHECK(bias.entries() == entries);
    const auto first = test::at_of(bias.first, shape), second = test::at_of(bias.second, shape);
    test::check_values(bias, shape, [&](Index b, Index h, Index i, Index j) {
      const auto n = ((b * shape[1] + h) * shape[2] + i) * shape[3] + j;
      return first[n] + second[n];
    });
    test::check_gradients(make, learned, shape, Full{});
  }
}

}  // namespace

TEST_CASE("sum of biases: a table beside numbers of the pairs", "[attention][bias]") {
  check(BucketAndNumbers{}, 4);
}

TEST_CASE("sum of biases: two tables side by side, and three biases", "[attention][bias]") {
  const Index differences = bias::Offsets(grid).count();
  check(Three{}, differences + 2);
  STATIC_CHECK_FALSE(bias::HasPairs<Sum<bias::Relative<double>, bias::Monotone<double>>>);
}

TEST_CASE("sum of biases: nothing to learn stays nothing to learn", "[attention][bias]") {
  using Nothing = Sum<bias::None<double>, bias::None<double>>;
  STATIC_CHECK_FALSE(bias::HasTable<Nothing>);
  STATIC_CHECK_FALSE(bias::HasPairs<Nothing>);
  CHECK(test::at_of(Nothing({}, {}), {1, 1, 1, 1}) == std::vector<double>{0});
}

TEST_CASE("sum of biases: tables of unequal rows are refused, and a shape fits if it fits both",
          "[attention][bias]") {
  const bias::Monotone<double> shared(test::random_table(1, 2), grid), own(test::random_table(2, 2), grid);
  CHECK_THROWS_AS(Sum(shared, own), BrokenPromise);
  const Sum both(bias::None<double>{}, shared);
  CHECK(both.fits(shape));
  CHECK_FALSE(both.fits({2, 2, 6, 7}));
}
