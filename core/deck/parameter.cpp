// core/deck/parameter.cpp
#include "core/deck/parameter.hpp"

#include <set>

#include "core/core/require.hpp"
#include "core/deck/admissible.hpp"

namespace attune::deck {

void require_sound(const std::vector<Parameter>& parameters) {
  const char* bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::set<std::string> names;
  for (const auto& parameter : parameters) {
    const auto& name = parameter.name;
    require(!name.empty() && name.find_first_not_of(bare) == std::string::npos,
            "parameter '" + name + "' is named with letters, digits, '_' and '-'");
    require(names.insert(name).second, "parameter '" + name + "' is described once");
    require(admits(parameter), "the value of parameter '" + name + "' is " + phrase(parameter));
  }
}

}  // namespace attune::deck
