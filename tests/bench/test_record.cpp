// tests/bench/test_record.cpp
//
// Measurements go from one process to another and arrive as they were; medians and fractions.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>

#include "bench/cases.hpp"
#include "bench/measure.hpp"
#include "core/core/require.hpp"

namespace {

using namespace attune;
using namespace attune::bench;

struct Scratch {
  std::string path = (std::filesystem::temp_directory_path() / "attune.test_record.txt").string();
  ~Scratch() { std::filesystem::remove(path); }
  void write_text(const std::string& text) const { std::ofstream(path) << text; }
};

Row sample_row() {
  return {"dense",     "float",    Roof::bandwidth, {1e9, 2e6},  12345,
          {1e-7, 0.3}, {0.1, 0.2}, {1e11, 1.1e11},  {2e10, 3e10}};
}

}  // namespace

TEST_CASE("a record is read as it was written", "[bench]") {
  const Scratch scratch;
  Record record{"attune_bench, somewhere", 3, 1.25e10, {sample_row(), sample_row()}};
  record.rows[1].precision = "double";
  {
    std::ofstream file(scratch.path);
    write(record, file);
    write(record, file);
  }
  const auto read = read_records(scratch.path);
  REQUIRE(read.size() == 2);
  CHECK(read[1].program == record.program);
  CHECK(read[1].threads == 3);
  CHECK(read[1].plain_triad == 1.25e10);
  const Row* row = find(read[1], "dense", "double");
  REQUIRE(row != nullptr);
  CHECK(row->roof == Roof::bandwidth);
  CHECK(row->cost.flops == 1e9);
  CHECK(row->cost.bytes == 2e6);
  CHECK(row->memory == 12345);
  CHECK(row->compared.error == 1e-7);
  CHECK(row->compared.excess == 0.3);
  CHECK(row->seconds == record.rows[1].seconds);
  CHECK(row->peak == record.rows[1].peak);
  CHECK(row->bandwidth == record.rows[1].bandwidth);
  CHECK(find(read[1], "dense", "half") == nullptr);
}

TEST_CASE("a line that nobody understands is refused by its number", "[bench]") {
  const Scratch scratch;
  for (const char* text : {"program a\nseconds 1\n", "case a float\n", "program a\nthreads x\n",
                           "program a\ncase b\n", "program a\ncase b float\nseconds 1 one\n"}) {
    scratch.write_text(text);
    CHECK_THROWS_AS(read_records(scratch.path), InputError);
  }
}

TEST_CASE("a fraction is the median of those of the samples, each against its own roof", "[bench]") {
  Record record{"attune_bench", 1, 0, {sample_row()}};
  Row& row = record.rows.front();
  row.bandwidth = {2.5e10, 3e10};
  CHECK(fraction(record, row) == Catch::Approx((2e6 / 0.1 / 2.5e10 + 2e6 / 0.2 / 3e10) / 2));
  row.roof = Roof::arithmetic;
  CHECK(fraction(record, row) == Catch::Approx((1e9 / 0.1 / 1e11 + 1e9 / 0.2 / 1.1e11) / 2));
  const auto quartiles = spread({5, 1, 4, 2, 3});
  CHECK((quartiles.lower == 2 && quartiles.median == 3 && quartiles.upper == 4));
}

TEST_CASE("a disturbed look at a roof does not flatter the kernel beside it", "[bench]") {
  Record record{"attune_bench", 1, 0, {sample_row(), sample_row(), sample_row()}};
  record.rows[0].roof = record.rows[1].roof = Roof::arithmetic;
  record.rows[1].peak = {1e10, 1.1e11};
  record.rows[2].precision = "double";  // another roof
  record.rows[2].peak = {1e13, 1e13};
  CHECK(fractions(record, record.rows[1])[0] == Catch::Approx(1e9 / 0.1 / (least_look * 1.1e11)));
  const auto looks = looks_of(record);
  CHECK(looks.all == 6);
  CHECK(looks.disturbed == 2);  // the peak of 1e10, and the triad of 2e10 beside 3e10
}

TEST_CASE("a case is chosen by its name or its family's, with the case that it is compared with", "[bench]") {
  const auto families = every_family(smoke_sizes());
  CHECK(chosen(families, {}).size() == families.size());
  const auto stencils = chosen(families, {"stencil"});
  REQUIRE(stencils.size() == 1);
  CHECK(stencils[0].cases.size() == 8);
  const auto one = chosen(families, {"dense_forward_tensor"});
  REQUIRE(one.size() == 1);
  CHECK(one[0].cases.size() == 4);  // it and the one without a bias, in float and double
}

TEST_CASE("a case that a bar compares with is of the same family and does the same work", "[bench]") {
  for (const auto& family : every_family(standard_sizes()))
    for (const auto& one : family.cases) {
      CHECK(one.name.starts_with(family.name));
      const auto compared_with = [&](const Case& other) {
        return other.name == one.bars.against && other.precision == one.precision &&
               other.cost.flops == one.cost.flops;
      };
      CHECK((one.bars.against.empty() ||
             std::count_if(family.cases.begin(), family.cases.end(), compared_with) == 1));
    }
}
