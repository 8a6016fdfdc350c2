// core/results/parts.hpp
//
// The parts of a result file, each written by one function into an open file:
//
//   /name        data sets and dimension scales, as netCDF lays them out     data.cpp, scales.cpp
//   /claims      what the run claims, with its verdicts                      claims.cpp
//   /provenance  what was asked, and what program answered                   provenance.cpp
//   /entry       NeXus: which data sets are worth a plot                     nexus.cpp
//   /VTKHDF      ParaView: the fields of a snapshot                          vtkhdf.cpp
#pragma once

#include "core/results/contents.hpp"
#include "core/results/handle.hpp"

namespace attune::results {

// Creates the data set and, unless it is divided among ranks, writes its values.
void write_data(hid_t file, const Item& item);
void write_scales(hid_t file, const Contents& contents);
void write_claims(hid_t file, const Contents& contents);
void write_provenance(hid_t file, const Contents& contents);
void write_nexus(hid_t file, const Contents& contents);
void write_vtkhdf(hid_t file, const VtkImage& image);

Handle create_group(hid_t parent, const std::string& name);
void link_softly(hid_t group, const std::string& name, const std::string& target);

// A scalar data set; it lies in its header, whose checksum covers it, unless it is too long for that.
Handle create_scalar(hid_t group, const std::string& name, hid_t type);

// Memory and file types of an element.
Handle memory_type(const Item& item);
Handle stored_type(const Item& item);

}  // namespace attune::results
