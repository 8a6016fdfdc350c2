// core/deck/message.hpp
//
// The sentences in which a deck is refused. Each is one line: where, which key, what would be accepted, what
// was given.
#pragma once

#include "core/deck/source.hpp"

namespace attune::deck {

// "inputs/heat/x.toml:7:1: "
std::string place(const Source& source, const Position& position);

// "command line: 'params.kappa=abc': "
std::string place(const Override& from);

// "'kappa' in [params]"; at the top level "'seed'".
std::string named(const std::string& key, const std::string& label);

// "; did you mean 'kappa'?", or all that is accepted if nothing is near.
std::string advice(const std::string& given, const std::vector<std::string>& accepted);

[[noreturn]] void refuse(const std::string& place, const std::string& sentence);
[[noreturn]] void refuse_unknown(const std::string& place, const std::string& key, const std::string& label,
                                 const std::vector<std::string>& accepted);

}  // namespace attune::deck
