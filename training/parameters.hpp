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
// Order    tensors as described, entries of a tensor in memory order
// Limits   shapes are set before training and stay; a further kind of member is one specialisation of Storage
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/core/require.hpp"

namespace attune::training {

using Vector = std::vector<double>;

// How a member of a weights struct is read and written as numbers. detach gives a copy of the struct a member
// of its own where copying shares memory; values are then unspecified.
template <class Member> struct Storage;

template <> struct Storage<double> {
  static std::size_t count(const double&) { return 1; }
  static void read(const double& member, double* numbers) { *numbers = member; }
  static void write(double& member, const double* numbers) { member = *numbers; }
  static void detach(double&) {}
};

template <> struct Storage<Vector> {
  static std::size_t count(const Vector& member) { return member.size(); }
  static void read(const Vector& member, double* numbers) {
    std::copy(member.begin(), member.end(), numbers);
  }
  static void write(Vector& member, const double* numbers) {
    std::copy(numbers, numbers + member.size(), member.begin());
  }
  static void detach(Vector&) {}
};

// A tensor's place in the flat vector.
struct Slice {
  std::string name, meaning;
  std::size_t first, count;
};

// Calls visit(name, member, meaning) for every tensor in order.
template <class Weights, class Visit> void each_tensor(Weights& weights, const Visit& visit) {
  const auto tensor = [&](const std::string& name, auto& member, const std::string& meaning = "") {
    visit(name, member, meaning);
  };
  describe(tensor, weights);
}

template <class Weights> std::vector<Slice> slices(const Weights& weights) {
  Weights copy = weights;
  std::vector<Slice> all;
  std::size_t first = 0;
  each_tensor(copy,
              [&]<class Member>(const std::string& name, const Member& member, const std::string& meaning) {
                const std::size_t count = Storage<Member>::count(member);
                all.push_back({name, meaning, first, count});
                first += count;
              });
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
