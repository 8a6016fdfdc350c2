// solvers/traffic/prefixed.hpp
//
// A visitor of describe() that puts a word before each name, so that several laws fit into one table.
#pragma once

#include <string>

namespace attune::traffic {

template <class Field> struct Prefixed {
  Field& field;
  std::string prefix;
  template <class... Rest> void operator()(const char* name, Rest&&... rest) const {
    field((prefix + name).c_str(), static_cast<Rest&&>(rest)...);
  }
};
template <class Field> Prefixed(Field&, const char*) -> Prefixed<Field>;

}  // namespace attune::traffic
