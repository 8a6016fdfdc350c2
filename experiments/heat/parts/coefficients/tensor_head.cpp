// experiments/heat/parts/coefficients/tensor_head.cpp
#include "experiments/heat/parts/coefficients/tensor_head.hpp"

#include <cmath>
#include <map>
#include <numeric>

#include "core/core/require.hpp"
#include "solvers/heat/theory/nonnegative_least_squares.hpp"

namespace attune::experiments::heat::coefficients {
namespace {

namespace theory = attune::heat::theory;
namespace window = attention::window;

struct HalfLogits {
  std::vector<double> logit;
};
void describe(auto& tensor, HalfLogits& w) { tensor("logit", w.logit, "of each pair of opposite offsets"); }

// The entries a <= b of a symmetric tensor along the last `dimensions` axes.
std::vector<std::pair<int, int>> entries(int dimensions) {
  std::vector<std::pair<int, int>> all;
  for (int a = 3 - dimensions; a < 3; ++a)
    for (int b = a; b < 3; ++b) all.push_back({a, b});
  return all;
}

// x_a x_b / m round cell 0, in plane n the n-th entry.
Field<double> quadratics(const TensorCase& at) {
  const auto of = entries(at.dimensions);
  Box planes;
  planes.upper[0] = static_cast<Index>(of.size());
  const Field<double> u("heat::tensor_head::u", planes, {0, at.reach, at.reach});
  const auto values = Kokkos::create_mirror_view(u.values);
  for (std::size_t n = 0; n < of.size(); ++n)
    for (Index j = 0; j <= 2 * at.reach; ++j)
      for (Index i = 0; i <= 2 * at.reach; ++i) {
        const Index x[3] = {0, j - at.reach, i - at.reach};
        values(n, j, i) = static_cast<double>(x[of[n].first] * x[of[n].second]) / at.second_moment();
      }
  Kokkos::deep_copy(u.values, values);
  return u;
}

// The square of the misfit and its gradient, by the window operator on one cell a plane.
class Lesson {
 public:
  Lesson(const TensorCase& at, double lambda)
      : K_(stretched(at, lambda)),
        of_(entries(at.dimensions)),
        u_(quadratics(at)),
        o_("heat::tensor_head::o", u_.box),
        d_o_("heat::tensor_head::d_o", u_.box) {
    require(at.dimensions == 2, "heads are trained in the plane");
    seen_.offsets = window::box_offsets(2, at.reach);
    seen_.whole = u_.box;
    std::map<std::array<Index, 3>, std::size_t> number;
    for (const Triple& o : seen_.offsets) {
      const std::array<Index, 3> here{o[0], o[1], o[2]}, opposite{-o[0], -o[1], -o[2]};
      pair_.push_back(number.try_emplace(std::max(here, opposite), number.size()).first->second);
    }
    pairs_ = number.size();
  }

  HalfLogits equal() const { return {std::vector<double>(pairs_, 0.0)}; }
  window::Table table(const HalfLogits& w) const {
    window::Table table{std::vector<double>(pair_.size())};
    for (std::size_t o = 0; o < pair_.size(); ++o) table.bias[o] = w.logit[pair_[o]];
    return table;
  }
  const std::vector<Triple>& offsets() const { return seen_.offsets; }
  const std::vector<std::size_t>& pair() const { return pair_; }  // of each offset

