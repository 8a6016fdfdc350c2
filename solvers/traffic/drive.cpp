// solvers/traffic/drive.cpp
#include "solvers/traffic/shipped_drives.hpp"

namespace attune::traffic {

template class Drive<Acc>;
template class Drive<Bilateral>;
template class Drive<Cacc>;
template class Drive<Fvdm>;
template class Drive<Gipps>;
template class Drive<Hdm>;
template class Drive<Idm>;
template class Drive<Krauss>;
template class Drive<Lenz>;
template class Drive<Ovm>;

}  // namespace attune::traffic
