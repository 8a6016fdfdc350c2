// core/results/array_file.cpp
#include "core/results/array_file.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "core/results/attribute.hpp"
#include "core/results/commit.hpp"
#include "core/results/share.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"

namespace attune {

void write_arrays(const std::string& path, const Provenance& provenance,
                  const std::vector<NamedArray>& arrays, const Domain& world) {
  results::Contents contents;
  contents.provenance = provenance;
  for (const auto& [dataset, array] : arrays) {
    results::Item item = results::declared(dataset);
    results::fill(item, {array.shape.begin(), array.shape.end()}, array.values);
    results::refuse_nan(item, world.communicator());
    results::add(contents, std::move(item));
  }
  results::complete_axes(contents);
  results::prepare_place(path, world);
  results::commit(path, contents, world);
}

struct ArrayFile::Content {
  std::string path;
  results::Foreign foreign;
  std::vector<std::string> names;
};

ArrayFile::ArrayFile(const std::string& path)
    : content_(std::make_unique<Content>(Content{path, results::open_checked(path), {}})) {
  content_->names = results::root_data(content_->foreign);
}

ArrayFile::~ArrayFile() = default;

const std::vector<std::string>& ArrayFile::names() const { return content_->names; }

bool ArrayFile::has(const std::string& name) const {
  return std::find(names().begin(), names().end(), name) != names().end();
}

Array ArrayFile::read(const std::string& name) const {
  const std::string prefix = content_->path + ": ";
  if (!has(name)) throw InputError(Exit::input, prefix + "has no data set " + name);
  try {
    const auto data = results::open_data(content_->foreign.file, name);
    if (!results::holds_numbers(data)) throw results::Fault(name + " holds no numbers");
    const auto shape = results::shape_of(data);
    Array array{{shape.begin(), shape.end()}, std::vector<double>(results::cells(shape))};
    results::read_range(data, H5T_NATIVE_DOUBLE, std::vector<Index>(shape.size(), 0), shape,
                        array.values.data());
    for (std::size_t i = 0; i < array.values.size(); ++i)
      if (!std::isfinite(array.values[i]))
        throw results::Fault(name + " has a value that is not finite at " +
                             results::place_in(shape, static_cast<Index>(i)));
    return array;
  } catch (const results::Fault& fault) {
    throw InputError(Exit::input, prefix + fault.what());
  }
}

std::string ArrayFile::fact(const std::string& key) const {
  try {
    if (!results::has_link(content_->foreign.file, "provenance")) return "";
    const auto group = results::open_group(content_->foreign.file, "provenance");
    return results::has_attribute(group, key) ? results::read_text_attribute(group, key) : "";
  } catch (const results::Fault& fault) {
    throw InputError(Exit::input, content_->path + ": " + fault.what());
  }
}

}  // namespace attune