  // Brings back logits that descent has lost, deep below the largest, though the loss falls as their weight grows:
  // d loss / d p_o - sum_o' p_o' d loss / d p_o' < 0, from the quadratics at o. What training::lift_lost divides by,
  // their weight, may be 0 here.
  bool lift(HalfLogits& w) const {
    constexpr double depth = 12, resolved = 1e-6;
    HalfLogits gradient{std::vector<double>(pairs_, 0.0)};
    (*this)(w, gradient);
    const auto u = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u_.values);
    const auto o = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), o_.values);
    const auto seed = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), d_o_.values);
    std::vector<double> pull(pairs_, 0.0);
    double strongest = 0;
    for (std::size_t n = 0; n < pair_.size(); ++n) {
      const Triple& at = seen_.offsets[n];
      double sum = 0;
      for (std::size_t f = 0; f < of_.size(); ++f)
        sum += seed(f, 0, 0) * (u(f, at[1] + u_.halo[1], at[2] + u_.halo[2]) - o(f, 0, 0));
      pull[pair_[n]] = sum;
      strongest = std::max(strongest, std::abs(sum));
    }
    const double most = *std::max_element(w.logit.begin(), w.logit.end());
    bool lifted = false;
    for (std::size_t n = 0; n < pairs_; ++n) {
      if (w.logit[n] >= most - depth || pull[n] >= -resolved * strongest) continue;
      w.logit[n] = most - depth;
      lifted = true;
    }
    return lifted;
  }

  double operator()(const HalfLogits& w, HalfLogits& gradient) const {
    const auto biases = table(w);
    window::forward(u_, seen_, biases, o_);
    const auto made = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), o_.values);
    const auto seed = Kokkos::create_mirror_view(d_o_.values);
    double loss = 0;
    for (std::size_t n = 0; n < of_.size(); ++n) {
      const double times = of_[n].first == of_[n].second ? 1 : 2;
      const double miss = made(n, 0, 0) - K_[of_[n].first][of_[n].second];
      loss += times * miss * miss;
      seed(n, 0, 0) = 2 * times * miss;
    }
    Kokkos::deep_copy(d_o_.values, seed);
    const auto slope = window::backward_table(u_, seen_, biases, o_, d_o_, Communicator::alone());
    for (std::size_t n = 0; n < pair_.size(); ++n) gradient.logit[pair_[n]] += slope.d_bias[n];
    return loss;
  }

 private:
  theory::Tensor K_;
  std::vector<std::pair<int, int>> of_;
  Field<double> u_, o_, d_o_;
  window::Window seen_;
  std::vector<std::size_t> pair_;
  std::size_t pairs_ = 0;
};

// As a weight falls its own gradient vanishes: steps are scaled by curvature, d^2 misfit^2 / dz^2 ~ 2 (P |o|^2)^2 of a
// pair of weight P, and kept short, so that no logit is lost on the way.
struct Guide {
  const Lesson& lesson;
  static constexpr double resolved = 1e-6, furthest = 2;

  std::vector<double> weight_of_pairs(const HalfLogits& at) const {
    std::vector<double> weight(at.logit.size(), 0.0);
    const auto p = window::weights(lesson.table(at));
    for (std::size_t o = 0; o < p.size(); ++o) weight[lesson.pair()[o]] += p[o];
    return weight;
  }
  HalfLogits curvature(const HalfLogits& at) const {
    HalfLogits diagonal{weight_of_pairs(at)};
    for (double& x : diagonal.logit) x = 2 * (x * x + resolved * resolved);
    return diagonal;
  }
  void admissible(const HalfLogits& at, HalfLogits& direction) const {
    const auto weight = weight_of_pairs(at);
    double mean = 0;
    for (std::size_t n = 0; n < weight.size(); ++n) mean += weight[n] * direction.logit[n];
    for (double& d : direction.logit) d = std::clamp(d - mean, -furthest, furthest);
  }
};

// Entries of sum_o c_o o o^T / 2 for one pair of opposite offsets a column, those off the diagonal by sqrt(2), so
// that lengths are Frobenius's.
struct Moments {
  std::vector<std::pair<int, int>> of;
  theory::LongMatrix A;
  theory::LongVector column(const theory::Tensor& K) const {
    theory::LongVector b(of.size());
    for (Eigen::Index n = 0; n < b.size(); ++n) b[n] = times(n) * theory::Long(K[of[n].first][of[n].second]);
    return b;
  }
  theory::Long times(Eigen::Index n) const {
    return of[n].first == of[n].second ? theory::Long(1) : std::sqrt(theory::Long(2));
  }
};
// One offset a direction: farther ones are multiples of the same column.
Moments moments(const TensorCase& at) {
  auto half = theory::half_window(window::box_offsets(at.dimensions, at.reach));
  std::erase_if(half, [](const Triple& o) { return std::gcd(std::gcd(o[0], o[1]), o[2]) != 1; });
  Moments m{entries(at.dimensions), {}};
  m.A.resize(m.of.size(), half.size());
  for (Eigen::Index n = 0; n < m.A.rows(); ++n)
    for (std::size_t j = 0; j < half.size(); ++j)
      m.A(n, j) = m.times(n) * theory::Long(half[j][m.of[n].first] * half[j][m.of[n].second]);
  m.A.colwise().normalize();
  return m;
}

}  // namespace

