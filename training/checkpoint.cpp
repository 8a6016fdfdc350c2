// training/checkpoint.cpp
#include "training/checkpoint.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>

#include "core/deck/nearest.hpp"
#include "core/results/item.hpp"

namespace attune::training {
namespace {

constexpr char reserved[] = "training.", first_moment[] = "training.m.", second_moment[] = "training.v.",
               averaged[] = "training.average.";

std::string in_words(const Shape& shape) { return results::bracketed({shape.begin(), shape.end()}); }

bool is_name_of_a_tensor(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.'; };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), fits) &&
         !name.starts_with(reserved);
}

// Arrays to be written, with the words that their declarations point to.
class Arrays {
 public:
  std::vector<NamedArray> list;

  void add(const std::string& name, const std::string& meaning, const Shape& shape, const Vector& values) {
    std::string axes;
    for (std::size_t d = 0; d < shape.size(); ++d)
      axes +=
          (d == 0 ? "training.axis" : " training.axis") + std::to_string(d) + "_" + std::to_string(shape[d]);
    list.push_back({{kept(name), "1", kept(axes), kept(meaning)}, {shape, values}});
  }
  void add(const std::string& name, const std::string& meaning, Index number) {
    add(name, meaning, {}, {static_cast<double>(number)});
  }
  void add_tensors(const std::string& prefix, const std::string& what, const std::vector<Slice>& slices,
                   const Vector& x) {
    for (const auto& slice : slices) {
      require(is_name_of_a_tensor(slice.name), "a name that a checkpoint can hold: '" + slice.name + "'");
      const std::string meaning = what + (prefix.empty() ? slice.meaning : slice.name);
      const auto begin = x.begin() + static_cast<std::ptrdiff_t>(slice.first);
      add(prefix + slice.name, meaning, slice.shape, Vector(begin, begin + slice.count));
    }
  }

 private:
  std::deque<std::string> words;
  const char* kept(const std::string& word) { return words.emplace_back(word).c_str(); }
};

class Reader {
 public:
  explicit Reader(const std::string& name) : path(name), file(name) {}

  void refuse_weights_alone() const {
    if (!file.has("training.step")) refuse("holds weights alone, not where their training stood");
  }

  Vector values(const std::string& name, const Shape& shape) const {
    if (!file.has(name)) refuse("has no tensor '" + name + "'" + advice(name));
    Array array = file.read(name);
    if (array.shape != shape)
      refuse("tensor '" + name + "' has shape " + in_words(array.shape) + ", not " + in_words(shape));
    return std::move(array.values);
  }

  Vector tensors(const std::string& prefix, const std::vector<Slice>& slices) const {
    Vector x;
    for (const auto& slice : slices) {
      const Vector tensor = values(prefix + slice.name, slice.shape);
      x.insert(x.end(), tensor.begin(), tensor.end());
    }
    return x;
  }

  Index counter(const std::string& name) const {
    const double number = values(name, {}).front();
    if (number < 0 || number > 0x1p53 || number != std::floor(number)) refuse("'" + name + "' is no count");
    return static_cast<Index>(number);
  }

  void refuse_others(const std::vector<Slice>& slices) const {
    std::vector<std::string> known;
    for (const auto& slice : slices) known.push_back(slice.name);
    for (const auto& name : file.names()) {
      if (name.starts_with(reserved) || std::count(known.begin(), known.end(), name) > 0) continue;
      refuse("has a tensor '" + name + "' that the weights lack");
    }
  }

 private:
  std::string path;
  ArrayFile file;

  std::string advice(const std::string& name) const {
    const auto near = nearest(name, file.names());
    return near ? "; it has '" + *near + "'" : "";
  }
  [[noreturn]] void refuse(const std::string& sentence) const {
    throw InputError(Exit::input, path + ": " + sentence);
  }
};

}  // namespace

void write_tensors(const std::string& path, const std::vector<Slice>& slices, const Vector& x,
                   const Provenance& provenance, const Domain& world) {
  Arrays arrays;
  arrays.add_tensors("", "", slices, x);
  write_arrays(path, provenance, arrays.list, world);
}

void write_state(const std::string& path, const std::vector<Slice>& slices, const TrainState& state,
                 const Provenance& provenance, const Domain& world) {
  Arrays arrays;
  arrays.add_tensors("", "", slices, state.x);
  arrays.add("training.step", "steps taken", state.moments.step);
  arrays.add("training.epoch", "epochs done", state.epoch);
  arrays.add("training.averaged", "iterates of the average", state.average.iterates);
  if (state.moments.step > 0) {
    arrays.add_tensors(first_moment, "first moment of the gradient of ", slices, state.moments.m);
    arrays.add_tensors(second_moment, "second moment of the gradient of ", slices, state.moments.v);
  }
  if (state.average.iterates > 0) arrays.add_tensors(averaged, "average of ", slices, state.average.mean);
  if (state.epoch > 0) {
    const Shape epochs = {static_cast<std::size_t>(state.epoch)};
    arrays.add("training.record.loss", "mean loss of an epoch", epochs, state.record.loss);
    arrays.add("training.record.gradient_norm", "longest gradient of an epoch", epochs,
               state.record.gradient_norm);
    arrays.add("training.record.rate", "rate of the last step of an epoch", epochs, state.record.rate);
  }
  write_arrays(path, provenance, arrays.list, world);
}

Vector read_tensors(const std::string& path, const std::vector<Slice>& slices) {
  const Reader file(path);
  const Vector x = file.tensors("", slices);
  file.refuse_others(slices);
  return x;
}

TrainState read_state(const std::string& path, const std::vector<Slice>& slices) {
  TrainState state;
  state.x = read_tensors(path, slices);
  const Reader file(path);
  file.refuse_weights_alone();
  state.moments.step = file.counter("training.step");
  state.epoch = file.counter("training.epoch");
  state.average.iterates = file.counter("training.averaged");
  if (state.moments.step > 0) {
    state.moments.m = file.tensors(first_moment, slices);
    state.moments.v = file.tensors(second_moment, slices);
  }
  if (state.average.iterates > 0) state.average.mean = file.tensors(averaged, slices);
  if (state.epoch > 0) {
    const Shape epochs = {static_cast<std::size_t>(state.epoch)};
    state.record = {file.values("training.record.loss", epochs),
                    file.values("training.record.gradient_norm", epochs),
                    file.values("training.record.rate", epochs)};
  }
  return state;
}

}  // namespace attune::training
