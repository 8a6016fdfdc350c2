// core/results/tree.cpp
#include "core/results/tree.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "core/core/require.hpp"
#include "core/results/agree.hpp"
#include "core/results/attribute.hpp"
#include "core/results/commit.hpp"
#include "core/results/disk.hpp"
#include "core/results/item.hpp"
#include "core/results/memory_file.hpp"
#include "core/results/parts.hpp"
#include "core/results/words.hpp"

namespace attune {
namespace results {
namespace {

template <class... Cases> struct Overloaded : Cases... { using Cases::operator()...; };
template <class... Cases> Overloaded(Cases...) -> Overloaded<Cases...>;

Handle bool_type() {
  Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose, "make a type of truth values");
  for (const std::int8_t value : {0, 1})
    checked(H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value), "name a truth value");
  return type;
}

std::vector<std::int8_t> as_bytes(const std::vector<bool>& values) { return {values.begin(), values.end()}; }

Handle space_of(const std::vector<Index>& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "describe values"};
  const auto extents = to_extents(shape);
  return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose,
          "describe values"};
}

void attach(hid_t object, const std::string& name, hid_t type, const std::vector<Index>& shape,
            const void* values) {
  const Handle attribute(H5Acreate2(object, name.c_str(), type, space_of(shape), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose, "create attribute " + name);
  if (cells(shape) > 0) checked(H5Awrite(attribute, type, values), "write attribute " + name);
}

void attach_words(hid_t object, const std::string& name, const std::vector<std::string>& words,
                  const std::vector<Index>& shape) {
  std::vector<const char*> begins;
  for (const auto& word : words) begins.push_back(word.c_str());
  attach(object, name, words_type(), shape, begins.data());
}

void attach(hid_t object, const std::string& name, const Tree::Value& value) {
  const auto list = [](const auto& values) { return std::vector<Index>{static_cast<Index>(values.size())}; };
  std::visit(
      Overloaded{[&](bool one) { attach(object, name, bool_type(), {}, as_bytes({one}).data()); },
                 [&](Index one) { write_attribute(object, name, one); },
                 [&](double one) { write_attribute(object, name, one); },
                 [&](const std::string& one) { attach_words(object, name, {one}, {}); },
                 [&](const std::vector<bool>& all) {
                   attach(object, name, bool_type(), list(all), as_bytes(all).data());
                 },
                 [&](const std::vector<std::string>& all) { attach_words(object, name, all, list(all)); },
                 [&](const auto& all) { write_attribute(object, name, all); }},
      value);
}

void write_set(hid_t file, const Tree::Data& set) {
  const auto write = [&](hid_t stored, hid_t given, const void* values) {
    const Handle storage = creation(H5P_DATASET_CREATE);
    const Handle data(
        H5Dcreate2(file, set.path.c_str(), stored, space_of(set.shape), H5P_DEFAULT, storage, H5P_DEFAULT),
        H5Dclose, "create " + set.path);
    if (cells(set.shape) > 0)
      checked(H5Dwrite(data, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write " + set.path);
  };
  std::visit(
      Overloaded{[&](const std::vector<float>& x) { write(H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, x.data()); },
                 [&](const std::vector<double>& x) { write(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, x.data()); },
                 [&](const std::vector<Index>& x) { write(H5T_STD_I64LE, H5T_NATIVE_INT64, x.data()); },
                 [&](const std::vector<bool>& x) {
                   const Handle type = bool_type();
                   write(type, type, as_bytes(x).data());
                 }},
      set.values);
}

std::vector<char> image_of(const Tree& tree) {
  silence();
  MemoryFile memory;
  for (const auto& path : tree.groups) create_group(memory.id(), path);
  for (const auto& set : tree.sets) write_set(memory.id(), set);
  for (const auto& [path, name, value] : tree.attributes) {
    const Handle object(H5Oopen(memory.id(), path.c_str(), H5P_DEFAULT), H5Oclose, "open " + path);
    attach(object, name, value);
  }
  return memory.close();
}

void read_back(const std::string& path, const std::vector<char>& wanted) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> found(wanted.size() + 1);
  file.read(found.data(), static_cast<std::streamsize>(found.size()));
  found.resize(static_cast<std::size_t>(file.gcount()));
  if (found != wanted) throw Fault("reads back other than it was written");
}

}  // namespace
}  // namespace results

namespace {

std::size_t places(const std::vector<Index>& shape) {
  return static_cast<std::size_t>(results::cells(shape));
}

}  // namespace

void Tree::group(const std::string& path) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (slash > 0) group(path.substr(0, slash));
  if (std::find(groups.begin(), groups.end(), path) == groups.end()) groups.push_back(path);
}

void Tree::data(const std::string& path, const std::vector<Index>& shape, const Numbers& values) {
  const auto count = std::visit([](const auto& all) { return all.size(); }, values);
  require(count == places(shape), "data set '" + path + "' has as many values as its shape says");
  if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0)
    group(path.substr(0, slash));
  sets.push_back({path, shape, values});
}

void Tree::attribute(const std::string& path, const std::string& name, const Value& value) {
  attributes.push_back({path, name, value});
}

void write_tree(const std::string& path, const Tree& tree, const Domain& world) {
  results::prepare_place(path, world);
  results::on_first(world.communicator(), Exit::io, path + ": ", [&] {
    const std::string temporary = results::temporary_name(path);
    try {
      const auto bytes = results::image_of(tree);
      results::place_file(temporary, bytes, 0);
      results::settle_file(temporary);
      results::read_back(temporary, bytes);
      results::rename_file(temporary, path);
    } catch (const results::Fault&) {
      results::remove_file(temporary);
      throw;
    }
  });
}

}  // namespace attune
