// experiments/heat/parts/work_precision/learned_steppers.cpp
#include "experiments/heat/parts/work_precision/learned_steppers.hpp"

#include <cmath>

#include "experiments/heat/parts/signed_heads.hpp"
#include "experiments/heat/parts/sparse_head.hpp"
#include "experiments/heat/parts/work_precision/weighted_window.hpp"
#include "solvers/heat/initial.hpp"
#include "solvers/heat/theory/mode_sum.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::experiments::heat::work_precision {

namespace solver = attune::heat;
namespace theory = attune::heat::theory;

namespace {

constexpr double least_logit = -30;  // of the Gaussian that training starts from

// One logit scale: b = -s o^2 on each class of offsets, s = exp(log_s).
struct GaussianWeights {
  std::vector<double> log_s;  // (1)
};
void describe(auto& tensor, GaussianWeights& w) { tensor("log_s", w.log_s, "log of the fall of the bias"); }

struct GaussianLesson {
  StencilLesson<double> softmax;
  std::vector<double> squares;  // o^2 of each class

  StencilWeights logits(const GaussianWeights& w) const {
    StencilWeights b{squares};
    for (double& one : b.logit) one *= -std::exp(w.log_s[0]);
    return b;
  }
  double operator()(const GaussianWeights& w, GaussianWeights& gradient) const {
    const StencilWeights b = logits(w);
    StencilWeights d_b{std::vector<double>(squares.size(), 0.0)};
    const double loss = softmax(b, d_b);
    for (std::size_t c = 0; c < squares.size(); ++c) gradient.log_s[0] += d_b.logit[c] * b.logit[c];
    return loss;
  }
};

// The line, what it holds and what is to become of it.
struct Line {
  Setting setting;
  LearnedStencil learned;
  Field<double> u, y;
};

Line line_of(const LineLesson& lesson) {
  const Setting s = make_setting(Domain::alone(), {lesson.cells}, "periodic");
  theory::ModeSum data{1, theory::Boundary::periodic, 1, {}};
  data.highest = std::max<Index>(1, std::llround(static_cast<double>(lesson.cells) / lesson.points));
  const Random random{static_cast<std::uint32_t>(lesson.seed), 4 * lesson.deck_seed};
  for (Index w = 0; w < data.waves(); ++w)
    data.coefficients.push_back(random.normal(static_cast<std::uint64_t>(w)));
  const double top = static_cast<double>(theory::angle(data.boundary, lesson.cells, data.highest));
  Line line{s, LearnedStencil(s, attention::window::box_offsets(1, lesson.reach), true),
            s.domain.field<double>("heat::line::u", s.halo(lesson.reach)),
            s.domain.field<double>("heat::line::y")};
  solver::assign(line.u, theory::evaluate(data, 0, lesson.cells, s.domain.mine()));
  solver::assign(line.y, theory::evaluate(data, lesson.r * top * top, lesson.cells, s.domain.mine()));
  solver::fill_ghosts(line.u, s.domain, s.boundaries);
  return line;
}

std::vector<double> squares_of(const LearnedStencil& learned) {
  std::vector<double> squares(learned.classes());
  for (std::size_t o = 0; o < learned.offsets().size(); ++o)
    squares[learned.class_of()[o]] = static_cast<double>(learned.offsets()[o][2] * learned.offsets()[o][2]);
  return squares;
}

std::vector<double> gaussian(const Line& line, const StencilLesson<double>& lesson, double r,
                             const training::Options& options) {
  const GaussianLesson one{lesson, squares_of(line.learned)};
  GaussianWeights w{{-std::log(4 * r)}};
  training::fit(w, one, options);
  return line.learned.stencil(one.logits(w)).weights;
}

std::vector<double> signed_heads(const Line& line, const StencilLesson<double>& lesson, const LineLesson& l,
                                 const training::Options& options) {
  SignedWeights w{line.learned.gaussian_weights(l.r, least_logit),
                  line.learned.gaussian_weights(l.r, least_logit)};
  learn(SignedLesson<double>(lesson, l.second_head), w, options);
  std::vector<double> p = line.learned.stencil(w.positive).weights;
  const std::vector<double> q = line.learned.stencil(w.negative).weights;
  for (std::size_t o = 0; o < p.size(); ++o) p[o] = (1 + l.second_head) * p[o] - l.second_head * q[o];
  return p;
}

// A sparsemax starts from biases that its Gaussian has as weights: within the support nothing is projected.
std::vector<double> sparse(const Line& line, const StencilLesson<double>& lesson, double r,
                           const training::Options& options) {
  const auto start = line.learned.stencil(line.learned.gaussian_weights(r, least_logit)).weights;
  StencilWeights z = line.learned.equal_weights();
  for (std::size_t o = 0; o < start.size(); ++o) z.logit[line.learned.class_of()[o]] = start[o];
  training::fit(z, SparseLesson<double>{lesson}, options);
  return sparse_weights(line.learned, z);
}

// Columns u_{i-d} + u_{i+d}, each cell a row.
std::vector<double> free_weights(const Line& line, Index reach) {
  const Index cells = line.setting.cells();
  theory::LongMatrix A(cells, reach + 1);
  theory::LongVector b(cells);
  for (Index i = 0; i < cells; ++i) {
    b(i) = line.y(0, 0, i);
    A(i, 0) = line.u(0, 0, i);
    for (Index d = 1; d <= reach; ++d)
      A(i, d) = (theory::Long(line.u(0, 0, i - d)) + theory::Long(line.u(0, 0, i + d))) / 2;
  }
  const auto x = theory::affine_least_squares(A, b);
  std::vector<double> weights(static_cast<std::size_t>(2 * reach + 1));
  for (Index o = -reach; o <= reach; ++o)
    weights[static_cast<std::size_t>(o + reach)] = static_cast<double>(x(std::abs(o)) / (o == 0 ? 1 : 2));
  return weights;
}

struct Passes {
  std::vector<Triple> offsets;
  Triple halo;
};

std::vector<Passes> passes_of(const Setting& s, Index reach, bool one_window) {
  if (one_window) return {{attention::window::box_offsets(s.dimensions, reach), s.halo(reach)}};
  std::vector<Passes> passes;
  for (int a = 3 - s.dimensions; a < 3; ++a) {
    passes.push_back({{}, {0, 0, 0}});
    passes.back().halo[a] = reach;
    for (Index o = -reach; o <= reach; ++o) {
      passes.back().offsets.push_back({0, 0, 0});
      passes.back().offsets.back()[a] = o;
    }
  }
  return passes;
}

std::vector<double> product_weights(const std::vector<Triple>& offsets, int dimensions,
                                    const std::vector<double>& line) {
  const auto reach = static_cast<Index>(line.size() / 2);
  std::vector<double> weights;
  for (const Triple& o : offsets) {
    double product = 1;
    for (int a = 3 - dimensions; a < 3; ++a) product *= line[static_cast<std::size_t>(o[a] + reach)];
    weights.push_back(product);
  }
  return weights;
}

}  // namespace

