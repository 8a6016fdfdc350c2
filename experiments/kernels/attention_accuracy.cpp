// experiments/kernels/attention_accuracy.cpp
//
// Question   Does every attention operator, forward and backward, in float and in double, round at most
//            twice as badly as the plain loops of its definition, whatever the number of tokens and the
//            width?
// Measured   for each array of a pass the errors |x - truth| / max(1, |truth|_max) over its entries and
//            several random problems, their largest and their root mean square; the truth is the definition
//            in long double
// Expect     root mean square of the kernel <= 2 that of the loops + eps: one largest error is luck; the
//            output of plain dense attention below the first-order bound on rounding
// Source     bound of rounding of dot products and sums [higham2002, chapter 3]; the factor 2 as in
//            [dao2022]'s tests
// Builds on  attention/
// Figure     analysis/kernels/attention_accuracy.py
#include <cmath>
#include <limits>

#include "core/core/progress.hpp"
#include "experiments/experiment.hpp"
#include "experiments/kernels/parts/errors.hpp"
#include "experiments/kernels/parts/rounding_bound.hpp"
#include "experiments/kernels/parts/subject.hpp"

namespace attune::experiments::kernels {
namespace attention_accuracy_parts {

struct Params {
  std::vector<Index> tokens{1, 2, 17, 64, 65, 129};
  std::vector<Index> widths{1, 7, 64};
  Index most_tokens_cubic = 17;
  Index draws = 6;
};

void describe(auto& field, Params& p) {
  field("tokens", p.tokens, "1", "numbers of tokens N to visit", between(1, 1 << 16), length(1, 64));
  field("widths", p.widths, "1", "widths D of queries, keys and values to visit", between(1, 4096),
        length(1, 64));
  field("most_tokens_cubic", p.most_tokens_cubic, "1", "N at most for operators that cost N^3",
        between(1, 4096));
  field("draws", p.draws, "1", "random problems of each size", between(1, 1000));
}

constexpr Dataset operator_name{"operator", "1", "operator", "the operator that is measured"};
constexpr Dataset precision_name{"precision", "1", "precision", "numbers of the operator"};
constexpr Dataset pass_name{"pass", "1", "pass", "forward, or backward with every gradient"};
constexpr Dataset token_count{"tokens", "1", "tokens", "number of tokens N"};
constexpr Dataset width{"width", "1", "width", "width D of queries, keys and values"};
constexpr const char* every = "operator precision pass tokens width";
constexpr Dataset kernel_error{"kernel_error",
                               "1",
                               every,
                               "worst relative error of the kernel",
                               "|x - truth|_max / max(1, |truth|_max)",
                               true};
constexpr Dataset reference_error{"reference_error",
                                  "1",
                                  every,
                                  "worst relative error of the plain loops",
                                  "|x - truth|_max / max(1, |truth|_max)",
                                  true};
constexpr Dataset excess{"excess",
                         "1",
                         every,
                         "root mean square error of the kernel over what it may be, worst array",
                         "kernel / (2 reference + eps)",
                         true};
constexpr Dataset bound{"bound", "1", "precision tokens width",
                        "first-order bound on the error of plain dense attention",
                        "u (2 E + 2 R + 6 N + 12) gain sum p |v|"};

constexpr std::array<const char*, 2> precisions{"float", "double"}, passes{"forward", "backward"};
constexpr double unit_round_off[2] = {0x1p-24, 0x1p-53};  // u; eps = 2 u

void check(const Params& p, const Deck& deck) {
  for (std::size_t n = 1; n < p.tokens.size(); ++n)
    if (p.tokens[n] <= p.tokens[n - 1]) deck.refuse("params.tokens", "must grow from entry to entry");
  for (std::size_t n = 1; n < p.widths.size(); ++n)
    if (p.widths[n] <= p.widths[n - 1]) deck.refuse("params.widths", "must grow from entry to entry");
}

// One place of the tables; ranks take them in turn.
struct Item {
  std::size_t subject, precision, tokens, width;
};

std::vector<Item> setup(const Params& p) {
  std::vector<Item> items;
  for (std::size_t s = 0; s < subjects().size(); ++s)
    for (std::size_t c = 0; c < precisions.size(); ++c)
      for (std::size_t n = 0; n < p.tokens.size(); ++n)
        for (std::size_t d = 0; d < p.widths.size(); ++d)
          if (!subjects()[s].cubic || p.tokens[n] <= p.most_tokens_cubic) items.push_back({s, c, n, d});
  return items;
}

Draw draw_of(const Deck& deck, std::size_t precision, Index n) {
  return {deck.seed() + static_cast<std::uint32_t>(n), precision == 0};
}

// Forward and backward.
std::array<Errors, 2> measure(const Params& p, const Deck& deck, const Item& item) {
  const Subject& subject = subjects()[item.subject];
  const Size size{p.tokens[item.tokens], p.widths[item.width]};
  const bool single = item.precision == 0;
  std::vector<OfArray> forward, backward;
  for (Index n = 0; n < p.draws; ++n) {
    const Draw draw = draw_of(deck, item.precision, n);
    const auto truth = subject.compute(Computation::truth, size, draw);
    const auto kernel =
        subject.compute(single ? Computation::kernel_float : Computation::kernel_double, size, draw);
    const auto reference =
        subject.compute(single ? Computation::reference_float : Computation::reference_double, size, draw);
    absorb(forward, kernel.forward, reference.forward, truth.forward);
    absorb(backward, kernel.backward, reference.backward, truth.backward);
  }
  const double u = unit_round_off[item.precision];
  return {summed_up(forward, u), summed_up(backward, u)};
}

struct Tables {
  Array kernel, reference, excess;
  std::vector<std::size_t> shape;

