// experiments/heat/parts/rollout_benchmark/trajectory_layouts.cpp
#include "experiments/heat/parts/rollout_benchmark/trajectory_layouts.hpp"

#include <fmt/format.h>

#include "core/core/require.hpp"

namespace attune::experiments::heat::rollout_benchmark {
namespace {

std::vector<std::string> axis_names(int dimensions) {
  const std::vector<std::string> names{"x", "y", "z"};
  return {names.begin(), names.begin() + dimensions};
}

// Cell centres of an axis of length 1.
std::vector<float> centres(Index cells) {
  std::vector<float> x;
  for (Index i = 0; i < cells; ++i)
    x.push_back(static_cast<float>((static_cast<double>(i) + 0.5) / static_cast<double>(cells)));
  return x;
}

// kappa dt = r h^2 with kappa = 1 and an axis of length 1; h is that of the last axis.
double time_step(const Scenario& scenario) {
  const auto cells = static_cast<double>(scenario.cells.back());
  return scenario.rate / (cells * cells);
}

std::vector<float> times(const Trajectories& t) {
  std::vector<float> all;
  for (const Index step : t.steps)
    all.push_back(static_cast<float>(static_cast<double>(step) * time_step(t.scenario)));
  return all;
}

std::size_t count(const Trajectories& t) { return t.at.empty() ? 0 : t.at.front().size(); }

std::vector<float> fields_of(const Trajectories& t, std::size_t trajectory) {
  std::vector<float> values;
  for (const auto& samples : t.at)
    for (const double value : samples[trajectory]) values.push_back(static_cast<float>(value));
  return values;
}

std::vector<Index> joined(std::vector<Index> shape, const std::vector<Index>& further) {
  shape.insert(shape.end(), further.begin(), further.end());
  return shape;
}

void add_dimensions(Tree& tree, const Trajectories& t) {
  const auto names = axis_names(t.scenario.dimensions());
  const auto time = times(t);
  tree.group("dimensions");
  tree.attribute("dimensions", "spatial_dims", names);
  tree.data("dimensions/time", {static_cast<Index>(time.size())}, time);
  tree.attribute("dimensions/time", "sample_varying", false);
  for (std::size_t a = 0; a < names.size(); ++a) {
    const std::string path = "dimensions/" + names[a];
    tree.data(path, {t.scenario.cells[a]}, centres(t.scenario.cells[a]));
    tree.attribute(path, "sample_varying", false);
    tree.attribute(path, "time_varying", false);
  }
}

// The mask is true on the outermost cells of the axis.
void add_boundaries(Tree& tree, const Trajectories& t) {
  const auto names = axis_names(t.scenario.dimensions());
  const bool periodic = t.scenario.boundary == "periodic", fixed = t.scenario.boundary == "dirichlet";
  tree.group("boundary_conditions");
  for (std::size_t a = 0; a < names.size(); ++a) {
    const std::string path = "boundary_conditions/" + names[a] + "_" + t.scenario.boundary;
    std::vector<bool> mask(static_cast<std::size_t>(t.scenario.cells[a]), false);
    mask.front() = mask.back() = true;
    tree.group(path);
    tree.attribute(path, "associated_dims", std::vector<std::string>{names[a]});
    tree.attribute(path, "associated_fields",
                   fixed ? std::vector<std::string>{"temperature"} : std::vector<std::string>{});
    tree.attribute(path, "bc_type", periodic ? "PERIODIC" : "WALL");
    tree.attribute(path, "sample_varying", false);
    tree.attribute(path, "time_varying", false);
    tree.data(path + "/mask", {t.scenario.cells[a]}, mask);
    if (fixed) tree.data(path + "/values", {2}, std::vector<float>{0, 0});
  }
}

}  // namespace

Tree the_well_layout(const Trajectories& t) {
  const Index n = static_cast<Index>(count(t));
  const int dimensions = t.scenario.dimensions();
  Tree tree;
  tree.attribute("/", "dataset_name", t.name);
  tree.attribute("/", "grid_type", "cartesian");
  tree.attribute("/", "n_spatial_dims", Index(dimensions));
  tree.attribute("/", "n_trajectories", n);
  tree.attribute("/", "simulation_parameters", std::vector<std::string>{"kappa", "r", "gamma_2"});
  const std::vector<std::pair<std::string, double>> scalars{
      {"kappa", 1}, {"r", t.scenario.rate}, {"gamma_2", t.difficulty}};
  for (const auto& [name, value] : scalars) tree.attribute("/", name, value);
  add_dimensions(tree, t);
  add_boundaries(tree, t);

  tree.group("scalars");
  tree.attribute("scalars", "field_names", std::vector<std::string>{"kappa", "r", "gamma_2"});
  for (const auto& [name, value] : scalars) {
    tree.data("scalars/" + name, {}, std::vector<float>{static_cast<float>(value)});
    tree.attribute("scalars/" + name, "sample_varying", false);
    tree.attribute("scalars/" + name, "time_varying", false);
  }
  std::vector<float> values;
  for (std::size_t s = 0; s < count(t); ++s) {
    const auto one = fields_of(t, s);
    values.insert(values.end(), one.begin(), one.end());
  }
  const std::string field = "t0_fields/temperature";
  tree.data(field, joined({n, static_cast<Index>(t.steps.size())}, t.scenario.cells), values);
  tree.attribute("t0_fields", "field_names", std::vector<std::string>{"temperature"});
  tree.attribute(field, "dim_varying", std::vector<bool>(static_cast<std::size_t>(dimensions), true));
  tree.attribute(field, "sample_varying", true);
  tree.attribute(field, "time_varying", true);
  for (const char* empty : {"t1_fields", "t2_fields"}) {
    tree.group(empty);
    tree.attribute(empty, "field_names", std::vector<std::string>{});
  }
  return tree;
}

Tree pdebench_layout(const Trajectories& t) {
  const auto names = axis_names(t.scenario.dimensions());
  const auto time = times(t);
  std::string config = fmt::format("name: {}\nequation: u_t = kappa laplace u\nkappa: 1\nboundary: {}\n",
                                   t.name, t.scenario.boundary);
  config += fmt::format("r: {}\ngamma_2: {}\ndt: {}\n", t.scenario.rate, t.difficulty, time_step(t.scenario));
  Tree tree;
  for (std::size_t s = 0; s < count(t); ++s) {
    const std::string group = fmt::format("{:04}", s);
    auto shape = joined({static_cast<Index>(time.size())}, t.scenario.cells);
    shape.push_back(1);
    tree.data(group + "/data", shape, fields_of(t, s));
    tree.data(group + "/grid/t", {static_cast<Index>(time.size())}, time);
    for (std::size_t a = 0; a < names.size(); ++a)
      tree.data(group + "/grid/" + names[a], {t.scenario.cells[a]}, centres(t.scenario.cells[a]));
    tree.attribute(group, "config", config);
  }
  return tree;
}

}  // namespace attune::experiments::heat::rollout_benchmark
