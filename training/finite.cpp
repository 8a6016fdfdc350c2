// training/finite.cpp
#include "training/finite.hpp"

namespace attune::training {
namespace {

// "gradient of tensor 'bias', entry 3", or nothing if all are finite.
std::string first_not_finite(const std::string& what, const Vector& numbers,
                             const std::vector<Slice>& slices) {
  for (const auto& slice : slices)
    for (std::size_t i = 0; i < slice.count; ++i)
      if (!std::isfinite(numbers[slice.first + i]))
        return what + " '" + slice.name + "', entry " + std::to_string(i);
  return "";
}

}  // namespace

bool all_finite(const Vector& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

void refuse_not_finite(const std::string& when, const Point& point, const std::vector<Slice>& slices) {
  std::string where = first_not_finite("tensor", point.x, slices);
  if (where.empty()) where = first_not_finite("gradient of tensor", point.gradient, slices);
  if (where.empty()) where = "the loss alone, with every tensor finite";
  throw InputError(Exit::not_finite, when + ": " + where + " (loss " + std::to_string(point.loss) +
                                         "); a smaller rate may help");
}

}  // namespace attune::training
