// experiments/heat/parts/rollout_benchmark/trajectory_layouts.hpp
//
// Trajectories of the heat equation as other suites lay them out, so that their loaders read ours.
//
//   The Well   [ohana2024]  root attributes dataset_name, grid_type, n_spatial_dims, n_trajectories and
//              simulation_parameters; groups dimensions (time, x, y, z), boundary_conditions with masks, scalars,
//              t0_fields/temperature (trajectory, time, x, y, z), t1_fields and t2_fields; float32
//   PDEBench   [takamoto2022]  a group "0000", "0001", ... a trajectory: data (t, x, y, z, channel) float32,
//              grid/t, grid/x, ...; attribute config, YAML
//
// Both name their first space axis x; ours are (z, y, x), so x of theirs is the slowest of ours.
#pragma once

#include "core/results/tree.hpp"
#include "experiments/heat/parts/rollout_benchmark/training_windows.hpp"

namespace attune::experiments::heat::rollout_benchmark {

struct Trajectories {
  std::string name;  // of the data set
  Scenario scenario;
  double difficulty = 0;  // gamma_2
  std::vector<Index> steps;  // whose fields are there
  std::vector<Samples> at;  // (steps, trajectories, cells)
};

Tree the_well_layout(const Trajectories& trajectories);
Tree pdebench_layout(const Trajectories& trajectories);

}  // namespace attune::experiments::heat::rollout_benchmark
