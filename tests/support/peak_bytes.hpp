// tests/support/peak_bytes.hpp
//
// What tests hold a documented peak of memory against.
#pragma once

#include "core/core/peak_bytes.hpp"

namespace attune::test {
using attune::peak_bytes;
}
