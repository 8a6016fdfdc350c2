// core/deck/parameter.hpp
//
// The described members of a Params struct as a list of values, and back. What reads, writes and explains
// decks works on this list, so it is compiled once and knows no Params.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/deck/describe.hpp"

namespace attune::deck {

// int64_t is attune::Index; said here without it, so that reading a deck needs no Kokkos header.
using Integers = std::vector<std::int64_t>;
using Value = std::variant<bool, int, std::int64_t, double, std::string, Integers, std::vector<double>,
                           std::vector<std::string>, std::vector<Integers>>;

struct Parameter {
  std::string name, unit, meaning;
  Limits limits;
  Value value;
};

// The type of what a list holds, lists of lists opened; of anything else, the type itself.
template <class Type> struct Innermost { using type = Type; };
template <class Entry> struct Innermost<std::vector<Entry>> : Innermost<Entry> {};

template <class Type, class Limit> constexpr bool limit_fits() {
  using Inner = typename Innermost<Type>::type;
  if (std::is_same_v<Limit, Length>) return !std::is_same_v<Inner, Type>;
  if (std::is_same_v<Limit, Choice>) return std::is_same_v<Inner, std::string>;
  return std::is_arithmetic_v<Inner> && !std::is_same_v<Inner, bool>;
}

// Visitor of describe(): lists the members with their values.
struct Lister {
  std::vector<Parameter> parameters;

  template <class Type, class... Limit>
  void operator()(const char* name, Type& value, const char* unit, const char* meaning,
                  const Limit&... limit) {
    static_assert(std::is_constructible_v<Value, std::in_place_type_t<Type>, Type>,
                  "not a type a deck can hold");
    static_assert((limit_fits<Type, Limit>() && ...),
                  "a range is for numbers, a length for lists, words for strings");
    Limits limits;
    (limits.set(limit), ...);
    parameters.push_back({name, unit, meaning, limits, Value(std::in_place_type<Type>, value)});
  }
};

// Visitor of describe(): gives the members the values of a list made by Lister.
struct Assigner {
  const std::vector<Parameter>& parameters;
  std::size_t next = 0;

  template <class Type, class... Limit>
  void operator()(const char*, Type& value, const char*, const char*, const Limit&...) {
    value = std::get<Type>(parameters[next++].value);
  }
};

// Throws BrokenPromise unless names are distinct bare TOML keys and every value lies within its own limits.
void require_sound(const std::vector<Parameter>& parameters);

template <class Params> std::vector<Parameter> listed(Params& params) {
  Lister lister;
  describe(lister, params);
  require_sound(lister.parameters);
  return lister.parameters;
}

template <class Params> void assign(const std::vector<Parameter>& parameters, Params& params) {
  Assigner assigner{parameters};
  describe(assigner, params);
}

}  // namespace attune::deck
