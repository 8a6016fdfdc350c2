// tests/attention/bias/test_small_graphs.cpp
//
// Graphs of several sizes in one batch: node features padded to the largest, a bucket of each pair for its
// distance.
#include "attention/bias/bucket.hpp"
#include "attention/bias/graph_distance.hpp"
#include "attention/bias/sum.hpp"
#include "attention/dense/backward.hpp"
#include "attention/dense/forward.hpp"
#include "tests/attention/bias/through_dense.hpp"

using namespace attune;
using namespace attune::attention;
using test::Learned;

namespace {

constexpr int most = 3;  // bonds; beyond are `most` and, without a path, `most` + 1
constexpr Index heads = 2;
const std::vector<Index> sizes{6, 1, 4, 7};
constexpr Index largest_size = 7;

// A ring of all nodes but the last, which hangs on node 0; the last of four nodes or fewer hangs on nothing.
std::vector<std::uint8_t> molecule(Index nodes) {
  std::vector<std::vector<Index>> bonds(nodes);
  const auto bond = [&bonds](Index a, Index b) {
    bonds[a].push_back(b);
    bonds[b].push_back(a);
  };
  for (Index i = 0; i + 1 < nodes; ++i)
    if (nodes > 2) bond(i, (i + 1) % (nodes - 1));
  if (nodes > 4) bond(0, nodes - 1);
  std::vector<Index> row_offsets{0}, columns;
  for (const auto& of_node : bonds) {
    columns.insert(columns.end(), of_node.begin(), of_node.end());
    row_offsets.push_back(static_cast<Index>(columns.size()));
  }
  return bias::shortest_path_buckets(row_offsets, columns, most);
}

View3<std::uint8_t> one_index(Index nodes) {
  const View3<std::uint8_t> index("index", 1, nodes, nodes);
  const auto buckets = molecule(nodes);
  test::assign(index, {buckets.begin(), buckets.end()});
  return index;
}

// Padded pairs keep bucket 0.
View3<std::uint8_t> batch_index() {
  const View3<std::uint8_t> index("index", sizes.size(), largest_size, largest_size);
  std::vector<double> numbers(index.size(), 0);
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    const auto buckets = molecule(sizes[g]);
    for (Index i = 0; i < sizes[g]; ++i)
      for (Index j = 0; j < sizes[g]; ++j)
        numbers[(static_cast<Index>(g) * largest_size + i) * largest_size + j] = buckets[i * sizes[g] + j];
  }
  test::assign(index, numbers);
  return index;
}

// Graph g of a padded array (B, H, N, D), or of numbers of pairs (B, H, N, N) with `columns` = its size.
View4<double> alone(const View4<double>& batch, std::size_t g, Index columns) {
  const auto nodes = static_cast<std::size_t>(sizes[g]);
  const View4<double> graph("graph", 1, batch.extent(1), nodes, columns);
  Kokkos::deep_copy(graph, Kokkos::subview(batch, std::pair(g, g + 1), Kokkos::ALL, std::pair(0UL, nodes),
                                           std::pair<std::size_t, std::size_t>(0, columns)));
  return graph;
}

test::Sample<double> alone(const test::Sample<double>& batch, std::size_t g) {
  const View3<double> d_lse("d_lse", 1, heads, sizes[g]);
  Kokkos::deep_copy(d_lse, Kokkos::subview(batch.d_lse, std::pair(g, g + 1), Kokkos::ALL,
                                           std::pair<std::size_t, std::size_t>(0, sizes[g])));
  return {alone(batch.q, g, 5), alone(batch.k, g, 5), alone(batch.v, g, 3), alone(batch.d_o, g, 3), d_lse,
          batch.temperature};
}

struct MakeBucket {
  View3<const std::uint8_t> index;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>&) const {
    return bias::bucket(table, index);
  }
};

struct MakeSum {
  View3<const std::uint8_t> index;
  template <class Scalar>
  auto operator()(const View2<const Scalar>& table, const View4<const Scalar>& numbers) const {
    return bias::Sum(bias::bucket(table, index), bias::Tensor<Scalar>(numbers));
  }
};

