// experiments/heat/parts/coefficients/conductivity_maps.cpp
#include "experiments/heat/parts/coefficients/conductivity_maps.hpp"

#include <algorithm>
#include <cmath>

#include "core/core/require.hpp"
#include "solvers/heat/initial.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

struct Exponent {
  const std::string& kind;
  const MapShape& shape;
  const Map& picture;
  const Random& random;
  double darkest = 0, span = 1;

  double layer(Index x) const {
    const Index number = x / shape.layer;
    return number < 2 ? static_cast<double>(number) : random.uniform(static_cast<std::uint64_t>(number));
  }
  double pixel(const Triple& at) const {
    Index place = 0;
    const std::size_t axes = picture.cells.size();
    for (std::size_t d = 0; d < axes; ++d)
      place = place * picture.cells[d] + at[3 - axes + d] % picture.cells[d];
    return span > 0 ? (picture.values[place] - darkest) / span : 0;
  }
  double operator()(const Triple& at, Index number) const {
    if (kind == "layered") return layer(at[2]);
    if (kind == "checkerboard")
      return static_cast<double>((at[0] / shape.layer + at[1] / shape.layer + at[2] / shape.layer) % 2);
    if (kind == "picture") return pixel(at);
    require(kind == "lognormal", "a map is layered, a checkerboard, lognormal or a picture");
    return std::clamp(0.5 + random.normal(static_cast<std::uint64_t>(number)) / 6, 0.0, 1.0);
  }
};

}  // namespace

std::vector<double> map_exponents(const std::string& kind, const Setting& setting, const MapShape& shape,
                                  const Map& picture, const Random& random) {
  Exponent exponent{kind, shape, picture, random};
  if (kind == "picture") {
    const auto [least, most] = std::minmax_element(picture.values.begin(), picture.values.end());
    exponent.darkest = *least;
    exponent.span = *most - *least;
  }
  const Triple cells = setting.domain.whole().shape();
  std::vector<double> x;
  for (Index k = 0; k < cells[0]; ++k)
    for (Index j = 0; j < cells[1]; ++j)
      for (Index i = 0; i < cells[2]; ++i) x.push_back(exponent({k, j, i}, static_cast<Index>(x.size())));
  return x;
}

Field<double> conductivity_of(const std::vector<double>& exponents, double contrast, const Setting& setting,
                              Index refined) {
  const auto kappa = setting.domain.field<double>("heat::conductivity");
  const Box& mine = kappa.box;
  const Triple whole = setting.domain.whole().shape();
  const auto coarse = [&whole, refined](int a, Index cell) { return whole[a] > 1 ? cell / refined : cell; };
  const Index rows = whole[1] > 1 ? whole[1] / refined : 1, columns = whole[2] / refined;
  std::vector<double> values;
  for (Index k = mine.lower[0]; k < mine.upper[0]; ++k)
    for (Index j = mine.lower[1]; j < mine.upper[1]; ++j)
      for (Index i = mine.lower[2]; i < mine.upper[2]; ++i) {
        const Index place = (coarse(0, k) * rows + coarse(1, j)) * columns + coarse(2, i);
        values.push_back(std::pow(contrast, exponents[place] - 1));
      }
  attune::heat::assign(kappa, values);
  return kappa;
}

}  // namespace attune::experiments::heat::coefficients
