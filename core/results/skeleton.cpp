// core/results/skeleton.cpp
#include "core/results/skeleton.hpp"

#include "core/results/memory_file.hpp"
#include "core/results/parts.hpp"

namespace attune::results {
namespace {

constexpr std::size_t most_in_header = 60000;  // bytes; an object header holds 64 KiB

}  // namespace

Handle create_group(hid_t parent, const std::string& name) {
  const Handle ordered = creation(H5P_GROUP_CREATE);
  checked(H5Pset_link_creation_order(ordered, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "order links");
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, ordered, H5P_DEFAULT), H5Gclose,
          "create group " + name};
}

void link_softly(hid_t group, const std::string& name, const std::string& target) {
  checked(H5Lcreate_soft(target.c_str(), group, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), "link " + name);
}

Handle create_scalar(hid_t group, const std::string& name, hid_t type) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "describe " + name);
  const Handle storage = creation(H5P_DATASET_CREATE);
  if (H5Tget_size(type) <= most_in_header) checked(H5Pset_layout(storage, H5D_COMPACT), "place " + name);
  return {H5Dcreate2(group, name.c_str(), type, space, H5P_DEFAULT, storage, H5P_DEFAULT), H5Dclose,
          "create " + name};
}

std::vector<char> build_skeleton(const Contents& contents) {
  silence();
  MemoryFile memory;
  const hid_t file = memory.id();
  for (const auto& item : contents.items)
    if (item.described) write_data(file, item);
  write_scales(file, contents);
  if (!contents.image) write_claims(file, contents);
  write_provenance(file, contents);
  write_nexus(file, contents);
  if (contents.image) {
    write_vtkhdf(file, *contents.image);
    for (const auto& item : contents.items)
      if (!item.described) write_data(file, item);
  }
  return memory.close();
}

}  // namespace attune::results
