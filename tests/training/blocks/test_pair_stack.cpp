// tests/training/blocks/test_pair_stack.cpp
#include "training/blocks/pair_stack.hpp"

#include "tests/support/peak_bytes.hpp"
#include "tests/support/weights_gradient.hpp"
#include "tests/training/blocks/pair_problem.hpp"

using namespace attune;
using namespace attune::test;
using namespace attune::training;
using namespace attune::training::blocks::pair_stack;
using layers::dropout::Phase;

namespace {

const Dropout none{};
const Dropout quarter{.rate = 0.25, .random = {5, 20}, .step = 3};

// Widths that a test affords, in the published forms.
std::vector<Options> forms(Index pair_width) {
  std::vector<Options> all{alphafold2(), alphafold3(), boltz()};
  for (auto& o : all) {
    o.pair_width = pair_width;
    o.width = 5;
    o.heads = 2;
    o.head_width = 3;
    o.expansion = 2;
  }
  return all;
}

template <class Scalar> Weights<Scalar> random_weights(const Options& options) {
  auto w = make<Scalar>(options);
  initialise_normal(w, 0.5, Random{7, 1});
  return w;
}

template <class Scalar>
View4<Scalar> run(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout) {
  const View4<Scalar> out("out", in.z.extent(0), in.z.extent(1), in.z.extent(2), in.z.extent(3));
  forward(w, in, dropout, out);
  return out;
}

template <class Scalar>
Gradients<Scalar> pulled_back(const Weights<Scalar>& w, const Pairs<Scalar>& in, const Dropout& dropout,
                              const View4<Scalar>& d_out) {
  const Gradients<Scalar> result{View4<Scalar>("d_z", in.z.layout()), zeros_like(w)};
  backward(w, in, dropout, d_out, result);
  return result;
}

// Without dropout.
template <class Scalar> std::vector<double> reference(const Weights<Scalar>& w, const Pairs<Scalar>& in) {
  using namespace pair_reference;
  return each_batch(in, [&](Sample<Scalar> z) {
    const auto add = [&](const List<List<Scalar>>& change) {
      for (std::size_t p = 0; p < change.size(); ++p)
        for (std::size_t c = 0; c < change[p].size(); ++c) z.at[p][c] += change[p][c];
    };
    add(multiplication(w.outgoing, Form::outgoing, z));
    add(multiplication(w.incoming, Form::incoming, z));
    add(pair_reference::attention(w.starting, Around::starting, z));
    add(pair_reference::attention(
        w.ending, w.bias_from == BiasFrom::transposed ? Around::ending : Around::ending_untransposed, z));
    add(transition(w.transition, z));
    return z.at;
  });
}

}  // namespace

TEST_CASE("a block of the pair stack is its five updates in order, by plain loops", "[blocks]") {
  for (const auto& s : pair_shapes())
    for (const auto& options : forms(s.width)) {
      const auto w = random_weights<double>(options);
      const auto in = pair_problem<double>(s);
      CHECK(largest_difference(values(run(w, in, none)), reference(w, in)) < 1e-12);
    }
}

TEST_CASE("a block of the pair stack: float errs at most twice as much as plain loops in float", "[blocks]") {
  Accuracy accuracy;
  for (const auto& s : pair_shapes())
    for (const auto& options : forms(s.width)) {
      const auto w = random_weights<float>(options);
      const auto truth = reference(exactly(make<double>(options), w), pair_problem<double>(s));
      const auto in = pair_problem<float>(s);
      accuracy.kernel = std::max(accuracy.kernel, largest_difference(values(run(w, in, none)), truth));
      accuracy.yardstick = std::max(accuracy.yardstick, largest_difference(reference(w, in), truth));
    }
  INFO("kernel " << accuracy.kernel << ", plain loops " << accuracy.yardstick);
  CHECK(accuracy.holds());
}

TEST_CASE("a block of the pair stack: backward is the gradient of forward, with dropout", "[blocks]") {
  const PairShape s{2, 4, 3};
  for (const auto& options : {forms(s.width)[0], forms(s.width)[1]}) {
    const auto w = random_weights<double>(options);
    const auto z = random_pairs<double>(1, s), d_out = random_pairs<double>(2, s);
    const Pairs<double> in{z, pair_mask(s.batches, s.tokens), {3, 2}};
    const Differences choice{.step = 1e-6, .tolerance = 1e-7, .entries = 4};
    check_weights_gradient(
        w,
        [&](const auto& at, const auto& gradient) {
          backward(at, in, quarter, d_out, {View4<double>("d_z", z.layout()), gradient});
          return inner_product(run(at, in, quarter), d_out);
        },
        choice);
    check_gradient(
        {variable("z", z, pulled_back(w, in, quarter, d_out).d_z)},
        [&] { return inner_product(run(w, in, quarter), d_out); }, choice);
  }
}

TEST_CASE("a block of the pair stack begins as the identity", "[blocks]") {
  const PairShape s{2, 5, 6};
  for (const auto& options : forms(s.width)) {
    auto w = make<float>(options);
    initialise(w, Random{1, 2});
    const auto in = pair_problem<float>(s);
    CHECK(values(run(w, in, quarter)) == values(in.z));
    const auto d_out = random_pairs<float>(2, s);
    CHECK(values(pulled_back(w, in, quarter, d_out).d_z) == values(d_out));
  }
}

