// solvers/traffic/shipped_drives.hpp
//
// drive.hpp with the laws of law_list.hpp compiled once, in double. Another law, and one that is missing here,
// is compiled where it is used.
#pragma once

#include "solvers/traffic/drive.hpp"
#include "solvers/traffic/law_list.hpp"

namespace attune::traffic {

extern template class Drive<Acc>;
extern template class Drive<Bilateral>;
extern template class Drive<Cacc>;
extern template class Drive<Fvdm>;
extern template class Drive<Gipps>;
extern template class Drive<Hdm>;
extern template class Drive<Idm>;
extern template class Drive<Krauss>;
extern template class Drive<Lenz>;
extern template class Drive<Ovm>;

}  // namespace attune::traffic
