// core/results/attribute.cpp
#include "core/results/attribute.hpp"

#include <algorithm>

namespace attune::results {
namespace {

constexpr std::size_t longest_text = std::size_t(1) << 20;

Handle simple_space(std::size_t count) {
  const hsize_t extent = count;
  return {H5Screate_simple(1, &extent, nullptr), H5Sclose, "describe an attribute"};
}

Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "describe an attribute"}; }

void write(hid_t object, const std::string& name, hid_t stored, hid_t given, const Handle& space,
           const void* values) {
  const Handle attribute(H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "create attribute " + name);
  checked(H5Awrite(attribute, given, values), "write attribute " + name);
}

Handle open_scalar(hid_t object, const std::string& name) {
  Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open attribute " + name);
  const Handle space(H5Aget_space(attribute), H5Sclose, "open attribute " + name);
  if (H5Sget_simple_extent_npoints(space) != 1) throw Fault("attribute " + name + " is not one value");
  return attribute;
}

herr_t keep_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

Handle text_type(std::size_t width) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  checked(H5Tset_size(type, std::max<std::size_t>(width, 1)), "size a text type");
  checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "pad a text type");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "encode a text type");
  return type;
}

void write_attribute(hid_t object, const std::string& name, const std::string& text) {
  const Handle type = text_type(text.size());
  write(object, name, type, type, scalar_space(), text.c_str());
}

void write_attribute(hid_t object, const std::string& name, const char* text) {
  write_attribute(object, name, std::string(text));
}

void write_attribute(hid_t object, const std::string& name, double value) {
  write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, scalar_space(), &value);
}

void write_attribute(hid_t object, const std::string& name, Index value) {
  write(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, scalar_space(), &value);
}

void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& words) {
  std::size_t width = 1;
  for (const auto& word : words) width = std::max(width, word.size());
  std::string padded;
  for (const auto& word : words) padded += word + std::string(width - word.size(), '\0');
  const Handle type = text_type(width);
  write(object, name, type, type, simple_space(words.size()), padded.data());
}

void write_attribute(hid_t object, const std::string& name, const std::vector<double>& values) {
  write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, simple_space(values.size()), values.data());
}

void write_attribute(hid_t object, const std::string& name, const std::vector<Index>& values) {
  write(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, simple_space(values.size()), values.data());
}

bool has_attribute(hid_t object, const std::string& name) { return H5Aexists(object, name.c_str()) > 0; }

std::string read_text_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar(object, name);
  const Handle stored(H5Aget_type(attribute), H5Tclose, "read attribute " + name);
  if (H5Tget_class(stored) != H5T_STRING || H5Tis_variable_str(stored) != 0 ||
      H5Tget_size(stored) > longest_text)
    throw Fault("attribute " + name + " is not a text of fixed length");
  std::string text(H5Tget_size(stored), '\0');
  checked(H5Aread(attribute, stored, text.data()), "read attribute " + name);
  return text.substr(0, text.find('\0'));
}

double read_number_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar(object, name);
  const Handle stored(H5Aget_type(attribute), H5Tclose, "read attribute " + name);
  const H5T_class_t kind = H5Tget_class(stored);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) throw Fault("attribute " + name + " is not a number");
  double value = 0;
  checked(H5Aread(attribute, H5T_NATIVE_DOUBLE, &value), "read attribute " + name);
  return value;
}

Index read_integer_attribute(hid_t object, const std::string& name) {
  const Handle attribute = open_scalar(object, name);
  const Handle stored(H5Aget_type(attribute), H5Tclose, "read attribute " + name);
  if (H5Tget_class(stored) != H5T_INTEGER) throw Fault("attribute " + name + " is not a whole number");
  Index value = 0;
  checked(H5Aread(attribute, H5T_NATIVE_INT64, &value), "read attribute " + name);
  return value;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  hsize_t first = 0;
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &first, keep_name, &names), "list attributes");
  return names;
}

}  // namespace attune::results
