// core/deck/deck.hpp
//
// What an experiment is asked to do: a TOML file, its table for the scale in use, and the overrides of the
// command line, in this order of precedence from the lowest:
//
//   defaults of Params  <  [params]     <  [scale.X.params]  <  params.key=value
//   1 and "double"      <  at the top   <  in [scale.X]      <  seed=value, precision=value  <  Request::seed
//
// A deck is refused whole, before anything is computed: an unknown key, a wrong type or a value out of its
// range anywhere in it, scales not in use included, is an InputError of one line that says where. Every rank
// that parses the same Request throws the same text.
#pragma once

#include <memory>
#include <optional>

#include "core/deck/parameter.hpp"

namespace attune {

namespace deck {
struct Source;
}

class Deck {
 public:
  static constexpr std::size_t most_bytes = std::size_t(1) << 20;  // of a file

  struct Request {
    std::string path;  // names the file in messages; not opened
    std::string text;  // its content
    std::string scale;  // "", smoke, quick or paper; "" takes [params] as it stands
    std::vector<std::string> overrides;  // "params.kappa=0.2", "seed=7"
    std::optional<std::uint32_t> seed;  // goes before every other
  };

  static Deck parse(const Request& request);
  static Deck defaults(const std::string& experiment,
                       Request request = {});  // no file: path and text are not used

  const std::string& experiment() const { return experiment_; }  // F/E
  const std::string& precision() const { return precision_; }  // double or float
  const std::string& scale() const { return scale_; }
  std::uint32_t seed() const { return seed_; }

  // The parameters, completed by the defaults of Params; describe(field, params) is found beside Params.
  template <class Params> Params read() const {
    Params params;
    auto parameters = deck::listed(params);
    fill(parameters);
    deck::assign(parameters, params);
    return params;
  }

  // For what no single range says: refuses the value of "params.reach" with a reason such as "must be below
  // half of 'cells'", naming where the value was given.
  [[noreturn]] void refuse(const std::string& key, const std::string& reason) const;

 private:
  Deck() = default;
  void fill(std::vector<deck::Parameter>& parameters) const;

  std::shared_ptr<const deck::Source> source_;
  std::string experiment_, scale_, precision_;
  std::uint32_t seed_ = 1;
};

}  // namespace attune
