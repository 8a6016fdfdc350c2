// tests/attention/dense/cases.hpp
//
// Dense attention over shapes, broadcasts and masks, and what the reference makes of it.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include "tests/attention/dense/problem.hpp"

namespace attune::test {

inline const std::vector<bias::Shape4> broadcasts{
    {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 1}, {1, 1, 1, 0}, {1, 1, 1, 1}};

inline constexpr std::uint32_t draws = 4;  // of each kind of problem, where single errors may be lucky

inline attention::KeyPadding padding_of(const dense::Shape& s) {
  const View2<std::uint8_t> present("present", s.batches, s.keys);
  const auto host = Kokkos::create_mirror_view(present);
  for (Index b = 0; b < s.batches; ++b)
    for (Index j = 0; j < s.keys; ++j)
      host(b, j) = b == 1 ? 0 : (j * 7 + b) % 3 != 0;  // batch 1 has no key at all
  Kokkos::deep_copy(present, host);
  return {present};
}

inline attention::Lengths lengths_of(const dense::Shape& s) {
  std::vector<Index> queries, keys;
  for (Index b = 0; b < s.batches; ++b) {
    queries.push_back(s.queries - b % 2);
    keys.push_back(b == 2 ? 0 : std::max<Index>(0, s.keys - b));
  }
  return {to_device("queries", queries), to_device("keys", keys)};
}

// check(draw, mask) for every shape and mask, with broadcasts in turn; draw(n) is the n-th random problem
// of a kind.
template <class Check> void for_each_case(const Check& check) {
  std::size_t turn = 0;
  for (const auto& s : dense_shapes())
    for (const bool sink : {false, true}) {
      const auto broadcast = broadcasts[turn++ % broadcasts.size()];
      const auto draw = [&](std::uint32_t n) { return random_problem(s, broadcast, sink, n); };
      INFO("shape " << s.batches << " " << s.heads << " " << s.groups << " " << s.queries << " " << s.keys
                    << " " << s.width << " " << s.value_width << ", sink " << sink);
      check(draw, attention::Full{});
      check(draw, attention::Causal{s.keys - s.queries});
      check(draw, attention::Window{2, 1});
      check(draw, padding_of(s));
      check(draw, lengths_of(s));
    }
}

template <class Scalar, class Mask>
DenseResult<Scalar> reference_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto out = new_result<Scalar>(x.shape);
  dense::reference::forward(x.inputs(), x.dense_bias(), mask, out.outputs());
  return out;
}

template <class Scalar, class Mask>
dense::Gradients<Scalar> reference_gradients_of(const DenseProblem<Scalar>& x, const Mask& mask) {
  const auto g = new_gradients(x);
  dense::reference::backward(x.inputs(), x.dense_bias(), mask, upstream(x, reference_of(x, mask)), g);
  return g;
}

// visit(name, d_x of each) for every gradient of several sets.
template <class Visit, class... Sets> void for_each_gradient(const Visit& visit, const Sets&... of) {
  visit("q", of.d_q...);
  visit("k", of.d_k...);
  visit("v", of.d_v...);
  visit("temperature", of.d_temperature...);
  visit("gain", of.d_gain...);
  visit("sink", of.d_sink...);
  visit("prior", of.d_prior...);
  visit("bias", of.d_pairs...);
}

}  // namespace attune::test
