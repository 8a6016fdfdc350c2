// tests/core/domain/test_domain.cpp
#include "core/domain/domain.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/core/require.hpp"
#include "core/domain/division.hpp"

using namespace attune;

namespace {

// A value that names its global cell.
double name_of(Index z, Index y, Index x) {
  return 1e6 * static_cast<double>(z) + 1e3 * static_cast<double>(y) + static_cast<double>(x);
}

template <class Scalar> Field<Scalar> named_field(const Domain& domain, const Triple& halo) {
  const auto u = domain.field<Scalar>("u", halo);
  const auto host = Kokkos::create_mirror_view(u.values);
  Kokkos::deep_copy(host, Scalar(-1));
  for (Index k = 0; k < u.box.extent(0); ++k)
    for (Index j = 0; j < u.box.extent(1); ++j)
      for (Index i = 0; i < u.box.extent(2); ++i)
        host(k + halo[0], j + halo[1], i + halo[2]) =
            static_cast<Scalar>(name_of(u.box.lower[0] + k, u.box.lower[1] + j, u.box.lower[2] + i));
  Kokkos::deep_copy(u.values, host);
  return u;
}

Index wrap(Index g, Index n) { return (g % n + n) % n; }

struct Case {
  std::vector<Index> cells;
  Periodic periodic;
  Triple halo;
};

}  // namespace

TEST_CASE("every ghost holds the value of the cell it stands for, however wide the halo", "[domain]") {
  const auto c = GENERATE(
      Case{{17}, {false, false, true}, {0, 0, 2}}, Case{{7}, {false, false, true}, {0, 0, 9}},
      Case{{9, 5}, {false, true, false}, {0, 1, 3}}, Case{{4, 6}, {false, true, true}, {0, 5, 7}},
      Case{{4, 3, 5}, {true, true, true}, {1, 2, 1}}, Case{{5, 7, 4}, {false, true, false}, {2, 1, 6}});
  const Domain domain = Domain::world().split(grid_box(c.cells), c.periodic);
  const auto u = named_field<double>(domain, c.halo);
  domain.exchange_halo(u);

  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values);
  const Box whole = domain.whole();
  Index wrong = 0;
  for (Index k = -c.halo[0]; k < u.box.extent(0) + c.halo[0]; ++k)
    for (Index j = -c.halo[1]; j < u.box.extent(1) + c.halo[1]; ++j)
      for (Index i = -c.halo[2]; i < u.box.extent(2) + c.halo[2]; ++i) {
        const Triple g{u.box.lower[0] + k, u.box.lower[1] + j, u.box.lower[2] + i};
        bool known = true;
        for (int a = 0; a < 3; ++a) known = known && (c.periodic[a] || (g[a] >= 0 && g[a] < whole.upper[a]));
        const double expected = known ? name_of(wrap(g[0], whole.upper[0]), wrap(g[1], whole.upper[1]),
                                                wrap(g[2], whole.upper[2]))
                                      : -1;
        // Beyond two open axes' corner a ghost may be a neighbour's untouched ghost: also -1.
        if (host(k + c.halo[0], j + c.halo[1], i + c.halo[2]) != expected) ++wrong;
      }
  CHECK(wrong == 0);
}

TEST_CASE("gather gives every rank the whole field, and redistribution to pencils and back changes nothing",
          "[domain]") {
  const Domain domain = Domain::world().split(grid_box({5, 6, 7}), {true, false, true});
  const auto u = named_field<float>(domain, {1, 1, 1});
  const auto everything = domain.gather(u);
  REQUIRE(everything.size() == 5 * 6 * 7);
  for (Index z = 0; z < 5; ++z)
    for (Index y = 0; y < 6; ++y)
      for (Index x = 0; x < 7; ++x)
        REQUIRE(everything[(z * 6 + y) * 7 + x] == static_cast<float>(name_of(z, y, x)));

  for (int axis = 0; axis < 3; ++axis) {
    const auto lines = pencils(domain.whole(), axis, domain.communicator().size);
    const Field<float> pencil("pencil", lines[domain.communicator().rank]);
    REQUIRE((pencil.box.empty() || pencil.box.extent(axis) == domain.whole().extent(axis)));
    const auto back = domain.field<float>("back");
    domain.redistribute(u, domain.boxes(), pencil, lines);
    domain.redistribute(pencil, lines, back, domain.boxes());
    CHECK(domain.gather(back) == everything);
  }
}

TEST_CASE("the boxes of the ranks tile the whole box, and sizes differ by one cell at most", "[domain]") {
  const auto ranks = GENERATE(1, 2, 3, 4, 6, 7, 12, 64);
  const auto cells =
      GENERATE(std::vector<Index>{97}, std::vector<Index>{13, 29}, std::vector<Index>{8, 9, 10});
  const Box whole = grid_box(cells);
  const Triple grid = rank_grid(whole, ranks);
  REQUIRE(grid[0] * grid[1] * grid[2] == ranks);
  Index dealt = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const Box box = rank_box(whole, grid, rank);
    REQUIRE(!box.empty());
    dealt += box.cells();
    for (int a = 0; a < 3; ++a) {
      CHECK(box.extent(a) - whole.extent(a) / grid[a] >= 0);
      CHECK(box.extent(a) - whole.extent(a) / grid[a] <= 1);
    }
    for (int other = 0; other < rank; ++other) CHECK(intersection(box, rank_box(whole, grid, other)).empty());
  }
  CHECK(dealt == whole.cells());
}

