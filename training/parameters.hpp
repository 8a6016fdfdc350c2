// training/parameters.hpp
//
// A weights struct lists its tensors once; optimisers, checkpoints and gradient checks see one flat vector of
// doubles:
//
//   struct Weights { std::vector<double> bias; double temperature; };
//   void describe(auto& tensor, Weights& w) {
//     tensor("bias", w.bias, "logit of each offset");
//     tensor("temperature", w.temperature, "softmax temperature");
//   }
//
// A tensor may end with the rule of its initial entries (initial.hpp), and a block lists the blocks it is
// made of:
//
//   void describe(auto& tensor, Block& b) {
//     nested(tensor, "attention", b.attention);                     names attention.q, attention.k, ...
//     nested(tensor, "layers", b.layers);                           a std::vector: layers.0.weight, ...
//     tensor("scale", b.scale, "of each channel", Initial::ones());
//   }
//
// Order    tensors as described, entries of a tensor in memory order
// Limits   shapes are set before training and stay; kinds of members: storage.hpp
#pragma once

#include <string>
#include <vector>

#include "core/core/require.hpp"
#include "training/initial.hpp"
#include "training/storage.hpp"

namespace attune::training {

// A tensor's place in the flat vector.
struct Slice {
  std::string name, meaning;
  std::size_t first, count;
  Shape shape = {};
  Initial initial = {};
};

// The tensors of a part, their names after the part's.
template <class Tensor, class Part> void nested(Tensor& tensor, const std::string& name, Part& part) {
  const auto inner = [&](const std::string& own, auto& member, const auto&... rest) {
    tensor(name + "." + own, member, rest...);
  };
  describe(inner, part);
}

template <class Tensor, class Part>
void nested(Tensor& tensor, const std::string& name, std::vector<Part>& parts) {
  for (std::size_t n = 0; n < parts.size(); ++n) nested(tensor, name + "." + std::to_string(n), parts[n]);
}

// Calls visit(name, member, meaning) for every tensor in order.
template <class Weights, class Visit> void each_tensor(Weights& weights, const Visit& visit) {
  const auto tensor = [&](const std::string& name, auto& member, const std::string& meaning = "",
                          const Initial& = {}) { visit(name, member, meaning); };
  describe(tensor, weights);
}

template <class Weights> std::vector<Slice> slices(const Weights& weights) {
  Weights copy = weights;
  std::vector<Slice> all;
  std::size_t first = 0;
  const auto tensor = [&]<class Member>(const std::string& name, const Member& member,
                                        const std::string& meaning = "", const Initial& initial = {}) {
    const std::size_t count = Storage<Member>::count(member);
    all.push_back({name, meaning, first, count, Storage<Member>::shape(member), initial});
    first += count;
  };
  describe(tensor, copy);
  return all;
}

template <class Weights> std::size_t count(const Weights& weights) {
  const auto all = slices(weights);
  return all.empty() ? 0 : all.back().first + all.back().count;
}

template <class Weights> Vector flatten(const Weights& weights) {
  Weights copy = weights;
  Vector flat;
  each_tensor(copy, [&]<class Member>(const std::string&, const Member& member, const std::string&) {
    const std::size_t first = flat.size();
    flat.resize(first + Storage<Member>::count(member));
    Storage<Member>::read(member, flat.data() + first);
  });
  return flat;
}

template <class Weights> void unflatten(const Vector& flat, Weights& weights) {
  std::size_t first = 0;
  each_tensor(weights, [&]<class Member>(const std::string&, Member& member, const std::string&) {
    const std::size_t count = Storage<Member>::count(member);
    require(first + count <= flat.size(), "as many numbers as the weights have");
    Storage<Member>::write(member, flat.data() + first);
    first += count;
  });
  require(first == flat.size(), "as many numbers as the weights have");
}

// Weights of the same shapes in memory of their own, all zero.
template <class Weights> Weights zeros_like(const Weights& weights) {
  Weights zeros = weights;
  each_tensor(zeros, []<class Member>(const std::string&, Member& member, const std::string&) {
    Storage<Member>::detach(member);
  });
  unflatten(Vector(count(weights), 0.0), zeros);
  return zeros;
}

}  // namespace attune::training