TensorCase planar_case(Index reach, double phi) { return {2, reach, {0, std::sin(phi), std::cos(phi)}}; }

theory::Tensor stretched(const TensorCase& at, double lambda) {
  theory::Tensor K{};
  const double trace = lambda + at.dimensions - 1;
  for (int a = 3 - at.dimensions; a < 3; ++a)
    for (int b = 3 - at.dimensions; b < 3; ++b)
      K[a][b] = ((lambda - 1) * at.direction[a] * at.direction[b] + (a == b)) / trace;
  return K;
}

TensorHead train_tensor_head(const TensorCase& at, double lambda, double tolerance,
                             const training::Options& options) {
  constexpr int rounds = 10;
  const Lesson lesson(at, lambda);
  auto weights = lesson.equal();
  auto until = options;
  until.loss_tolerance = tolerance * tolerance;
  const Guide guide{lesson};
  double loss = training::fit_guided(weights, lesson, until, guide).best_loss;
  for (int round = 0; round < rounds && loss > until.loss_tolerance; ++round) {
    auto again = weights;
    const bool lifted = lesson.lift(again);
    const double further = training::fit_guided(again, lesson, until, guide).best_loss;
    if (further > loss || (!lifted && further > 0.999 * loss)) break;
    loss = further;
    weights = again;
  }
  return {lesson.offsets(), window::weights(lesson.table(weights)), std::sqrt(loss)};
}

double nonnegative_misfit(const TensorCase& at, double lambda) {
  const Moments m = moments(at);
  return static_cast<double>(
      theory::nonnegative_least_squares(m.A, m.column(stretched(at, lambda))).distance);
}

Certificate certificate(const TensorCase& at, double lambda) {
  const Moments m = moments(at);
  const auto K = stretched(at, lambda);
  const theory::LongVector b = m.column(K);
  const auto fit = theory::nonnegative_least_squares(m.A, b);
  const theory::LongVector Y = (b - m.A * fit.x) / fit.distance;
  Certificate found{std::numeric_limits<double>::infinity(), 0};
  const auto at_entries = [&m, &Y](const auto& entry) {
    theory::Long sum = 0;
    for (Eigen::Index n = 0; n < Y.size(); ++n)
      sum += m.times(n) * Y[n] * entry(m.of[n].first, m.of[n].second);
    return static_cast<double>(sum);
  };
  for (const Triple& o : window::box_offsets(at.dimensions, at.reach)) {
    const Index square = o[0] * o[0] + o[1] * o[1] + o[2] * o[2];
    if (square == 0) continue;
    const double q = -at_entries([&o](int a, int c) { return static_cast<theory::Long>(o[a] * o[c]); });
    found.least_on_window = std::min(found.least_on_window, q / static_cast<double>(square));
  }
  found.at_tensor = at_entries([&K](int a, int c) { return static_cast<theory::Long>(K[a][c]); });
  return found;
}

double largest_consistent(const std::function<double(double)>& misfit, double tolerance, double most,
                          double resolution) {
  require(most > 1, "a ratio of eigenvalues begins at 1");
  double low = 0, high = std::log(most);
  if (misfit(most) <= tolerance) return most;
  while (high - low > resolution) {
    const double middle = (low + high) / 2;
    (misfit(std::exp(middle)) <= tolerance ? low : high) = middle;
  }
  return std::exp((low + high) / 2);
}

}  // namespace attune::experiments::heat::coefficients
