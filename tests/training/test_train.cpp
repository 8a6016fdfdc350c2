// tests/training/test_train.cpp
#include "training/train.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "core/domain/domain.hpp"
#include "tests/training/regression.hpp"

using namespace attune;
using namespace attune::training;
using namespace attune::training::regression;

namespace {

TrainState run(const Task& task, const TrainOptions& options, const Communicator& ranks) {
  TrainState state;
  state.x = flatten(initial_net());
  train(state, task, options, ranks);
  return state;
}

Communicator world() { return Domain::world().communicator(); }

}  // namespace

TEST_CASE("training gives the same bits on any number of ranks", "[training]") {
  TrainOptions options = full_options();
  options.micro_batch = GENERATE(1, 3, 16);
  options.averaging = GENERATE("none", "epochs", "steps");
  const auto samples = first_samples(50);
  for (const auto& task :
       {sample_by_sample(Net{}, samples, gradient_of), by_micro_batch(Net{}, samples, batch_gradient)}) {
    const Vector alone = everything(run(task, options, Communicator::alone()));
    const Vector here = everything(run(task, options, world()));
    REQUIRE(here.size() == alone.size());
    CHECK(std::memcmp(here.data(), alone.data(), alone.size() * sizeof(double)) == 0);
  }
}

TEST_CASE("samples in micro-batches are the same training to round-off", "[training]") {
  TrainOptions options = full_options();
  const auto task = by_micro_batch(Net{}, first_samples(50), batch_gradient);
  const Vector one = run(task, options, world()).x;
  options.micro_batch = 5;
  const Vector five = run(task, options, world()).x;
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::abs(one[i] - five[i]) < 1e-11);
}

TEST_CASE("one batch of all samples is the mean gradient, and without decay adamw is adam", "[training]") {
  TrainOptions options;
  options.epochs = 20;
  options.batch = 40;
  options.schedule.largest = 0.01;
  const auto samples = first_samples(40);
  const TrainState state = run(by_micro_batch(Net{}, samples, batch_gradient), options, world());

  Vector x = flatten(initial_net());
  Moments moments;
  for (int t = 0; t < 20; ++t) {
    Net net, gradient = zeros_like(net);
    unflatten(x, net);
    const double loss = batch_gradient(net, samples, gradient) / 40;
    CHECK(std::abs(state.record.loss[t] - loss) < 1e-14);
    Vector mean = flatten(gradient);
    for (double& entry : mean) entry /= 40;
    adamw_step(moments, x, mean, 0.01, {});
  }
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(state.x[i] - x[i]) < 1e-12);
}

TEST_CASE("training lowers the loss and leaves its result in the weights", "[training]") {
  TrainOptions options = full_options();
  options.epochs = 60;
  options.averaging = GENERATE("none", "epochs", "steps");
  Net net = initial_net();
  const auto task = sample_by_sample(net, first_samples(50), gradient_of);
  const auto record = train(net, task, options, world());
  CHECK(record.loss.size() == 60);
  CHECK(record.loss.back() < 0.3 * record.loss.front());
  CHECK(flatten(net) == result(run(task, options, world())));
  CHECK((flatten(net) == run(task, options, world()).x) == (options.averaging == "none"));
}

TEST_CASE("training stops where after_epoch says so, and goes on from there with the same bits",
          "[training]") {
  const TrainOptions options = full_options();
  const auto task = sample_by_sample(Net{}, first_samples(50), gradient_of);
  TrainState state;
  state.x = flatten(initial_net());
  train(state, task, options, world(), [](const TrainState& s) { return s.epoch < 2; });
  CHECK(state.epoch == 2);
  CHECK(state.moments.step == 8);
  train(state, task, options, world());
  CHECK(everything(state) == everything(run(task, options, world())));
}

TEST_CASE("the rate is that of the steps, the norm that before clipping", "[training]") {
  TrainOptions options = full_options();
  options.schedule = {"linear", 0.02, 0, 0, 1};
  const TrainState state =
      run(sample_by_sample(Net{}, first_samples(50), gradient_of), options, Communicator::alone());
  for (int epoch = 0; epoch < 6; ++epoch)
    CHECK(std::abs(state.record.rate[epoch] - 0.02 * (1 - (4 * epoch + 3) / 24.0)) < 1e-16);
  CHECK(state.record.gradient_norm[0] > options.most_gradient_norm);
}

TEST_CASE("what is not finite ends training on every rank with epoch, step and tensor", "[training]") {
  const bool in_gradient = GENERATE(true, false);
  const auto spoiled = [&](const Net& net, Index sample, Net& gradient) {
    const double loss = gradient_of(net, sample, gradient);
    if (sample != 17) return loss;
    if (in_gradient) gradient.b[2] = std::numeric_limits<double>::infinity();
    return in_gradient ? loss : std::numeric_limits<double>::quiet_NaN();
  };
  try {
    run(sample_by_sample(Net{}, first_samples(50), spoiled), full_options(), world());
    FAIL("went on");
  } catch (const InputError& error) {
    const std::string text = error.what();
    CAPTURE(text);
    CHECK(error.code == Exit::not_finite);
    CHECK(text.find("in epoch 0, step ") != std::string::npos);
    const std::string where = in_gradient ? "gradient of tensor 'inner.bias', entry 2" : "the loss alone";
    CHECK(text.find(where) != std::string::npos);
  }
}

TEST_CASE("no epochs leave the weights; training on nothing is a broken promise", "[training]") {
  TrainOptions options;
  options.epochs = 0;
  Net net = initial_net();
  const auto record = train(net, sample_by_sample(net, {3}, gradient_of), options, world());
  CHECK(record.loss.empty());
  CHECK(flatten(net) == flatten(initial_net()));
  CHECK_THROWS_AS(train(net, sample_by_sample(net, {}, gradient_of), options, world()), BrokenPromise);
}

TEST_CASE("fewer samples than ranks, and batches larger than all samples, are allowed", "[training]") {
  TrainOptions options = full_options();
  options.batch = 1000;
  options.micro_batch = 7;
  const auto task = by_micro_batch(Net{}, {5, 9}, batch_gradient);
  CHECK(everything(run(task, options, world())) == everything(run(task, options, Communicator::alone())));
}
