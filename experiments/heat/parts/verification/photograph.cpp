// experiments/heat/parts/verification/photograph.cpp
#include "experiments/heat/parts/verification/photograph.hpp"

#include <set>

#include "experiments/heat/parts/rollout_claims.hpp"
#include "solvers/heat/ftcs.hpp"

namespace attune::experiments::heat::verification {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr Dataset record_step{"step", "1", "step", "time steps since the start"};
constexpr Dataset rollout_measured{
    "rollout_error", "1", "dimension boundary step",
    "distance of the explicit rollout of the picture from the heat equation, relative"};
constexpr Dataset rollout_predicted{"rollout_error_predicted", "1", "dimension boundary step",
                                    "the same in closed form"};
constexpr Dataset temperature{"temperature", "1", "y x", "the picture after so many explicit steps"};

template <class Scalar> StepFunction<Scalar> explicit_step(const Setting& s, double r) {
  return [s, r](const Field<Scalar>& u, const Field<Scalar>& next) {
    solver::fill_ghosts(u, s.domain, s.boundaries);
    solver::ftcs_step(u, solver::rates_of(r, s.dimensions), next);
  };
}

template <class Scalar>
void store_snapshots(const Photograph& p, const Setting& s, double r, const Map& picture, Results& results) {
  auto u = s.domain.field<Scalar>("heat::u", s.halo(1)),
       next = s.domain.field<Scalar>("heat::next", s.halo(1));
  start_from("picture", u, s, picture, Random{});
  const auto step = explicit_step<Scalar>(s, r);
  const double h = 1.0 / static_cast<double>(picture.cells[1]);
  Index done = 0;
  for (const Index at : std::set<Index>(p.snapshots.begin(), p.snapshots.end())) {
    for (; done < at; ++done) {
      step(u, next);
      std::swap(u, next);
    }
    const Results::Grid grid{axis_letters(2), {0, 0}, {h, h}, "1"};
    results.snapshot(at, static_cast<double>(at) * r * h * h, grid,
                     std::vector<Results::Named<Scalar>>{{temperature, u}}, s.domain);
  }
}

}  // namespace

void check_photograph(const Photograph& p, const Deck& deck) {
  for (const Index s : p.snapshots)
    if (s > p.steps) deck.refuse("params.snapshots", "must not exceed rollout_steps");
}

template <class Scalar>
void study_photograph(const Photograph& p, double stability, const Sweep& sweep, const Domain& world,
                      Results& results, Progress& progress) {
  const auto& [dimensions, boundaries] = sweep;
  const auto records = record_steps(p.steps, p.records);
  const std::vector<std::size_t> shape{dimensions.size(), boundaries.size(), records.size()};
  Array measured = tabulated(shape), predicted = tabulated(shape);
  results.axis(record_step, {records.begin(), records.end()});
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const int D = static_cast<int>(dimensions[d]);
    const double r = stability / (2 * D);
    const Map picture = read_map(p.picture, D, p.crop, world.communicator());
    for (std::size_t b = 0; b < boundaries.size(); ++b) {
      const Setting s = make_setting(world, picture.cells, boundaries[b]);
      const RolloutPlan plan{"picture", p.steps, records, r, theory::ftcs(D, r)};
      const auto audit =
          audited_rollout<Scalar>(s, s.halo(1), plan, picture, Random{}, explicit_step<Scalar>(s, r));
      for (std::size_t n = 0; n < records.size(); ++n) {
        entry(measured, {d, b, n}) = audit.measured[n];
        entry(predicted, {d, b, n}) = audit.predicted[n];
      }
      claim_rollout("picture_" + case_name(D, boundaries[b]), audit, results);
      if (D == 2 && b == 0) store_snapshots<Scalar>(p, s, r, picture, results);
      progress.advance();
    }
  }
  results.write(rollout_measured, measured);
  results.write(rollout_predicted, predicted);
}

template void study_photograph<float>(const Photograph&, double, const Sweep&, const Domain&, Results&,
                                      Progress&);
template void study_photograph<double>(const Photograph&, double, const Sweep&, const Domain&, Results&,
                                       Progress&);

}  // namespace attune::experiments::heat::verification
