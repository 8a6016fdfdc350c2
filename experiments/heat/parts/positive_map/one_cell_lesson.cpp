// experiments/heat/parts/positive_map/one_cell_lesson.cpp
#include "experiments/heat/parts/positive_map/one_cell_lesson.hpp"

#include <cmath>

#include "core/core/require.hpp"
#include "experiments/heat/parts/oracle.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::experiments::heat::positive_map {

namespace theory = attune::heat::theory;

namespace {

// The own cells are the samples; what lies beside sample n along z is `count` cells away.
Setting setting_of(int dimensions, Index count) {
  return {
      dimensions, "neumann", {}, Domain::alone().split({{0, 0, 0}, {count, 1, 1}}, {false, false, false})};
}

Field<double> fields_of(const std::vector<Sample>& samples, const std::vector<Triple>& offsets,
                        const Setting& s, const Triple& halo) {
  const auto u = s.domain.field<double>("heat::samples", halo);
  const auto host = Kokkos::create_mirror_view(u.values);
  const auto count = static_cast<Index>(samples.size());
  for (Index n = 0; n < count; ++n)
    for (const Triple& o : offsets)
      host(halo[0] + n + count * o[0], halo[1] + o[1], halo[2] + o[2]) = samples[n].field(o);
  Kokkos::deep_copy(u.values, host);
  return u;
}

Field<double> targets_of(const std::vector<Sample>& samples, const Setting& s) {
  const auto y = s.domain.field<double>("heat::targets");
  const auto host = Kokkos::create_mirror_view(y.values);
  for (std::size_t n = 0; n < samples.size(); ++n) host(n, 0, 0) = samples[n].target;
  Kokkos::deep_copy(y.values, host);
  return y;
}

StencilWeights start(const LearnedStencil& learned, const std::vector<Triple>& offsets,
                     const Schooling& how) {
  StencilWeights weights = learned.equal_weights();
  for (std::size_t o = 0; o < offsets.size(); ++o) {
    const auto square = static_cast<double>(offsets[o][0] * offsets[o][0] + offsets[o][1] * offsets[o][1] +
                                            offsets[o][2] * offsets[o][2]);
    weights.logit[learned.class_of()[o]] = std::max(how.least_logit, -square / (4 * how.r));
  }
  return weights;
}

}  // namespace

Schooled school(const WindowCase& window, const std::vector<Sample>& samples, const Schooling& how) {
  require(!samples.empty() && how.r > 0, "a lesson has a sample and a time step");
  const auto count = static_cast<Index>(samples.size());
  const auto offsets = attention::window::box_offsets(window.dimensions, window.reach);
  const Setting s = setting_of(window.dimensions, count);
  const LearnedStencil learned(s, attention::window::dilated(offsets, {count, 1, 1}), true);
  const StencilLesson<double> lesson(learned, s, fields_of(samples, offsets, s, learned.halo()),
                                     targets_of(samples, s));
  StencilWeights weights = start(learned, offsets, how);
  const auto history = learn(lesson, weights, how.training);
  return {std::sqrt(history.best_loss * static_cast<double>(count)),
          {offsets, learned.stencil(weights).weights}};
}

double least_misfit(const WindowCase& window, const std::vector<Sample>& samples) {
  const auto offsets = attention::window::box_offsets(window.dimensions, window.reach);
  const auto classes = reflection_classes(offsets, true);
  const auto columns = static_cast<Eigen::Index>(*std::max_element(classes.begin(), classes.end()) + 1);
  const auto rows = static_cast<Eigen::Index>(samples.size());
  theory::LongMatrix A = theory::LongMatrix::Zero(rows, columns);
  theory::LongVector b(rows), members = theory::LongVector::Zero(columns);
  for (const std::size_t c : classes) members[static_cast<Eigen::Index>(c)] += 1;
  for (Eigen::Index n = 0; n < rows; ++n) {
    b[n] = samples[static_cast<std::size_t>(n)].target;
    for (std::size_t o = 0; o < offsets.size(); ++o)
      A(n, static_cast<Eigen::Index>(classes[o])) += samples[static_cast<std::size_t>(n)].field(offsets[o]);
  }
  for (Eigen::Index c = 0; c < columns; ++c) A.col(c) /= members[c];
  return static_cast<double>(theory::simplex_least_squares(A, b).distance);
}

}  // namespace attune::experiments::heat::positive_map
