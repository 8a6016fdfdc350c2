// core/results/nexus.cpp
//
// NeXus: /entry/NAME is an NXdata group for every data set that makes a curve or an image, holding links to
// it and to its axes. H5Web, silx and myHDF5 plot such a group when it is opened.
#include "core/results/attribute.hpp"
#include "core/results/parts.hpp"

namespace attune::results {
namespace {

bool is_plotted(const Item& item) {
  const bool makes_curve_or_image = item.axes.size() == 1 || item.axes.size() == 2;
  return makes_curve_or_image && item.described && item.is_number() && !item.is_coordinate();
}

void write_plot(hid_t entry, const Contents& contents, const Item& item) {
  const Handle plot = create_group(entry, item.name);
  write_attribute(plot, "NX_class", "NXdata");
  write_attribute(plot, "signal", item.name);
  link_softly(plot, item.name, "/" + item.name);

  std::vector<std::string> axes;
  for (const auto& axis : item.axes) {
    const Item* const scale = find(contents, axis);
    const bool known = scale != nullptr && scale->is_number();  // a viewer cannot place words along an axis
    axes.push_back(known ? axis : ".");
    if (known && (axes.size() < 2 || axes[0] != axis)) link_softly(plot, axis, "/" + axis);
  }
  write_attribute(plot, "axes", axes);
}

}  // namespace

void write_nexus(hid_t file, const Contents& contents) {
  write_attribute(file, "NX_class", "NXroot");
  write_attribute(file, "default", "entry");
  const Handle entry = create_group(file, "entry");
  write_attribute(entry, "NX_class", "NXentry");
  bool first = true;
  for (const auto& item : contents.items) {
    if (!is_plotted(item)) continue;
    if (first) write_attribute(entry, "default", item.name);
    first = false;
    write_plot(entry, contents, item);
  }
}

}  // namespace attune::results
