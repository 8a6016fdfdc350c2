// core/results/scales.cpp
//
// Dimension scales, by which netCDF, xarray and h5py know the coordinates of an axis: the attributes of the
// HDF5 Dimension Scale Specification, written here so that Attune needs no high-level HDF5 library.
#include "core/results/attribute.hpp"
#include "core/results/parts.hpp"

namespace attune::results {
namespace {

// One user of a scale, as REFERENCE_LIST stores it.
struct User {
  hobj_ref_t data;
  int dimension;
};

Handle user_type() {
  Handle type(H5Tcreate(H5T_COMPOUND, sizeof(User)), H5Tclose, "make a type");
  checked(H5Tinsert(type, "dataset", HOFFSET(User, data), H5T_STD_REF_OBJ), "make a type");
  checked(H5Tinsert(type, "dimension", HOFFSET(User, dimension), H5T_NATIVE_INT), "make a type");
  return type;
}

// The specification wants these two words ended by a NUL.
void write_ended(hid_t object, const char* name, const std::string& text) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  checked(H5Tset_size(type, text.size() + 1), "size a text type");
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "describe an attribute");
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "mark a scale");
  checked(H5Awrite(attribute, type, text.c_str()), "mark a scale");
}

Handle open_data(hid_t file, const std::string& name) {
  return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "open " + name};
}

hobj_ref_t reference_to(hid_t file, const std::string& name) {
  hobj_ref_t reference{};
  checked(H5Rcreate(&reference, file, name.c_str(), H5R_OBJECT, -1), "refer to " + name);
  return reference;
}

Handle list_space(hsize_t count) {
  return {H5Screate_simple(1, &count, nullptr), H5Sclose, "describe a list"};
}

void mark_scale(hid_t file, const Contents& contents, const Item& scale) {
  const Handle data = open_data(file, scale.name);
  write_ended(data, "CLASS", "DIMENSION_SCALE");
  write_ended(data, "NAME", scale.name);

  std::vector<char> users;
  for (const auto& item : contents.items) {
    if (!item.described || item.is_coordinate()) continue;
    for (std::size_t d = 0; d < item.axes.size(); ++d) {
      if (item.axes[d] != scale.name) continue;
      User user;
      std::memset(static_cast<void*>(&user), 0, sizeof user);  // padding too: it is written
      user.data = reference_to(file, item.name);
      user.dimension = static_cast<int>(d);
      users.insert(users.end(), reinterpret_cast<const char*>(&user),
                   reinterpret_cast<const char*>(&user + 1));
    }
  }
  if (users.empty()) return;
  const Handle type = user_type(), space = list_space(users.size() / sizeof(User));
  const Handle attribute(H5Acreate2(data, "REFERENCE_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "list the users of " + scale.name);
  checked(H5Awrite(attribute, type, users.data()), "list the users of " + scale.name);
}

void attach_scales(hid_t file, const Item& item) {
  std::vector<hobj_ref_t> references;
  for (const auto& axis : item.axes) references.push_back(reference_to(file, axis));
  std::vector<hvl_t> lists;
  for (auto& reference : references) lists.push_back({1, &reference});

  const Handle one(H5Tcopy(H5T_STD_REF_OBJ), H5Tclose, "make a type");
  const Handle type(H5Tvlen_create(one), H5Tclose, "make a type"), space = list_space(lists.size());
  const Handle data = open_data(file, item.name);
  const Handle attribute(H5Acreate2(data, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "attach scales to " + item.name);
  checked(H5Awrite(attribute, type, lists.data()), "attach scales to " + item.name);
}

}  // namespace

void write_scales(hid_t file, const Contents& contents) {
  for (const auto& item : contents.items) {
    if (!item.described || item.axes.empty()) continue;
    if (item.is_coordinate())
      mark_scale(file, contents, item);
    else
      attach_scales(file, item);
  }
}

}  // namespace attune::results
