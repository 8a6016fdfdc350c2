// core/results/vtkhdf.cpp
#include "core/results/attribute.hpp"
#include "core/results/parts.hpp"

namespace attune::results {
namespace {

// VTK wants the word padded, not ended, and in ASCII.
void write_type(hid_t group) {
  const std::string type = "ImageData";
  const Handle ascii(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  checked(H5Tset_size(ascii, type.size()), "size a text type");
  checked(H5Tset_strpad(ascii, H5T_STR_NULLPAD), "pad a text type");
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "describe an attribute");
  const Handle attribute(H5Acreate2(group, "Type", ascii, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "write Type");
  checked(H5Awrite(attribute, ascii, type.data()), "write Type");
}

}  // namespace

void write_vtkhdf(hid_t file, const VtkImage& image) {
  const Handle group = create_group(file, "VTKHDF");
  write_attribute(group, "Version", std::vector<Index>{1, 0});
  write_type(group);
  std::vector<Index> extent;
  for (const Index points : image.points) {
    extent.push_back(0);
    extent.push_back(points - 1);
  }
  write_attribute(group, "WholeExtent", extent);
  write_attribute(group, "Origin", image.origin);
  write_attribute(group, "Spacing", image.spacing);
  write_attribute(group, "Direction", std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1});
  const Handle point_data = create_group(group, "PointData");
  for (const auto& name : image.links) link_softly(point_data, name, "/" + name);
}

}  // namespace attune::results