Lengths lengths() {
  const View1<const Index> nodes = to_device("sizes", sizes);
  return {nodes, nodes};
}

// The batch is each graph alone: outputs, gradients of the pairs, and that of the table, which adds up.
template <class Make> void check_batch(const Learned<double>& learned) {
  const auto batch = test::sample<double>({4, heads, largest_size, largest_size});
  const Make make{batch_index()};
  const auto out = test::forward(batch, test::made(make, learned), lengths());
  const auto gradient = test::backward(test::By::kernel, batch, make, learned, lengths());
  std::vector<double> d_table(learned.table.size(), 0);
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    const auto one = alone(batch, g);
    Learned<double> of_one{learned.table, {}};
    if (learned.numbers.size() > 0) of_one.numbers = alone(learned.numbers, g, sizes[g]);
    const Make make_one{one_index(sizes[g])};
    const auto alone_out = test::forward(one, test::made(make_one, of_one), Full{});
    CHECK(test::largest_difference(test::values(alone(out.o, g, 3)), test::values(alone_out.o)) < 1e-14);
    const auto alone_gradient = test::backward(test::By::kernel, one, make_one, of_one, Full{});
    const auto part = test::values(alone_gradient.table);
    for (std::size_t n = 0; n < part.size(); ++n) d_table[n] += part[n];
    if (learned.numbers.size() > 0)
      CHECK(test::largest_difference(test::values(alone(gradient.numbers, g, sizes[g])),
                                     test::values(alone_gradient.numbers)) < 1e-14);
  }
  CHECK(test::largest_difference(d_table, test::values(gradient.table)) < 1e-13);
}

}  // namespace

TEST_CASE("small graphs: in one batch with buckets of their distances each is as if alone",
          "[attention][bias]") {
  for (const Index rows : {Index(1), heads})
    check_batch<MakeBucket>({test::random_table(rows, most + 2), {}});
}

TEST_CASE("small graphs: so they are with numbers of their edges added to the buckets", "[attention][bias]") {
  check_batch<MakeSum>({test::random_table(heads, most + 2),
                        test::random_array<View4<double>>(6, 1, 4, 1, largest_size, largest_size)});
}

TEST_CASE("small graphs: padded rows give zero, and padded numbers have gradient zero", "[attention][bias]") {
  const auto batch = test::sample<double>({4, heads, largest_size, largest_size});
  const Learned<double> learned{test::random_table(heads, most + 2),
                                test::random_array<View4<double>>(6, 1, 4, 1, largest_size, largest_size)};
  const MakeSum make{batch_index()};
  const auto out = test::forward(batch, test::made(make, learned), lengths());
  const auto o = test::values(out.o), lse = test::values(out.lse),
             d_numbers =
                 test::values(test::backward(test::By::kernel, batch, make, learned, lengths()).numbers);
  for (Index g = 0; g < 4; ++g)
    for (Index i = 0; i < largest_size; ++i) {
      for (Index h = 0; h < heads; ++h) {
        const auto row = (g * heads + h) * largest_size + i;
        CHECK((lse[row] == -INFINITY) == (i >= sizes[g]));
        for (Index e = 0; e < 3 && i >= sizes[g]; ++e) CHECK(o[row * 3 + e] == 0);
      }
      for (Index j = 0; j < largest_size; ++j)
        if (i >= sizes[g] || j >= sizes[g]) CHECK(d_numbers[(g * largest_size + i) * largest_size + j] == 0);
    }
}

TEST_CASE("small graphs: gradients of a padded batch", "[attention][bias]") {
  const Learned<double> learned{test::random_table(heads, most + 2),
                                test::random_array<View4<double>>(6, 1, 4, 1, largest_size, largest_size)};
  const bias::Shape4 shape{4, heads, largest_size, largest_size};
  test::check_gradients(MakeSum{batch_index()}, learned, shape, lengths());
  test::check_gradients(MakeBucket{batch_index()}, {learned.table, {}}, shape, lengths());
}
