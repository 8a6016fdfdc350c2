// core/results/attribute.hpp
//
// Attributes of HDF5 objects. Words are of fixed length, because variable ones lie in a heap without a
// checksum.
#pragma once

#include "core/results/handle.hpp"

namespace attune::results {

Handle text_type(std::size_t width);  // UTF-8, padded with NUL

void write_attribute(hid_t object, const std::string& name, const std::string& text);
void write_attribute(hid_t object, const std::string& name, const char* text);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, Index value);
void write_attribute(hid_t object, const std::string& name, const std::vector<std::string>& words);
void write_attribute(hid_t object, const std::string& name, const std::vector<double>& values);
void write_attribute(hid_t object, const std::string& name, const std::vector<Index>& values);

// Readers refuse, by Fault, what is not a scalar of the wanted kind, or longer than 1 MiB.
bool has_attribute(hid_t object, const std::string& name);
std::string read_text_attribute(hid_t object, const std::string& name);
double read_number_attribute(hid_t object, const std::string& name);
Index read_integer_attribute(hid_t object, const std::string& name);
std::vector<std::string> attribute_names(hid_t object);

}  // namespace attune::results
