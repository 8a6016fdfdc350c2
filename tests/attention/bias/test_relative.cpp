// tests/attention/bias/test_relative.cpp
#include "attention/bias/relative.hpp"

#include <map>

#include "tests/attention/bias/grids.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using bias::Offsets;
using test::Learned;

namespace {

std::vector<Offsets> tables() {
  std::vector<Offsets> tables;
  for (const auto& grid : test::grids()) {
    tables.emplace_back(grid);
    tables.push_back({grid, {1, 0, 2}});
  }
  return tables;
}

// The clamped differences that occur, in lexicographic order, numbered.
struct Numbered {
  Offsets offsets;
  std::map<std::array<Index, 3>, Index> number;

  explicit Numbered(const Offsets& of) : offsets(of) {
    const auto shape = test::shape_on(offsets.grid, 1, 1);
    for (Index i = 0; i < shape[2]; ++i)
      for (Index j = 0; j < shape[3]; ++j) number[clamped(i, j)] = 0;
    Index n = 0;
    for (auto& [difference, entry] : number) entry = n++;
  }
  std::array<Index, 3> clamped(Index i, Index j) const {
    auto d = test::difference_by_search(offsets.grid, i, j);
    for (int a = 0; a < 3; ++a) d[a] = std::max(offsets.first[a], std::min(offsets.last[a], d[a]));
    return d;
  }
  Index operator()(Index i, Index j) const { return number.at(clamped(i, j)); }
};

struct Make {
  Offsets offsets;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return bias::Relative<Scalar>(table, offsets);
  }
};

// Tokens of the last but one axis moved on by one, round its period.
template <class View> View rolled(const View& x, const test::Grid& grid) {
  const auto numbers = test::values(x);
  std::vector<double> moved(numbers.size());
  const auto ny = static_cast<std::size_t>(grid.keys[1]), nx = static_cast<std::size_t>(grid.keys[2]);
  const std::size_t width = x.extent(3), plane = ny * nx;
  for (std::size_t n = 0; n < numbers.size() / width; ++n) {
    const std::size_t y = n % plane / nx, to = n - y * nx + (y + 1) % ny * nx;
    for (std::size_t d = 0; d < width; ++d) moved[to * width + d] = numbers[n * width + d];
  }
  const View result("rolled", x.layout());
  test::assign(result, moved);
  return result;
}

}  // namespace

TEST_CASE("relative bias: a table over the differences that occur, in their order", "[attention][bias]") {
  for (const auto& offsets : tables())
    for (const Index rows : {1, 3}) {
      const Numbered number(offsets);
      const auto theta = test::random_table(rows, offsets.count());
      CHECK(offsets.count() == static_cast<Index>(number.number.size()));
      const test::HostTable host(theta);
      test::check_values(bias::Relative<double>(theta, offsets), test::shape_on(offsets.grid, 2, 3),
                         [&](Index, Index h, Index i, Index j) { return host(h, number(i, j)); });
    }
}

TEST_CASE("relative bias: a whole periodic axis has an entry for each of its tokens", "[attention][bias]") {
  const Offsets ring(test::Grid({1, 4, 5}, {1, 4, 5}, {false, true, true}));
  CHECK(ring.count() == 20);
  CHECK(Offsets(test::Grid({1, 4, 5}, {1, 4, 5})).count() == 7 * 9);
  CHECK(Offsets(test::Grid({1, 4, 5}, {1, 4, 5}), {0, 2, 1}).count() == 5 * 3);
}

TEST_CASE("relative bias: gradients of a table shared by the heads, and of one for each",
          "[attention][bias]") {
  for (const auto& offsets : tables())
    for (const Index rows : {1, 2}) {
      const Learned<double> learned{test::random_table(rows, offsets.count()), {}};
      test::check_gradients(Make{offsets}, learned, test::shape_on(offsets.grid, 2, 2), Full{});
    }
  const Offsets offsets(test::Grid({1, 3, 4}, {1, 3, 4}, {false, false, true}));
  const Learned<double> learned{test::random_table(2, offsets.count()), {}};
  test::check_gradients(Make{offsets}, learned, {2, 2, 12, 12}, Causal{});
  test::check_gradients(Make{offsets}, learned, {2, 2, 12, 12}, Window{1, 4});
}

TEST_CASE("relative bias: tokens that move round a periodic axis take their output with them",
          "[attention][bias]") {
  const test::Grid grid({2, 5, 3}, {2, 5, 3}, {false, true, false});
  const Offsets offsets(grid);
  const bias::Relative<double> bias(test::random_table(2, offsets.count()), offsets);
  const auto x = test::sample<double>(test::shape_on(grid, 2, 2));
  auto moved = x;
  for (View4<double>* array : {&moved.q, &moved.k, &moved.v}) *array = rolled(*array, grid);
  const auto o = rolled(test::forward(x, bias, Full{}).o, grid);
  CHECK(test::largest_difference(test::values(o), test::values(test::forward(moved, bias, Full{}).o)) <
        1e-13);
}

TEST_CASE("relative bias: a table of another size is refused, and another shape does not fit",
          "[attention][bias]") {
  const Offsets offsets(test::Grid({1, 1, 4}, {1, 1, 4}));
  CHECK_THROWS_AS(bias::Relative<double>(test::random_table(1, 6), offsets), BrokenPromise);
  CHECK_THROWS_AS(Offsets(offsets.grid, {0, 0, -1}), BrokenPromise);
  const bias::Relative<double> bias(test::random_table(1, 7), offsets);
  CHECK(bias.fits({3, 2, 4, 4}));
  CHECK_FALSE(bias.fits({3, 2, 4, 5}));
}
