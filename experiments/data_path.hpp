// experiments/data_path.hpp
//
// Where decks and data lie. Folders of inputs, the first to be looked in first: $ATTUNE_INPUTS, ./inputs, the
// one of the sources that this was built from, the installed one. Data lie in the folders of --data and of
// $ATTUNE_DATA (both may hold several, separated by ':'), then in data/ of the folders of inputs.
#pragma once

#include <string>
#include <vector>

#include "core/core/require.hpp"

namespace attune::experiments {

class MissingData : public InputError {
 public:
  MissingData(const std::string& name, const std::string& what) : InputError(Exit::input, what), file(name) {}
  std::string file;
};

std::vector<std::string> input_folders();

// From now on data are looked for there first.
void look_for_data_in(const std::string& folders);

// A path that exists stands for itself; any other file is looked for in the folders of data. Throws
// MissingData with one line that names the file and where it was looked for.
std::string find_data(const std::string& file);

}  // namespace attune::experiments
