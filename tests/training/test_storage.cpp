// tests/training/test_storage.cpp
#include "training/storage.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/arrays.hpp"
#include "tests/support/weights_gradient.hpp"
#include "training/initialise.hpp"

using namespace attune;
using training::Initial;
using training::Shape;
using training::Vector;

namespace {

struct Affine {
  View2<float> weight;
  View1<double> bias;
};
void describe(auto& tensor, Affine& w) {
  tensor("weight", w.weight, "(in, out)", Initial::lecun(4));
  tensor("bias", w.bias, "(out)", Initial::zeros());
}

struct Block {
  double temperature = 1;
  std::vector<Affine> layers;
  View3<double> table;
};
void describe(auto& tensor, Block& w) {
  tensor("temperature", w.temperature, "softmax temperature", Initial::ones());
  nested(tensor, "layers", w.layers);
  tensor("table", w.table, "of distances", Initial::normal(1));
}

Block block() {
  const auto layer = [](std::size_t in, std::size_t out) {
    return Affine{View2<float>("w", in, out), View1<double>("b", out)};
  };
  return {2, {layer(2, 3), layer(3, 0)}, View3<double>("t", 2, 1, 2)};
}

}  // namespace

TEST_CASE("weights on a device are numbers in row-major order", "[training]") {
  auto weights = block();
  REQUIRE(training::count(weights) == 1 + 6 + 3 + 0 + 0 + 4);
  Vector numbers(training::count(weights));
  for (std::size_t n = 0; n < numbers.size(); ++n) numbers[n] = static_cast<double>(n) + 0.5;
  training::unflatten(numbers, weights);
  CHECK(training::flatten(weights) == numbers);
  CHECK(test::values(weights.layers[0].weight) == Vector{1.5, 2.5, 3.5, 4.5, 5.5, 6.5});
  CHECK(test::values(weights.table) == Vector{10.5, 11.5, 12.5, 13.5});
}

TEST_CASE("slices tell names of nested blocks, shapes and rules", "[training]") {
  const auto slices = training::slices(block());
  REQUIRE(slices.size() == 6);
  CHECK((slices[0].name == "temperature" && slices[0].shape == Shape{}));
  CHECK((slices[1].name == "layers.0.weight" && slices[1].shape == Shape{2, 3}));
  CHECK((slices[2].name == "layers.0.bias" && slices[2].shape == Shape{3}));
  CHECK((slices[3].name == "layers.1.weight" && slices[3].shape == Shape{3, 0}));
  CHECK((slices[5].name == "table" && slices[5].shape == Shape{2, 1, 2} && slices[5].first == 10));
  CHECK(slices[1].meaning == "(in, out)");
  CHECK(slices[5].initial.kind == Initial::Kind::normal);
}

TEST_CASE("zeros like a struct of Views share no memory with it", "[training]") {
  auto weights = block();
  training::initialise(weights, Random{1, 2});
  const auto before = training::flatten(weights);
  auto zeros = training::zeros_like(weights);
  CHECK(training::flatten(zeros) == Vector(before.size(), 0.0));
  training::unflatten(Vector(before.size(), 7.0), zeros);
  CHECK(training::flatten(weights) == before);
}

TEST_CASE("weights with gaps in memory are refused", "[training]") {
  const View2<double> wide("wide", 3, 4);
  const auto narrow = Kokkos::subview(wide, Kokkos::ALL, std::pair<int, int>(0, 2));
  double numbers[6] = {};
  const View2<double> part = narrow;
  CHECK_THROWS_AS(training::Storage<View2<double>>::read(part, numbers), BrokenPromise);
  CHECK_THROWS_AS(training::Storage<View2<double>>::write(part, numbers), BrokenPromise);
}

// sum_n x_n^3
TEST_CASE("the gradient check of a weights struct visits every tensor", "[training]") {
  Affine weights{View2<float>("w", 0, 0), test::random_array<View1<double>>(1, 1.0, 5)};
  test::check_weights_gradient(weights, [](const Affine& w, Affine& gradient) {
    const auto x = test::values(w.bias);
    double loss = 0;
    std::vector<double> slope;
    for (const double entry : x) {
      loss += entry * entry * entry;
      slope.push_back(3 * entry * entry);
    }
    test::assign(gradient.bias, slope);
    return loss;
  });
}