  explicit Tables(const Params& p)
      : shape{subjects().size(), precisions.size(), passes.size(), p.tokens.size(), p.widths.size()} {
    std::size_t count = 1;
    for (const std::size_t extent : shape) count *= extent;
    const Array empty{shape, std::vector<double>(count, std::numeric_limits<double>::quiet_NaN())};
    kernel = reference = excess = empty;
  }
  std::size_t place(const Item& i, std::size_t pass) const {
    return (((i.subject * shape[1] + i.precision) * shape[2] + pass) * shape[3] + i.tokens) * shape[4] +
           i.width;
  }
  void put(const Item& item, const std::array<Errors, 2>& errors) {
    for (std::size_t pass = 0; pass < passes.size(); ++pass) {
      if (!errors[pass].measured) continue;
      kernel.values[place(item, pass)] = errors[pass].kernel;
      reference.values[place(item, pass)] = errors[pass].reference;
      excess.values[place(item, pass)] = errors[pass].excess;
    }
  }
};

Tables advance(const Params& p, const Deck& deck, const Domain& world) {
  const auto& ranks = world.communicator();
  const auto items = setup(p);
  Progress progress("kernels/attention_accuracy", static_cast<Index>(items.size()), world.speaks());
  Tables tables(p);
  const auto taken = static_cast<std::size_t>(ranks.size);
  for (std::size_t first = 0; first < items.size(); first += taken) {
    const std::size_t round = std::min(taken, items.size() - first),
                      mine = static_cast<std::size_t>(ranks.rank);
    std::vector<std::array<Errors, 2>> errors(round);
    if (mine < round) errors[mine] = measure(p, deck, items[first + mine]);
    for (std::size_t n = 0; n < round; ++n) {
      ranks.broadcast(&errors[n], sizeof(errors[n]), static_cast<int>(n));
      tables.put(items[first + n], errors[n]);
      progress.advance();
    }
  }
  return tables;
}

// Over the sizes that were measured; NaN if none was.
double worst_excess(const Params& p, const Tables& tables, Item item, std::size_t pass) {
  double worst = std::numeric_limits<double>::quiet_NaN();
  for (item.tokens = 0; item.tokens < p.tokens.size(); ++item.tokens)
    for (item.width = 0; item.width < p.widths.size(); ++item.width) {
      const double here = tables.excess.values[tables.place(item, pass)];
      if (!std::isnan(here) && !(here <= worst)) worst = here;
    }
  return worst;
}

void claim_excess(const Params& p, const Tables& tables, Results& results) {
  for (std::size_t s = 0; s < subjects().size(); ++s)
    for (std::size_t c = 0; c < precisions.size(); ++c)
      for (std::size_t pass = 0; pass < passes.size(); ++pass) {
        const double worst = worst_excess(p, tables, {s, c, 0, 0}, pass);
        if (std::isnan(worst)) continue;  // the pass has no arrays
        results.claim({std::string(subjects()[s].name) + "_" + precisions[c] + "_" + passes[pass],
                       std::string("The ") + passes[pass] + " pass of " + subjects()[s].name + " in " +
                           precisions[c] +
                           " errs at most twice as much as the plain loops; root mean squares, kernel / (2 "
                           "reference + eps), worst size",
                       worst, Kind::at_most, 1, 0, "1", "Dao et al. 2022, tests", Role::identity});
      }
}

// The bound is that of the first subject, plain dense attention; its output is the first array of its
// forward pass.
void claim_bound(const Params& p, const Deck& deck, Results& results) {
  Array bounds{{precisions.size(), p.tokens.size(), p.widths.size()}, {}};
  for (std::size_t c = 0; c < precisions.size(); ++c) {
    double worst = 0;
    for (const Index tokens : p.tokens)
      for (const Index width : p.widths) {
        double most = 0;
        for (Index n = 0; n < p.draws; ++n) {
          const Draw draw = draw_of(deck, c, n);
          const auto which = c == 0 ? Computation::kernel_float : Computation::kernel_double;
          const auto out = subjects()[0].compute(which, {tokens, width}, draw).forward[0];
          const auto truth = subjects()[0].compute(Computation::truth, {tokens, width}, draw).forward[0];
          OfArray array;
          for (std::size_t e = 0; e < truth.size(); ++e) {
            array.kernel.absorb(out[e], truth[e]);
            array.size = std::max(array.size, std::abs(truth[e]));
          }
          const double limit = unit_round_off[c] * dense_rounding_bound({tokens, width}, draw);
          worst = std::max(worst, static_cast<double>(array.kernel.worst / array.size) / limit);
          most = std::max(most, limit);
        }
        bounds.values.push_back(most);
      }
    results.claim({std::string("bound_dense_") + precisions[c],
                   std::string("The output of plain dense attention in ") + precisions[c] +
                       " is wrong by no more than the first-order bound; error / bound, worst problem",
                   worst, Kind::at_most, 1, 0, "1", "Higham 2002, ch. 3", Role::identity});
  }
  results.write(bound, bounds);
}

void run(const Params& p, const Deck& deck, const Domain& world, Results& results) {
  std::vector<std::string> names;
  for (const auto& subject : subjects()) names.push_back(subject.name);
  results.labels(operator_name, names);
  results.labels(precision_name, {precisions.begin(), precisions.end()});
  results.labels(pass_name, {passes.begin(), passes.end()});
  results.axis(token_count, {p.tokens.begin(), p.tokens.end()});
  results.axis(width, {p.widths.begin(), p.widths.end()});

  const auto tables = advance(p, deck, world);
  results.write(kernel_error, tables.kernel);
  results.write(reference_error, tables.reference);
  results.write(excess, tables.excess);
  claim_excess(p, tables, results);
  claim_bound(p, deck, results);
}

}  // namespace attention_accuracy_parts

extern const Verbs attention_accuracy =
    verbs<attention_accuracy_parts::Params, attention_accuracy_parts::check, attention_accuracy_parts::run>();

}  // namespace attune::experiments::kernels
