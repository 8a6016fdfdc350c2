// experiments/command/options.cpp
#include "experiments/command/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/deck/literal.hpp"
#include "core/deck/nearest.hpp"
#include "core/deck/source.hpp"
#include "core/results/provenance.hpp"

namespace attune::command {
namespace {

constexpr char exit_codes[] =
    "Exit codes: 0 done, 2 usage, 3 deck, 4 input data, 5 reading or writing, 6 not finite or unstable, 7 a "
    "claim is red,\n"
    "8 MPI, device or instruction set, 70 internal";

// Numbers are read as text, so that messages are the same whatever is wrong with them.
struct Texts {
  std::string name, seed, tolerance = "0", threads;
};

std::string in_quotes(const std::string& text) { return "'" + deck::shortened(deck::visible(text)) + "'"; }

template <class Number> std::optional<Number> number(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

[[noreturn]] void refuse_value(const Options& options, const std::string& option, const std::string& accepted,
                               const std::string& given) {
  refuse_usage(fmt::format("{} must be {}; got {}", option, accepted, in_quotes(given)), options.command);
}

void add_run_options(CLI::App& verb, Options& options) {
  verb.add_option("--out", options.out, "folder of results: DIR/F/E.h5")
      ->type_name("DIR")
      ->capture_default_str();
  verb.add_option("--data", options.data, "folder where data are looked for first")->type_name("DIR");
  verb.add_option("--scale", options.scale, "smoke, quick or paper; quick unless the deck says")
      ->type_name("SCALE");
}

void add_files(CLI::App& verb, Options& options, const std::string& description) {
  verb.add_option("files", options.names, description)->required()->type_name("FILE|DIR");
}

// The words after the experiment are overrides.
void add_run(CLI::App& app, Options& options, Texts& texts) {
  auto& run = *app.add_subcommand("run", "run one experiment");
  run.add_option("experiment", texts.name, "F/E, or the path of a deck: DECK.toml")->required();
  run.add_option("overrides", options.overrides, "table.key=value, such as params.kappa=0.2");
  add_run_options(run, options);
  run.add_option("--seed", texts.seed, "key of all random numbers")->type_name("N");
  run.add_flag("--dry-run", options.dry_run, "print the complete deck and stop");
}

void add_bench(CLI::App& app, Options& options, Texts& texts) {
  auto& bench = *app.add_subcommand("bench", "time the kernels against the roofs of this machine");
  bench.add_option("kernels", options.names,
                   "a family or a case, such as dense or stencil_2d_w1; all if none");
  bench
      .add_option("--threads", texts.threads,
                  "numbers of threads, such as 1,2; one, two and all unless given")
      ->type_name("N,...");
  bench.add_option("--peers", options.peers, "seconds of a peer, as analysis/peers/torch_cpu.py writes them")
      ->type_name("FILE");
  bench.add_option("--out", options.out, "folder of results: DIR/kernels/bench.timing.h5")
      ->type_name("DIR")
      ->capture_default_str();
  bench.add_flag("--smoke", options.smoke, "small shapes, seconds altogether");
}

void add_verbs(CLI::App& app, Options& options, Texts& texts) {
  app.add_subcommand("list", "every experiment with its question");
  auto& describe =
      *app.add_subcommand("describe", "every parameter of an experiment: default, unit, range, meaning");
  describe.add_option("experiment", texts.name, "F/E")->required();
  add_run(app, options, texts);
  auto& reproduce = *app.add_subcommand("reproduce", "run every experiment of some families, or of all");
  reproduce.add_option("families", options.names, "F, such as heat");
  add_run_options(reproduce, options);
  add_files(*app.add_subcommand("claims", "what result files claim, and whether it holds"), options,
            "result files, or folders of them");
  add_files(*app.add_subcommand("verify", "check result files: complete, as written, no NaN"), options,
            "result files, or folders of them");
  auto& diff = *app.add_subcommand("diff", "compare two result files");
  diff.add_option("files", options.names, "two result files")->required()->expected(2)->type_name("FILE");
  diff.add_option("--tol", texts.tolerance, "relative difference that counts as equal")
      ->type_name("X")
      ->capture_default_str();
  auto& info = *app.add_subcommand("info", "where a result file comes from");
  info.add_option("file", texts.name, "a result file")->required()->type_name("FILE");
  add_bench(app, options, texts);
  app.add_subcommand("config", "how this program was built");
}

std::vector<std::string> names_of_verbs(CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(verb->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const auto* option : verb.get_options())
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// Before CLI11 sees it: an unknown command shall be called that, and not an unexpected argument.
void check_verb(CLI::App& app, int argc, char** argv) {
  if (argc < 2) refuse_usage("no command");
  const std::string first = argv[1];
  const auto verbs = names_of_verbs(app);
  if (first == "--help" || first == "-h" || first == "--version") return;
  if (std::find(verbs.begin(), verbs.end(), first) != verbs.end()) return;
  const bool option = first.starts_with("-");
  refuse_usage(
      fmt::format("unknown {} {}{}", option ? "option" : "command", in_quotes(first), guess(first, verbs)));
}

bool given(const CLI::App& verb, const std::string& option) {
  return verb.get_option_no_throw(option) != nullptr && verb.count(option) > 0;
}

// "1,2,8": positive and ascending.
std::vector<int> thread_list(const std::string& text) {
  std::vector<int> list;
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(',', begin);
    const auto count = number<int>(text.substr(begin, end - begin));
    if (!count || *count < 1 || (!list.empty() && *count <= list.back())) return {};
    list.push_back(*count);
  }
  return list;
}

void check_values(const CLI::App& verb, const Texts& texts, Options& options) {
  if (const auto extras = verb.remaining(); !extras.empty()) {
    const auto& first = extras.front();
    refuse_usage("unexpected argument " + in_quotes(first) + guess(first, names_of_options(verb)),
                 options.command);
  }
  const auto& scales = deck::scales;
  if (given(verb, "--scale") && std::find(scales.begin(), scales.end(), options.scale) == scales.end())
    refuse_value(options, "--scale", "smoke, quick or paper", options.scale);
  if (given(verb, "--seed")) {
    options.seed = number<std::uint32_t>(texts.seed);
    if (!options.seed) refuse_value(options, "--seed", "an integer between 0 and 4294967295", texts.seed);
  }
  if (given(verb, "--threads")) {
    options.threads = thread_list(texts.threads);
    if (options.threads.empty())
      refuse_value(options, "--threads", "ascending numbers with commas between them", texts.threads);
  }
  options.tolerance = number<double>(texts.tolerance).value_or(-1);
  if (!(options.tolerance >= 0) || std::isinf(options.tolerance))
    refuse_value(options, "--tol", "a number >= 0", texts.tolerance);
  if (options.out.empty()) refuse_value(options, "--out", "a folder", options.out);
}

}  // namespace

void refuse_usage(const std::string& sentence, const std::string& help) {
  const std::string verb = help.empty() ? "" : help + " ";
  throw InputError(Exit::usage,
                   fmt::format("attune: {}; 'attune {}--help' says what is accepted", sentence, verb));
}

std::string guess(const std::string& given, const std::vector<std::string>& names) {
  const auto name = nearest(given, names);
  return name ? fmt::format(" (did you mean '{}'?)", *name) : "";
}

Options read_command_line(int argc, char** argv) {
  Options options;
  options.line.assign(argv, argv + argc);
  Texts texts;
  CLI::App app("Attention as an operator of simulation science", "attune");
  app.set_version_flag("--version", "attune " + build().version);
  app.footer(exit_codes);
  add_verbs(app, options, texts);
  for (auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) verb->allow_extras();
  check_verb(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    options.help = app.help();
    return options;
  } catch (const CLI::CallForVersion& version) {
    options.help = std::string(version.what()) + "\n";
    return options;
  } catch (const CLI::ParseError& error) {
    refuse_usage(deck::visible(error.what()), argv[1]);
  }
  const auto& verb = *app.get_subcommands().front();
  options.command = verb.get_name();
  if (!texts.name.empty()) options.names = {texts.name};
  check_values(verb, texts, options);
  return options;
}

}  // namespace attune::command
