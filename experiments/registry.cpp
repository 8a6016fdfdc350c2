// experiments/registry.cpp
//
// The table of contents of the suite.
#include "experiments/registry.hpp"

#include <array>
#include <string_view>

namespace attune::experiments {

namespace heat {
extern const Verbs heat_verification, stencil_transition, stencil_sign_barrier, stencil_zero_tail,
    stencil_propagator, stencil_positive_map, stencil_stability, stencil_boundaries, stencil_coefficients,
    heat_work_precision, heat_rollout_benchmark, heat_scaling;
}
namespace traffic {
extern const Verbs traffic_throughput;
}
namespace kernels {
extern const Verbs attention_accuracy;
}
namespace traffic {
extern const Verbs softmax_stability, ring_spectrum, platoon_gain;
extern const Verbs ring_growth;
extern const Verbs ring_jam;
extern const Verbs fundamental_diagram;
extern const Verbs automated_vehicle;
}

namespace {

constexpr std::array table{
    Experiment{"heat/heat_verification",
               "Does every heat solver decay every mode as theory says, at the order it says, whatever the "
               "boundaries, the dimension and the conductivity?",
               &heat::heat_verification},
    Experiment{
        "heat/stencil_transition",
        "Up to which time step can one softmax head be an explicit heat step, and what does it cost beyond?",
        &heat::stencil_transition},
    Experiment{
        "heat/stencil_sign_barrier",
        "What does a softmax head lose on a step of high order, whose stencil has negative weights, and "
        "do two heads of opposite sign have it back?",
        &heat::stencil_sign_barrier},
    Experiment{"heat/stencil_zero_tail",
               "How fast does a softmax head forget the keys that the heat step does not read?",
               &heat::stencil_zero_tail},
    Experiment{"heat/stencil_propagator",
               "Which heat kernel does an attention stencil become: the Gaussian, the lattice's, or the "
               "band-limited one?",
               &heat::stencil_propagator},
    Experiment{"heat/stencil_positive_map",
               "Over which time steps and windows is one softmax head a heat step of order 2, 4, 6 or 8, and "
               "does training find it?",
               &heat::stencil_positive_map},
    Experiment{"heat/stencil_stability",
               "Is a stencil that was fitted to smooth data stable on data it has never seen?",
               &heat::stencil_stability},
    Experiment{"heat/stencil_boundaries",
               "What does an attention stencil do at a wall: mask the keys beyond it, or reflect the field?",
               &heat::stencil_boundaries},
    Experiment{
        "heat/stencil_coefficients",
        "What does attention make of a conductivity that varies, and how far may a tensor be stretched "
        "before nonnegative weights give out?",
        &heat::stencil_coefficients},
    Experiment{"heat/heat_work_precision",
               "At equal error, who is fastest: learned stencils or tuned classical solvers?",
               &heat::heat_work_precision, Writes::measurement},
    Experiment{
        "heat/heat_rollout_benchmark",
        "How do learned attention stencils roll out beside classical solvers of the same cost, and does "
        "unrolled training help?",
        &heat::heat_rollout_benchmark},
    Experiment{
        "heat/heat_scaling",
        "How do a distributed heat step and an attention stencil scale over ranks, and what does a model of "
        "latency and bandwidth say of a hundred to a hundred thousand?",
        &heat::heat_scaling, Writes::measurement},
    Experiment{"traffic/traffic_throughput",
               "How many vehicles a second do rings of car-following laws drive, beside a plain loop, and "
               "how does that "
               "grow with the ranks?",
               &traffic::traffic_throughput, Writes::measurement},
    Experiment{
        "kernels/attention_accuracy",
        "Does every attention operator round at most twice as badly as the plain loops of its definition?",
        &kernels::attention_accuracy},
    Experiment{"traffic/softmax_stability",
               "How strongly does attention answer its logits, and at which temperature most?",
               &traffic::softmax_stability},
    Experiment{"traffic/ring_spectrum",
               "Which perturbations of uniform flow grow on a ring of vehicles, for any law, and how fast?",
               &traffic::ring_spectrum},
    Experiment{"traffic/platoon_gain",
               "What does a platoon make of a lead vehicle that swings, and where does a disturbance go?",
               &traffic::platoon_gain},
    Experiment{"traffic/ring_growth",
               "Does a ring of vehicles amplify small waves as linear theory says, whatever law and integrator "
               "drive it?",
               &traffic::ring_growth},
    Experiment{"traffic/ring_jam", "What jam does a ring of optimal velocity drivers end in?",
               &traffic::ring_jam},
    Experiment{"traffic/fundamental_diagram",
               "How much flows at which density, and does it matter whether the road filled or emptied?",
               &traffic::fundamental_diagram},
    Experiment{"traffic/automated_vehicle",
               "What do automated vehicles make of a jam that human drivers are caught in?",
               &traffic::automated_vehicle},
};

constexpr bool names_are_unique() {
  for (std::size_t a = 0; a < table.size(); ++a)
    for (std::size_t b = 0; b < a; ++b)
      if (std::string_view(table[a].name) == table[b].name) return false;
  return true;
}
static_assert(names_are_unique());

}  // namespace

std::span<const Experiment> registry() { return table; }

}  // namespace attune::experiments
