// core/results/inspect_diff.cpp
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/core/require.hpp"
#include "core/results/inspect.hpp"
#include "core/results/item.hpp"
#include "core/results/slabs.hpp"
#include "core/results/stored.hpp"
#include "core/results/words.hpp"

namespace attune {
namespace {

using results::Foreign;
using results::Handle;

struct Difference {
  double absolute = 0, relative = 0;
  void absorb(double a, double b) {
    if (a == b || (std::isnan(a) && std::isnan(b))) return;
    const double apart = std::abs(a - b), size = std::max(std::abs(a), std::abs(b));
    const bool comparable = std::isfinite(apart);
    absolute = std::max(absolute, comparable ? apart : INFINITY);
    relative = std::max(relative, comparable ? apart / size : INFINITY);
  }
};

Difference difference_of(hid_t a, hid_t b) {
  Difference difference;
  std::vector<double> other;
  results::each_slab(a, H5T_NATIVE_DOUBLE, sizeof(double), [&](const results::Slab& slab) {
    const auto* values = reinterpret_cast<const double*>(slab.bytes);
    other.resize(results::cells(slab.count));
    results::read_range(b, H5T_NATIVE_DOUBLE, slab.start, slab.count, other.data());
    for (std::size_t i = 0; i < other.size(); ++i) difference.absorb(values[i], other[i]);
  });
  return difference;
}

// What is said of one data set; nothing where it is the same in both.
std::string compare(const Foreign& a, const Foreign& b, const std::string& name, double tolerance,
                    bool& sound) {
  const Handle left = results::open_data(a.file, name), right = results::open_data(b.file, name);
  const auto left_shape = results::shape_of(left), right_shape = results::shape_of(right);
  const bool words = results::holds_words(left);
  std::string said;
  if (left_shape != right_shape) {
    said = fmt::format("shapes {} and {}", results::bracketed(left_shape), results::bracketed(right_shape));
  } else if (words != results::holds_words(right)) {
    said = "words in one file, numbers in the other";
  } else if (words) {
    if (results::read_words(left) != results::read_words(right)) said = "other words";
  } else {
    const Difference difference = difference_of(left, right);
    if (difference.absolute > 0)
      said =
          fmt::format("largest difference {:.6g}, relative {:.6g}", difference.absolute, difference.relative);
    if (difference.relative <= tolerance) return said.empty() ? "" : said + " (within the tolerance)";
  }
  if (!said.empty()) sound = false;
  return said;
}

}  // namespace

Inspection diff_files(const std::string& a, const std::string& b, double tolerance) {
  const auto left = results::open_checked(a, results::any_size),
             right = results::open_checked(b, results::any_size);
  const auto left_names = results::root_data(left), right_names = results::root_data(right);
  const std::set<std::string> in_left(left_names.begin(), left_names.end()),
      in_right(right_names.begin(), right_names.end());
  std::set<std::string> all = in_left;
  all.insert(in_right.begin(), in_right.end());

  Inspection inspection;
  for (const auto& name : all) {
    std::string said;
    try {
      if (in_left.contains(name) && in_right.contains(name))
        said = compare(left, right, name, tolerance, inspection.sound);
      else
        said = "only in " + (in_left.contains(name) ? a : b);
    } catch (const results::Fault& fault) {
      throw InputError(Exit::input, "data set " + name + ": " + fault.what());
    }
    if (said.starts_with("only in")) inspection.sound = false;
    if (!said.empty()) inspection.text += name + ": " + said + "\n";
  }
  inspection.text +=
      fmt::format("{} data sets, {}\n", all.size(), inspection.sound ? "the same" : "not the same");
  return inspection;
}

}  // namespace attune
