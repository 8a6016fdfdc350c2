// tests/training/test_checkpoint.cpp
#include "training/checkpoint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>

#include "tests/core/results/scratch.hpp"
#include "tests/training/regression.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::training::regression;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

Provenance provenance() {
  Provenance run;
  run.experiment = "family/training";
  run.precision = "double";
  return run;
}

Domain world() { return Domain::world(); }

// A weights struct whose tensors are named by the test.
struct Tensors {
  std::vector<std::pair<std::string, Vector>> list;
};
void describe(auto& tensor, Tensors& tensors) {
  for (auto& [name, values] : tensors.list) tensor(name, values, "numbers");
}

std::string refusal(const std::string& path, Tensors weights) {
  return input_error([&] { read_checkpoint(path, weights); });
}

bool same_bits(const Vector& a, const Vector& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

TEST_CASE("weights come back from a file bit for bit", "[checkpoint]") {
  const std::string path = scratch("weights") + "/net.weights.h5";
  const Tensors written{{{"attention.q.weight", {1, -0.0, 0x1p-1074, 0.1}},
                         {"attention.q.bias", {}},
                         {"temperature", {-1e308}},
                         {"step", {1, 2, 3, 4}}}};
  write_checkpoint(path, written, provenance(), world());
  Tensors read = written;
  for (auto& [name, values] : read.list) values.assign(values.size(), 7);
  read_checkpoint(path, read);
  CHECK(same_bits(flatten(read), flatten(written)));
  CHECK(ArrayFile(path).fact("experiment") == "family/training");
}

TEST_CASE("a file that does not fit the weights is refused in one line", "[checkpoint]") {
  const std::string path = scratch("misfits") + "/net.weights.h5";
  write_checkpoint(path, Tensors{{{"inner.weight", {1, 2, 3}}, {"inner.bias", {1}}}}, provenance(), world());
  CHECK(refusal(path, {{{"inner.wieght", {1, 2, 3}}, {"inner.bias", {1}}}}) ==
        "4 " + path + ": has no tensor 'inner.wieght'; it has 'inner.weight'");
  CHECK(refusal(path, {{{"inner.weight", {1, 2, 3}}, {"outer", {1}}}}) ==
        "4 " + path + ": has no tensor 'outer'");
  CHECK(refusal(path, {{{"inner.weight", {1, 2}}, {"inner.bias", {1}}}}) ==
        "4 " + path + ": tensor 'inner.weight' has shape (3), not (2)");
  CHECK(refusal(path, {{{"inner.weight", {1, 2, 3}}}}) ==
        "4 " + path + ": has a tensor 'inner.bias' that the weights lack");
  CHECK(refusal(path + ".none", {}) == "4 " + path + ".none: there is no such file");
}

TEST_CASE("a value that is not finite is neither written nor read", "[checkpoint]") {
  const std::string folder = scratch("not_finite");
  const Tensors bad{{{"a", {1, NAN}}}};
  CHECK_THAT(input_error([&] { write_checkpoint(folder + "/a.h5", bad, provenance(), world()); }),
             StartsWith("6 "));
  const Dataset lenient{"a", "1", "n", "numbers", "", true};
  write_arrays(folder + "/b.h5", provenance(), {{lenient, {{2}, {1, NAN}}}}, world());
  CHECK_THAT(refusal(folder + "/b.h5", bad), ContainsSubstring("a has a value that is not finite at (1)"));
}

TEST_CASE("names that a checkpoint cannot hold are a broken promise", "[checkpoint]") {
  const std::string path = scratch("names") + "/a.h5";
  for (const char* name : {"", "a b", "a/b", ".a", "training.m.a"})
    CHECK_THROWS_AS(write_checkpoint(path, Tensors{{{name, {1}}}}, provenance(), world()), BrokenPromise);
}

TEST_CASE("training goes on from a checkpoint with the same bits, on any number of ranks", "[checkpoint]") {
  const std::string averaging = GENERATE("none", "epochs", "steps");
  const std::string path = scratch("resumed." + averaging) + "/net.state.h5";
  TrainOptions options = full_options();
  options.averaging = averaging;
  const Task task = sample_by_sample(Net{}, first_samples(50), gradient_of);
  const auto tensors = slices(Net{});

  TrainState whole;
  whole.x = flatten(initial_net());
  TrainState parts = whole;
  train(whole, task, options, Communicator::alone());

  write_state(path, tensors, parts, provenance(), world());  // before the first step
  for (Index epochs = 2; epochs <= 6; epochs += 2) {
    parts = read_state(path, tensors);
    train(parts, task, options, world().communicator(),
          [&](const TrainState& state) { return state.epoch < epochs; });
    write_state(path, tensors, parts, provenance(), world());
  }
  CHECK(same_bits(everything(read_state(path, tensors)), everything(whole)));

  Net last;
  read_checkpoint(path, last);
  CHECK(same_bits(flatten(last), whole.x));
}

TEST_CASE("weights alone are no state of training", "[checkpoint]") {
  const std::string path = scratch("alone") + "/net.weights.h5";
  write_checkpoint(path, initial_net(), provenance(), world());
  CHECK(input_error([&] { read_state(path, slices(Net{})); }) ==
        "4 " + path + ": holds weights alone, not where their training stood");
}

TEST_CASE("the file has the same bytes on any number of ranks", "[checkpoint]") {
  const std::string path = scratch("bytes") + "/net.state.h5";
  const Task task = sample_by_sample(Net{}, first_samples(20), gradient_of);
  const auto bytes = [&](const Communicator& ranks) {
    TrainState state;
    state.x = flatten(initial_net());
    train(state, task, full_options(), ranks);
    write_state(path, slices(Net{}), state, provenance(), world());
    return read_bytes(path);
  };
  const std::string alone = bytes(Communicator::alone());
  CHECK(bytes(world().communicator()) == alone);
}
