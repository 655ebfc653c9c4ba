#include "cppet/storage/hdf5/values/sparse_parts.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/sparse_matrix.h"

namespace cppet::hdf5 {
namespace {

using Format = SparseMatrix::Format;

constexpr char kFormat[] = "format";
constexpr char kDia[] = "is_dia";
constexpr char kData[] = "data";

std::string PartName(absl::string_view name, absl::string_view part,
                     absl::string_view suffix = "") {
  return absl::StrCat(name, kSparseSuffix, part, suffix);
}

class PartsReader {
 public:
  PartsReader(hid_t leaf, const std::string& name, const std::string& suffix)
      : leaf_(leaf), name_(name), suffix_(suffix) {}

  absl::StatusOr<SparseMatrix> Read() const {
    SparseMatrix matrix;
    CPPET_ASSIGN_OR_RETURN(matrix.format, ReadFormat());
    CPPET_ASSIGN_OR_RETURN(const Value shape, Part("shape"));
    const auto lengths = shape.As<std::vector<int64_t>>();
    if (!lengths.ok() || lengths->size() != 2) {
      return Damaged("its shape has not two numbers");
    }
    matrix.shape = {(*lengths)[0], (*lengths)[1]};
    CPPET_ASSIGN_OR_RETURN(matrix.data, Part(kData));
    if (matrix.format == Format::kDia) {
      CPPET_ASSIGN_OR_RETURN(matrix.offsets, Part("offsets"));
    } else {
      CPPET_ASSIGN_OR_RETURN(matrix.indices, Part("indices"));
      CPPET_ASSIGN_OR_RETURN(matrix.indptr, Part("indptr"));
    }
    const absl::Status fits = matrix.Check();
    if (!fits.ok()) return Damaged(fits.message());
    return matrix;
  }

 private:
  absl::StatusOr<Value> Part(absl::string_view part) const {
    const std::string link = PartName(name_, part, suffix_);
    if (!HasLink(leaf_, link)) {
      return Damaged(absl::StrCat("there is no ", link));
    }
    CPPET_ASSIGN_OR_RETURN(Handle item, OpenObject(leaf_, link));
    return ReadItem(std::move(item));
  }

  absl::StatusOr<Format> ReadFormat() const {
    if (!HasLink(leaf_, PartName(name_, kFormat, suffix_))) {
      return Format::kDia;
    }
    CPPET_ASSIGN_OR_RETURN(const Value name, Part(kFormat));
    for (const Format format :
         {Format::kCsr, Format::kCsc, Format::kBsr, Format::kDia}) {
      if (name.is_scalar() && name.is_text() &&
          name.texts()[0] == FormatName(format)) {
        return format;
      }
    }
    return Damaged("its format is none of csr, csc, bsr and dia");
  }

  absl::Status Damaged(absl::string_view problem) const {
    return StatusAt(leaf_,
                    absl::StrCat("the sparse matrix ", name_, suffix_,
                                 " cannot be read: ", problem),
                    absl::StatusCode::kDataLoss);
  }

  const hid_t leaf_;
  const std::string& name_;
  const std::string& suffix_;
};

// Whether there is a matrix in parts of that name.
bool HasParts(hid_t leaf, absl::string_view name) {
  return HasLink(leaf, PartName(name, kData)) &&
         (HasLink(leaf, PartName(name, kFormat)) ||
          HasLink(leaf, PartName(name, kDia)));
}

}  // namespace

std::optional<std::string> SparseNameOfPart(hid_t leaf,
                                            absl::string_view link) {
  const size_t at = link.find(kSparseSuffix);
  if (at == absl::string_view::npos ||
      link.substr(at + kSparseSuffix.size()) != kData ||
      !HasParts(leaf, link.substr(0, at))) {
    return std::nullopt;
  }
  return std::string(link.substr(0, at));
}

bool IsOtherSparsePart(hid_t leaf, absl::string_view link) {
  const size_t at = link.find(kSparseSuffix);
  if (at == absl::string_view::npos) return false;
  const absl::string_view part = link.substr(at + kSparseSuffix.size());
  for (const absl::string_view other :
       {"format", "shape", "indices", "indptr", "offsets", "is_dia"}) {
    if (part == other) return HasParts(leaf, link.substr(0, at));
  }
  return false;
}

absl::StatusOr<Value> ReadSparseParts(hid_t leaf, const std::string& name,
                                      const std::string& suffix) {
  CPPET_ASSIGN_OR_RETURN(SparseMatrix matrix,
                         PartsReader(leaf, name, suffix).Read());
  return Value(std::move(matrix));
}

}  // namespace cppet::hdf5
