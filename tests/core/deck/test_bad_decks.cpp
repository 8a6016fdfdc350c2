// tests/core/deck/test_bad_decks.cpp
//
// Every way the text and the tables of a deck can be wrong, with the one line that says so.
#include <catch2/catch_test_macros.hpp>

#include "bad_deck.hpp"

using namespace attune::bad_deck;
using attune::Exit;

TEST_CASE("decks that are not TOML are refused where they go wrong", "[deck]") {
  check({
      {"nothing after =", head + "seed = \n", {}, "x.toml:2:8: *"},
      {"open list", params("cells = [1, 2\nkappa = 1"), {}, "x.toml:4:1: *"},
      {"open string", params("start = \"cold"), {}, "x.toml:3:*"},
      {"prose", "dear attune,\n", {}, "x.toml:1:*"},
      {"duplicate key", params("kappa = 1\nkappa = 2"), {}, "x.toml:4:*"},
      {"duplicate table", params("[params]"), {}, "x.toml:3:*"},
      {"not 64 bits", params("particles = 9223372036854775808"), {}, "x.toml:3:*"},
      {"bad UTF-8 in a string", params("label = \"\xff\xfe\""), {}, "x.toml:3:*"},
      {"bad UTF-8 in a comment", head + "# \xc3\x28\n", {}, "x.toml:2:*"},
      {"UTF-16",
       std::string("\xff\xfe"
                   "e\0x\0",
                   6),
       {},
       "x.toml:1:1: *"},
      {"NUL in a string", params(std::string("label = \"a\0b\"", 13)), {}, "x.toml:3:*"},
      {"NUL in a comment", head + std::string("# \0", 3), {}, "x.toml:2:*"},
      {"NUL alone", std::string(1, '\0'), {}, "x.toml:1:1: *"},
      {"bare carriage return", "experiment = 'f/e'\rseed = 1", {}, "x.toml:1:*"},
      {"brackets 100000 deep",
       params("cells = " + std::string(100000, '[')),
       {},
       "x.toml:3:25: nested more than 16 deep; a deck needs no more than lists of lists and "
       "[scale.smoke.params]"},
      {"inline tables 17 deep",
       head + "params = {a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={a={}}}}}}}}}}}}}}}}}}",
       {},
       "x.toml:2:58: nested more than 16 deep; a deck needs no more than lists of lists and "
       "[scale.smoke.params]"},
  });
}

TEST_CASE("a key of 100000 dots is refused before it is a tree of 100000 levels", "[deck]") {
  std::string dots = "a";
  for (int level = 0; level < 100000; ++level) dots += ".a";
  const std::string says =
      "nested more than 16 deep; a deck needs no more than lists of lists and [scale.smoke.params]";
  check({
      {"as a key", dots + " = 1\n", {}, "x.toml:1:34: " + says},
      {"as a table", "[" + dots + "]\n", {}, "x.toml:1:35: " + says},
      {"in a list of tables", "a = [\"\"\"\n ' \"\"\", {" + dots + " = 1}]\n", {}, "x.toml:2:43: " + says},
      {"on the command line",
       head,
       {"params.cells=[{" + dots + "=1}]"},
       "command line: 'params.cells=[{a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a....': " + says},
  });
}

TEST_CASE("keys and tables that no deck has are refused with the nearest name", "[deck]") {
  check({
      {"empty",
       "",
       {},
       "x.toml:1:1: missing key 'experiment'; it must be FAMILY/NAME in lower-case letters, digits and '_'"},
      {"no experiment",
       "seed = 1\n",
       {},
       "x.toml:1:1: missing key 'experiment'; it must be FAMILY/NAME in lower-case letters, digits and '_'"},
      {"experiment is a number",
       "experiment = 3",
       {},
       "x.toml:1:14: 'experiment' must be FAMILY/NAME in lower-case letters, digits and '_'; got 3"},
      {"experiment climbs",
       "experiment = '../etc'",
       {},
       "x.toml:1:14: 'experiment' must be FAMILY/NAME in lower-case letters, digits and '_'; got \"../etc\""},
      {"top level", head + "sed = 1", {}, "x.toml:2:1: unknown key 'sed'; did you mean 'seed'?"},
      {"top level, far",
       head + "kappa = 1",
       {},
       "x.toml:2:1: unknown key 'kappa'; accepted: experiment, seed, precision, params, scale"},
      {"table", head + "[param]", {}, "x.toml:2:2: unknown key 'param'; did you mean 'params'?"},
      {"params",
       params("\n  kapa = 1"),
       {},
       "x.toml:4:3: unknown key 'kapa' in [params]; did you mean 'kappa'?"},
      {"params, far", params("x = 1"), {}, "x.toml:3:1: unknown key 'x' in [params]; accepted: " + all},
      {"table in params",
       params("[params.more]\na = 1"),
       {},
       "x.toml:3:9: unknown key 'more' in [params]; accepted: " + all},
      {"scale name",
       head + "[scale.smok.params]\n",
       {},
       "x.toml:2:8: unknown key 'smok' in [scale]; did you mean 'smoke'?"},
      {"scale name, far",
       head + "[scale.huge]\n",
       {},
       "x.toml:2:8: unknown key 'huge' in [scale]; accepted: smoke, quick, paper"},
      {"in a scale",
       head + "[scale.smoke]\nexperiment = 'f/g'",
       {},
       "x.toml:3:1: unknown key 'experiment' in [scale.smoke]; accepted: seed, precision, params"},
      {"in the parameters of a scale not in use",
       head + "[scale.paper.params]\ncels = [1]",
       {},
       "x.toml:3:1: unknown key 'cels' in [scale.paper.params]; did you mean 'cells'?"},
      {"control characters in a key",
       head + "\"a\\nb\" = 1",
       {},
       "x.toml:2:1: unknown key 'a\\nb'; accepted: experiment, seed, precision, params, scale"},
      {"params is a value", head + "params = 3", {}, "x.toml:2:10: 'params' must be a table; got 3"},
      {"params is a list of tables",
       head + "[[params]]",
       {},
       "x.toml:2:1: 'params' must be a table; got [a table]"},
      {"scale is a value", head + "scale = 3", {}, "x.toml:2:9: 'scale' must be a table; got 3"},
      {"scale is a wrong word",
       head + "scale = 'smokey'",
       {},
       "x.toml:2:9: 'scale' must be one of \"smoke\", \"quick\", \"paper\"; got \"smokey\"; did you mean "
       "'smoke'?"},
      {"a scale is a value",
       head + "[scale]\nquick = true",
       {},
       "x.toml:3:9: 'quick' in [scale] must be a table; got true"},
      {"parameters of a scale are a value",
       head + "[scale.quick]\nparams = 'x'",
       {},
       "x.toml:3:10: 'params' in [scale.quick] must be a table; got \"x\""},
  });
}

TEST_CASE("a scale that is none, or not that of a resolved deck, is refused", "[deck]") {
  CHECK(refusal({"", head, {}, ""}, "smok", Exit::deck) ==
        "command line: --scale must be one of smoke, quick, paper; got 'smok'; did you mean 'smoke'?");
  CHECK(refusal({"", head + "scale = 'smoke'", {}, ""}, "paper", Exit::deck) ==
        "x.toml:2:9: 'scale' is \"smoke\" in this resolved deck and must be the scale asked for; got "
        "\"paper\"");
}