TEST_CASE("more ranks than cells is refused with the numbers", "[domain]") {
  CHECK(rank_grid(grid_box({3}), 4)[0] == 0);
  const Domain world = Domain::world();
  if (world.communicator().size > 1)
    CHECK_THROWS_AS(world.split(grid_box({1}), {false, false, false}), InputError);
}

TEST_CASE("a rescaled domain keeps its ranks in place, and refuses a box too small for them", "[domain]") {
  const Domain domain = Domain::world().split(grid_box({64, 96}), {false, true, false});
  const Domain coarse = domain.rescaled(grid_box({32, 48}));
  CHECK(coarse.periodic()[1]);
  for (int rank = 0; rank < domain.communicator().size; ++rank)
    for (int a = 1; a < 3; ++a) CHECK(coarse.owned_by(rank).lower[a] == domain.owned_by(rank).lower[a] / 2);
  if (domain.communicator().size > 1) CHECK_THROWS_AS(domain.rescaled(grid_box({1, 1})), BrokenPromise);
}

TEST_CASE("a rank alone owns the whole box, and fills its ghosts by itself", "[domain]") {
  const Domain domain = Domain::alone().split(grid_box({4, 5}), {false, true, true});
  CHECK(domain.mine() == domain.whole());
  const auto u = named_field<double>(domain, {0, 1, 2});
  domain.exchange_halo(u);
  CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values)(0, 0, 0) == name_of(0, 3, 3));
}

TEST_CASE("the first ranks compute among themselves, and the others know that they are outside", "[domain]") {
  const Domain world = Domain::world();
  const int size = world.communicator().size;
  for (int ranks = 1; ranks <= size; ++ranks) {
    const Domain some = world.first(ranks);
    CHECK(some.takes_part() == (world.communicator().rank < ranks));
    if (some.takes_part()) {
      CHECK(some.communicator().size == ranks);
      CHECK(some.communicator().rank == world.communicator().rank);
      const Domain domain = some.split(grid_box({7, 9}), {false, true, true});
      const auto u = named_field<double>(domain, {0, 2, 1});
      domain.exchange_halo(u);
      const Box& box = u.box;
      CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u.values)(0, 0, 0) ==
            name_of(0, wrap(box.lower[1] - 2, 7), wrap(box.lower[2] - 1, 9)));
      CHECK(domain.gather(u).size() == 63);
      some.meet();
    } else {
      CHECK_THROWS_AS(some.split(grid_box({7}), {false, false, false}), BrokenPromise);
    }
    CHECK(world.max(some.takes_part() ? some.communicator().size : 0) == ranks);
  }
  CHECK_THROWS_AS(world.first(size + 1), BrokenPromise);
}

TEST_CASE("what a rank sends is counted: a ghost layer each way, none to itself", "[domain]") {
  const Domain domain = Domain::world().split(grid_box({24, 3}), {false, false, true});  // y alone is cut
  const Domain::Traffic before = domain.sent();
  domain.exchange_halo(named_field<float>(domain.rescaled(grid_box({24, 3})), {0, 2, 1}));
  const Domain::Traffic sent = domain.sent();
  REQUIRE(domain.ranks()[2] == 1);
  const int rank = domain.communicator().rank, size = domain.communicator().size;
  const int neighbours = (rank > 0) + (rank + 1 < size);
  CHECK(sent.messages - before.messages == neighbours);
  CHECK(sent.bytes - before.bytes == neighbours * 2 * 3 * 4);
}

TEST_CASE("a cell is owned at the place whose box holds it", "[domain]") {
  const auto cells = GENERATE(Index(7), Index(12), Index(97));
  for (Index parts = 1; parts <= cells; ++parts)
    for (Index cell = 0; cell < cells; ++cell) {
      const auto place = static_cast<int>(owning_place(cells, parts, cell));
      const Box box = rank_box(grid_box({cells}), {1, 1, parts}, place);
      REQUIRE((box.lower[2] <= cell && cell < box.upper[2]));
    }
}

TEST_CASE("the communicator adds integers, takes maxima, gathers, broadcasts and passes round the ring",
          "[communicator]") {
  const Communicator all = Domain::world().communicator();
  std::int64_t sum = all.rank + 1;
  all.add(&sum, 1);
  CHECK(sum == all.size * (all.size + 1) / 2);
  double most = all.rank;
  all.maximum(&most, 1);
  CHECK(most == all.size - 1);
  std::vector<int> gathered(all.size);
  all.gather(&all.rank, sizeof(int), gathered.data());
  for (int rank = 0; rank < all.size; ++rank) CHECK(gathered[rank] == rank);
  int word = all.rank == 0 ? 42 : 0;
  all.broadcast(&word, sizeof word, 0);
  CHECK(word == 42);
  int from = -1;
  all.shift(&all.rank, &from, sizeof(int));
  CHECK(from == (all.rank + all.size - 1) % all.size);
}
