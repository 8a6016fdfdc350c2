// core/results/data.cpp
#include "core/results/attribute.hpp"
#include "core/results/parts.hpp"
#include "core/results/words.hpp"

namespace attune::results {
namespace {

Handle copy_of(hid_t type) { return {H5Tcopy(type), H5Tclose, "copy a type"}; }

Handle space_of(const Item& item) {
  if (item.shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "describe " + item.name};
  const auto extents = to_extents(item.shape);
  return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose,
          "describe " + item.name};
}

// Chunks with a checksum, so that a flipped bit is an error and not a number (words bring their own). Values
// are filled in, so that the part of a chunk beyond the edge of the data set holds zeros and not what lay in
// memory.
Handle storage_of(const Item& item) {
  Handle storage = creation(H5P_DATASET_CREATE);
  if (item.shape.empty()) {
    checked(H5Pset_layout(storage, H5D_COMPACT),
            "place " + item.name);  // inside the header, which has a checksum
    return storage;
  }
  checked(H5Pset_fill_time(storage, H5D_FILL_TIME_ALLOC), "fill " + item.name);
  if (cells(item.shape) == 0 || item.element == Element::text) return storage;
  const auto chunk = to_extents(chunk_shape(item));
  checked(H5Pset_chunk(storage, static_cast<int>(chunk.size()), chunk.data()), "cut " + item.name);
  checked(H5Pset_fletcher32(storage), "add up " + item.name);
  return storage;
}

void describe(hid_t data, const Item& item) {
  write_attribute(data, "units", item.unit);
  write_attribute(data, "long_name", item.meaning);
  std::string axes;
  for (const auto& axis : item.axes) axes += (axes.empty() ? "" : " ") + axis;
  write_attribute(data, "axes", axes);
  if (!item.equation.empty()) write_attribute(data, "equation", item.equation);
  if (item.allows_nan) write_attribute(data, "allows_nan", Index(1));
}

}  // namespace

Handle memory_type(const Item& item) {
  switch (item.element) {
    case Element::float32:
      return copy_of(H5T_NATIVE_FLOAT);
    case Element::float64:
      return copy_of(H5T_NATIVE_DOUBLE);
    case Element::int64:
      return copy_of(H5T_NATIVE_INT64);
    case Element::text:
      break;
  }
  return words_type();
}

Handle stored_type(const Item& item) {
  switch (item.element) {
    case Element::float32:
      return copy_of(H5T_IEEE_F32LE);
    case Element::float64:
      return copy_of(H5T_IEEE_F64LE);
    case Element::int64:
      return copy_of(H5T_STD_I64LE);
    case Element::text:
      break;
  }
  return words_type();
}

void write_data(hid_t file, const Item& item) {
  const Handle data(H5Dcreate2(file, item.name.c_str(), stored_type(item), space_of(item), H5P_DEFAULT,
                               storage_of(item), H5P_DEFAULT),
                    H5Dclose, "create " + item.name);
  if (item.described) describe(data, item);
  if (item.element == Element::text) return write_words(data, words_of(item));
  if (item.divided || item.bytes.empty()) return;
  checked(H5Dwrite(data, memory_type(item), H5S_ALL, H5S_ALL, H5P_DEFAULT, item.bytes.data()),
          "write " + item.name);
}

}  // namespace attune::results
