// experiments/command/launch.cpp
#include "experiments/command/launch.hpp"

#include <cstdlib>
#include <string_view>

namespace attune::command {

bool first_of_launch() {
  for (const char* name :
       {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK", "SLURM_PROCID"})
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  return true;
}

}  // namespace attune::command
