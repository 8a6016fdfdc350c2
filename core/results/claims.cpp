// core/results/claims.cpp
#include "core/results/attribute.hpp"
#include "core/results/parts.hpp"

namespace attune::results {

void write_claims(hid_t file, const Contents& contents) {
  const Handle group = create_group(file, "claims");
  for (const auto& [claim, holds] : contents.claims) {
    const Handle data = create_scalar(group, claim.id, H5T_IEEE_F64LE);
    checked(H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &claim.value),
            "write claim " + claim.id);
    write_attribute(data, "statement", claim.statement);
    write_attribute(data, "kind", word(claim.kind));
    write_attribute(data, "expected", claim.expected);
    write_attribute(data, "tolerance", claim.tolerance);
    write_attribute(data, "unit", claim.unit);
    write_attribute(data, "source", claim.source);
    write_attribute(data, "role", word(claim.role));
    write_attribute(data, "min_scale", word(claim.min_scale));
    write_attribute(data, "holds", Index(holds));
    if (!claim.absent.empty()) write_attribute(data, "absent", claim.absent);
  }
}

}  // namespace attune::results