TEST_CASE("blocks of the pair stack have the published number of weights", "[blocks]") {
  const auto of_two = make<float>(alphafold2()), of_three = make<float>(alphafold3());
  CHECK(count(of_two) == 497024);
  CHECK(count(of_three) == 559872);
  CHECK(count(make<float>(boltz())) == 559872);
  CHECK(count(of_two.transition) == 131968);
  CHECK(count(of_three.transition) == 196864);
  // c = 16, H = 2, D = 8, n = 2 and c = 32, H = 4, D = 8, n = 2
  CHECK(count(make<float>({16, 16, 2, 8, 2})) == 7248);
  CHECK(count(make<float>({32, 32, 4, 8, 2})) == 27936);
  CHECK(slices(of_two).front().name == "outgoing.norm.scale");
  CHECK(slices(of_two).back().name == "transition.down.bias");
}

TEST_CASE("dropout is shared by all rows of the first three updates, by all columns of the fourth",
          "[blocks]") {
  const PairShape s{2, 6, 4};
  auto options = forms(s.width).front();
  const auto in = pair_problem<double>(s);
  // Only one update is not 0, and it is 1 everywhere: biases of the last layer behind no gate but the bias's.
  for (int update = 0; update < 4; ++update) {
    auto w = make<double>(options);
    auto* const output = update == 0   ? &w.outgoing.output
                         : update == 1 ? &w.incoming.output
                         : update == 2 ? &w.starting.output
                                       : &w.ending.output;
    assign(output->bias, std::vector<double>(4, update < 2 ? 2.0 : 1.0));
    const auto before = values(in.z), after = values(run(w, in, quarter));
    int dropped = 0;
    std::vector<double> seen(after.size());
    for (std::size_t n = 0; n < after.size(); ++n) {
      const double change = after[n] - before[n];
      const bool kept = std::abs(change - 4.0 / 3) < 1e-12;
      CHECK((kept || change == 0));
      dropped += kept ? 0 : 1;
      seen[n] = kept;
    }
    CHECK(dropped > 0);
    CHECK(dropped < static_cast<int>(after.size()) / 2);
    const auto at = [&](std::size_t b, std::size_t i, std::size_t j, std::size_t c) {
      return seen[((b * 6 + i) * 6 + j) * 4 + c];
    };
    bool shared = true;
    for (std::size_t b = 0; b < 2; ++b)
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j)
          for (std::size_t c = 0; c < 4; ++c)
            shared = shared && at(b, i, j, c) == (update < 3 ? at(b, 0, j, c) : at(b, i, 0, c));
    CHECK(shared);
  }
}

TEST_CASE("a batch entry's dropout is that of its global number, not of its place in the call", "[blocks]") {
  const PairShape s{3, 5, 4};
  const auto w = random_weights<double>(forms(s.width).front());
  const auto in = pair_problem<double>(s);
  const auto whole = values(run(w, in, quarter));
  const auto last = std::pair<Index, Index>(2, 3);
  const auto all = Kokkos::ALL;
  const Pairs<double> one{Kokkos::subview(in.z, last, all, all, all),
                          Kokkos::subview(in.mask, last, all, all), in.chunks};
  auto third = quarter;
  third.first = 2;
  CHECK(values(run(w, one, third)) == std::vector<double>(whole.begin() + whole.size() / 3 * 2, whole.end()));
  auto evaluation = quarter;
  evaluation.phase = Phase::evaluation;
  CHECK(values(run(w, in, evaluation)) == values(run(w, in, none)));
}

TEST_CASE("a block of the pair stack: padding changes nothing, and a permutation of nodes permutes",
          "[blocks]") {
  for (const auto& options : forms(6)) {
    const auto w = random_weights<double>(options);
    const auto block = [&](const Pairs<double>& in) { return run(w, in, none); };
    check_padding(block);
    check_permutation(block);
  }
}

TEST_CASE("a block of the pair stack: chunks of rows leave the bits", "[blocks]") {
  const PairShape s{2, 7, 6};
  const auto w = random_weights<float>(forms(s.width).back());
  const auto d_out = random_pairs<float>(2, s);
  const auto whole = pair_problem<float>(s, {100, 100}), cut = pair_problem<float>(s, {3, 100});
  const auto out = values(run(w, whole, quarter)), d_z = values(pulled_back(w, whole, quarter, d_out).d_z);
  const double allowed = on_host ? 0 : 1e-4;
  CHECK(largest_difference(values(run(w, cut, quarter)), out) <= allowed * largest(out));
  CHECK(largest_difference(values(pulled_back(w, cut, quarter, d_out).d_z), d_z) <= allowed * largest(d_z));
}

TEST_CASE("a block of the pair stack holds what its header says", "[blocks]") {
  const PairShape s{1, 40, 16};
  for (const auto function : {Function::relu, Function::swiglu})
    for (const Chunks chunks : {Chunks{4, 4}, {40, 16}}) {
      const Options options{16, 16, 2, 8, 4, function};
      const auto w = random_weights<float>(options);
      const auto in = pair_problem<float>(s, chunks);
      const View4<float> out("out", in.z.layout());
      const Gradients<float> gradients{out, zeros_like(w)};
      const auto d_out = random_pairs<float>(2, s);
      const auto shape = shape_of(options, 1, 40);
      backward(w, in, quarter, d_out, gradients);  // Kokkos makes the scratch of threads, and keeps it
      check_bytes(peak_bytes([&] { forward(w, in, quarter, out); }), forward_bytes(shape, chunks, 4));
      check_bytes(peak_bytes([&] { backward(w, in, quarter, d_out, gradients); }),
                  backward_bytes(shape, chunks, 4));
    }
}
