// tests/core/deck/test_deck.cpp
//
// Decks are read, laid over one another, written and explained as core/deck/deck.hpp says.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "core/core/require.hpp"
#include "core/deck/literal.hpp"
#include "core/deck/nearest.hpp"
#include "core/deck/nesting.hpp"
#include "core/deck/writer.hpp"

// Beside an experiment's Params, outside namespace attune: describe is found there.
namespace sample {

using attune::above, attune::at_least, attune::at_most, attune::between, attune::length, attune::one_of;

struct Params {
  bool periodic = true;
  int steps = 10;
  std::int64_t particles = 1000;
  double kappa = 0.1;
  std::string start = "cold";
  std::string label = "no name";
  std::vector<std::int64_t> cells{64, 64};
  std::vector<double> times{0.5, 1};
  std::vector<std::string> methods{"direct"};
  std::vector<std::vector<std::int64_t>> offsets{{0, 1}, {1, 0}};
  bool operator==(const Params&) const = default;
};

void describe(auto& field, Params& p) {
  field("periodic", p.periodic, "1", "the axes close");
  field("steps", p.steps, "1", "time steps", at_least(0));
  field("particles", p.particles, "1", "how many");
  field("kappa", p.kappa, "m^2/s", "diffusivity", above(0), at_most(1));
  field("start", p.start, "1", "initial field", one_of({"cold", "warm"}));
  field("label", p.label, "1", "free text");
  field("cells", p.cells, "1", "cells along each axis", between(1, 1 << 20), length(1, 3));
  field("times", p.times, "s", "when to write", at_least(0));
  field("methods", p.methods, "1", "what to compare", one_of({"direct", "tiled"}));
  field("offsets", p.offsets, "1", "neighbours", between(-8, 8));
}

struct Unsound {
  double kappa = -1;
};
void describe(auto& field, Unsound& p) {
  field("kappa", p.kappa, "1", "its default is out of its range", above(0));
}

struct Twice {
  int a = 0, b = 0;
};
void describe(auto& field, Twice& p) {
  field("a", p.a, "1", "one");
  field("a", p.b, "1", "two");
}

}  // namespace sample

using namespace attune;