std::vector<double> learn_line(LearnedKind kind, const LineLesson& l, const training::Options& options) {
  const Line line = line_of(l);
  if (kind == LearnedKind::free) return free_weights(line, l.reach);
  const StencilLesson<double> lesson(line.learned, line.setting, line.u, line.y);
  if (kind == LearnedKind::gaussian) return gaussian(line, lesson, l.r, options);
  if (kind == LearnedKind::signed_heads) return signed_heads(line, lesson, l, options);
  if (kind == LearnedKind::sparsemax) return sparse(line, lesson, l.r, options);
  StencilWeights w = line.learned.gaussian_weights(l.r, least_logit);
  learn(lesson, w, options);
  return line.learned.stencil(w).weights;
}

double line_symbol(const std::vector<double>& weights, double theta) {
  const auto reach = static_cast<double>(weights.size() / 2);
  double sum = 0;
  for (std::size_t o = 0; o < weights.size(); ++o)
    sum += weights[o] * std::cos((static_cast<double>(o) - reach) * theta);
  return sum;
}

template <class Scalar>
TimeStepper<Scalar> weighted_steps(const Setting& s, const std::vector<double>& weights, bool one_window) {
  const auto reach = static_cast<Index>(weights.size() / 2);
  const auto passes = passes_of(s, reach, one_window);
  const auto p = one_window ? product_weights(passes.front().offsets, s.dimensions, weights) : weights;
  std::vector<Field<Scalar>> fields;  // what each pass reads, but for the first
  for (std::size_t n = 1; n < passes.size(); ++n)
    fields.push_back(s.domain.field<Scalar>("heat::weighted_steps", passes[n].halo));
  auto next = s.domain.field<Scalar>("heat::weighted_steps", passes.front().halo);
  return {
      passes.front().halo, [=](Field<Scalar>& u, Index steps) mutable {
        for (Index n = 0; n < steps; ++n) {
          Field<Scalar> from = u;
          for (std::size_t pass = 0; pass < passes.size(); ++pass) {
            const Field<Scalar> to = pass + 1 < passes.size() ? fields[pass] : passes.size() > 1 ? u : next;
            solver::fill_ghosts(from, s.domain, s.boundaries);
            apply_weights(from, passes[pass].offsets, p, to);
            from = to;
          }
          if (passes.size() == 1) std::swap(u, next);
        }
        const double count = static_cast<double>(steps) * static_cast<double>(passes.size());
        const double cells = static_cast<double>(s.cells());
        return StepWork{cells * count, 2 * cells * count * sizeof(Scalar)};
      }};
}

template TimeStepper<float> weighted_steps(const Setting&, const std::vector<double>&, bool);
template TimeStepper<double> weighted_steps(const Setting&, const std::vector<double>&, bool);

}  // namespace attune::experiments::heat::work_precision