namespace {

const std::string head = "experiment = \"heat/stencil\"\n";

Deck asked(const std::string& text, const std::vector<std::string>& overrides = {},
           const std::string& scale = "") {
  return Deck::parse({"inputs/heat/stencil.toml", head + text, scale, overrides, {}});
}

sample::Params read(const std::string& text, const std::vector<std::string>& overrides = {},
                    const std::string& scale = "") {
  return asked(text, overrides, scale).read<sample::Params>();
}

template <class Body> std::string refusal(Body&& body) {
  try {
    body();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a deck that says nothing leaves every default", "[deck]") {
  const auto none = asked("");
  CHECK(none.experiment() == "heat/stencil");
  CHECK(none.seed() == 1);
  CHECK(none.precision() == "double");
  CHECK(none.scale().empty());
  CHECK(none.read<sample::Params>() == sample::Params{});
  CHECK(Deck::defaults("heat/stencil").read<sample::Params>() == sample::Params{});
}

TEST_CASE("every type of parameter is read", "[deck]") {
  const auto p = read(
      "[params]\nperiodic = false\nsteps = 3\nparticles = 9_000_000_000\nkappa = 1\n"
      "start = 'warm'\nlabel = \"caf\\u00e9\"\ncells = [1, 2,\n 3]\ntimes = [0, 1e-3]\nmethods = []\n"
      "offsets = [[0], [], [-1, 1]]\n");
  const sample::Params expected{false,  3,         9000000000,  1.0, "warm",
                                "café", {1, 2, 3}, {0.0, 1e-3}, {},  {{0}, {}, {-1, 1}}};
  CHECK(p == expected);
}

TEST_CASE("the table of the scale in use goes before [params], overrides before both", "[deck]") {
  const std::string text =
      "seed = 3\n[params]\nsteps = 1\nkappa = 0.5\n"
      "[scale.smoke]\nseed = 4\nprecision = 'float'\n[scale.smoke.params]\nsteps = "
      "2\n[scale.paper.params]\nsteps = 9\n";
  CHECK(read(text).steps == 1);
  CHECK(read(text, {}, "smoke").steps == 2);
  CHECK(read(text, {}, "smoke").kappa == 0.5);
  CHECK(read(text, {}, "quick").steps == 1);
  CHECK(read(text, {}, "paper").steps == 9);
  CHECK(read(text, {"params.steps=7"}, "paper").steps == 7);

  CHECK(asked(text).seed() == 3);
  CHECK(asked(text, {}, "smoke").seed() == 4);
  CHECK(asked(text, {}, "smoke").precision() == "float");
  CHECK(asked(text, {"seed=5", "precision=double"}, "smoke").seed() == 5);
  CHECK(asked(text, {"seed=5", "precision=double"}, "smoke").precision() == "double");
  CHECK(Deck::parse({"x.toml", head + text, "smoke", {"seed=5"}, 4294967295u}).seed() == 4294967295u);
}

TEST_CASE("overrides are TOML, and words need no quotes", "[deck]") {
  const auto p =
      read("", {"params.periodic=false", "params.kappa = 1", "params.start=warm", "params.cells=[8]",
                "params.methods=['tiled', \"direct\"]", "params.offsets=[[1,2],[3]]", "params.label=17"});
  CHECK(p == sample::Params{
                 false, 10, 1000, 1.0, "warm", "17", {8}, {0.5, 1}, {"tiled", "direct"}, {{1, 2}, {3}}});
  CHECK(read("", {"params.label="}).label.empty());
  CHECK(read("", {"params.label=a=b # c"}).label == "a=b # c");
  CHECK(read("", {"params.label='a # b'"}).label == "a # b");
  CHECK(read("", {"params.label=../data/a.h5"}).label == "../data/a.h5");
}

TEST_CASE("a resolved deck reads back to the same values and the same text", "[deck]") {
  auto p = sample::Params{false,
                          0,
                          -9223372036854775807 - 1,
                          0.1 + 0.2,
                          "warm",
                          "quote \" \\ # é =",
                          {1},
                          {0.0, 5e-324},
                          {},
                          {{}, {-8, 8}}};
  p.times.push_back(std::numeric_limits<double>::max());
  p.times.push_back(1e22);
  p.times.push_back(123456789.0);
  const auto scale = std::string("paper");
  const auto first = asked("seed = 12\nprecision = 'float'", {}, scale);
  const auto text = resolved(first, p);
  const auto again = Deck::parse({"resolved.toml", text, "", {}, {}});
  CHECK(again.read<sample::Params>() == p);
  CHECK(again.experiment() == "heat/stencil");
  CHECK(again.seed() == 12);
  CHECK(again.precision() == "float");
  CHECK(again.scale() == "paper");
  CHECK(resolved(again, again.read<sample::Params>()) == text);
  CHECK(resolved(Deck::parse({"other.toml", text, "paper", {}, {}}), p) == text);
}

TEST_CASE("equal decks resolve to the same text, however they were given", "[deck]") {
  const auto written = asked("[params]\nkappa = 0.25\nsteps = 4\n");
  const auto overridden = asked("[params]\nsteps = 3\n", {"params.steps=4", "params.kappa=2.5e-1"});
  const auto text = resolved(written, written.read<sample::Params>());
  CHECK(resolved(overridden, overridden.read<sample::Params>()) == text);
  CHECK(text ==
        "experiment = \"heat/stencil\"\nseed = 1\nprecision = \"double\"\n\n[params]\n"
        "periodic = true  # 1: the axes close\nsteps = 4  # 1: time steps\nparticles = 1000  # 1: how many\n"
        "kappa = 0.25  # m^2/s: diffusivity\nstart = \"cold\"  # 1: initial field\nlabel = \"no name\"  # 1: "
        "free text\n"
        "cells = [64, 64]  # 1: cells along each axis\ntimes = [0.5, 1.0]  # s: when to write\n"
        "methods = [\"direct\"]  # 1: what to compare\noffsets = [[0, 1], [1, 0]]  # 1: neighbours\n");
}

TEST_CASE("describe_table says default, unit, what is accepted and meaning of every parameter", "[deck]") {
  const std::string table = describe_table<sample::Params>();
  const auto line = [&](const std::string& name) {
    const auto first = table.find("\n" + name + " ") + 1;
    std::string words;  // columns are set apart by two blanks or more
    for (const char c : table.substr(first, table.find('\n', first) - first))
      if (!words.ends_with("  ") || c != ' ') words += c;
    return words;
  };
  CHECK(table.starts_with("name       default           unit   accepted "));
  CHECK(line("periodic") == "periodic  true  1  true or false  the axes close");
  CHECK(line("steps") == "steps  10  1  an integer >= 0  time steps");
  CHECK(line("kappa") == "kappa  0.1  m^2/s  a number > 0 and <= 1  diffusivity");
  CHECK(line("start") == "start  \"cold\"  1  one of \"cold\", \"warm\"  initial field");
  CHECK(line("cells") ==
        "cells  [64, 64]  1  a list of 1 to 3 integers between 1 and 1048576  cells along each axis");
  CHECK(line("methods") ==
        "methods  [\"direct\"]  1  a list of strings, each one of \"direct\", \"tiled\"  what to compare");
  CHECK(line("offsets") ==
        "offsets  [[0, 1], [1, 0]]  1  a list of lists of integers between -8 and 8  neighbours");
}

TEST_CASE("refuse names the place where the value in use was given", "[deck]") {
  const std::string text = "[params]\nsteps = 1\n[scale.smoke.params]\n  steps = 2\n";
  const auto says = [&](const Deck& d) { return refusal([&] { d.refuse("params.steps", "must be even"); }); };
  CHECK(says(asked(text)) == "inputs/heat/stencil.toml:3:1: 'steps' in [params] must be even");
  CHECK(says(asked(text, {}, "smoke")) ==
        "inputs/heat/stencil.toml:5:3: 'steps' in [scale.smoke.params] must be even");
  CHECK(says(asked(text, {"params.steps=5"})) ==
        "command line: 'params.steps=5': 'steps' in [params] must be even");
  CHECK(says(asked("")) ==
        "inputs/heat/stencil.toml: 'steps' in [params], left at its default, must be even");
  CHECK(refusal([&] { asked("seed = 2").refuse("seed", "must be odd"); }) ==
        "inputs/heat/stencil.toml:2:1: 'seed' must be odd");
}

TEST_CASE("a default outside its own range, and a name described twice, break the code's word", "[deck]") {
  CHECK_THROWS_AS(asked("").read<sample::Unsound>(), BrokenPromise);
  CHECK_THROWS_AS(describe_table<sample::Unsound>(), BrokenPromise);
  CHECK_THROWS_AS(asked("").read<sample::Twice>(), BrokenPromise);
  CHECK_THROWS_AS(resolved(asked(""), sample::Params{.kappa = NAN}), BrokenPromise);
}

TEST_CASE("a deck may be a mebibyte, a list a million entries, and no more", "[deck]") {
  std::string comment(Deck::most_bytes - head.size(), 'x');
  comment.front() = '#';
  CHECK(asked(comment).seed() == 1);
  CHECK(refusal([&] { asked(comment + "x"); }) ==
        "inputs/heat/stencil.toml:1:1: a deck must be at most 1048576 bytes; got 1048577");
  std::string list = "params.times=[0";
  for (int entry = 1; entry < 1000000; ++entry) list += ",1";
  CHECK(read("", {list + "]"}).times.size() == 1000000);
  CHECK(refusal([&] {
          read("", {list + ",1]"});
        }).ends_with("a list of 1000001 entries; at most 1000000 are accepted"));
}

TEST_CASE("nesting is found outside strings and comments only", "[deck]") {
  using deck::too_deep;
  CHECK_FALSE(too_deep("a = [[1], [2]] # ]]][[[[[ . . . .\n[x.y]\nb = [1.0, 2.0, 3.0, 4.0]", 2));
  CHECK_FALSE(too_deep(
      "a = \"[[[[ \\\" [[[[\"\nb = '[[[[\\'\nc = \"\"\"\n [[[[ \"\" [[[[\"\"\"\"\"\nd = '''[[[ ' [[['''", 2));
  const auto brackets = too_deep("é = 1\né = [[[1]]]", 2);
  REQUIRE(brackets);
  CHECK(brackets->line == 2);
  CHECK(brackets->column == 7);
  CHECK(too_deep("a = ''\n\"x\".'y'.b.c = 1", 2));
  CHECK(too_deep("a = [\"\"\"\n ' \"\"\", {a.b.c.d = 1}]", 2));
}

TEST_CASE("the nearest name is one a third of its letters away at most", "[deck]") {
  CHECK(slips("temprature", "temperature") == 1);
  CHECK(slips("tempeartures", "temperature") == 2);
  CHECK(slips("", "abc") == 3);
  const std::vector<std::string> names{"temperature", "steps", "step", "dx", "k"};
  CHECK(nearest("temprature", names) == "temperature");
  CHECK(nearest("stpes", names) == "steps");
  CHECK(nearest("setp", names) == "step");
  CHECK(nearest("dy", names) == "dx");
  CHECK_FALSE(nearest("q", names));
  CHECK_FALSE(nearest("pressure", names));
  CHECK_FALSE(nearest(std::string(1000000, 'x'), names));
}

TEST_CASE("text is shown on one line, whatever it holds", "[deck]") {
  CHECK(deck::visible(std::string("a\0b\n\x7f\xff é", 9)) == "a\\u0000b\\n\\u007F\\xFF é");
  CHECK(deck::visible("\xe2\x80\xae\xed\xa0\x80") == "\\u202E\\xED\\xA0\\x80");
  CHECK(deck::literal(std::string("\"\\\t")) == "\"\\\"\\\\\\t\"");
  CHECK(deck::literal(1.0) == "1.0");
  CHECK(deck::literal(-0.0) == "-0.0");
  CHECK(deck::literal(1e300) == "1e+300");
  CHECK(deck::shortened("éééééé", 5) == "éé...");
}
