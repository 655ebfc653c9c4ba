#include "cppet/storage/hdf5/python/npz.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/python/zip_archive.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

constexpr absl::string_view kMagic = "\x93NUMPY";
// Of version 1.0: magic, 2 bytes of version, 2 of the header's length.
constexpr size_t kPrefix = 10;
constexpr size_t kAlignment = 64;
constexpr int kMaxRank = 32;

// "<f8"; empty for what a sparse matrix cannot have.
std::string TypeCode(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return "|b1";
    case DType::kInt8:
      return "|i1";
    case DType::kInt16:
      return "<i2";
    case DType::kInt32:
      return "<i4";
    case DType::kInt64:
      return "<i8";
    case DType::kUInt8:
      return "|u1";
    case DType::kUInt16:
      return "<u2";
    case DType::kUInt32:
      return "<u4";
    case DType::kUInt64:
      return "<u8";
    case DType::kFloat16:
      return "<f2";
    case DType::kFloat32:
      return "<f4";
    case DType::kFloat64:
      return "<f8";
    case DType::kComplex64:
      return "<c8";
    case DType::kComplex128:
      return "<c16";
    default:
      return "";
  }
}

std::optional<DType> DTypeOfCode(absl::string_view code) {
  for (int i = 0; i <= static_cast<int>(DType::kFloat16); ++i) {
    const DType dtype = static_cast<DType>(i);
    const std::string own = TypeCode(dtype);
    if (!own.empty() && own == code) return dtype;
  }
  return std::nullopt;
}

std::string Npy(absl::string_view type_code, absl::Span<const int64_t> shape,
                absl::string_view data) {
  std::string header = absl::StrCat(
      "{'descr': '", type_code, "', 'fortran_order': False, 'shape': (",
      absl::StrJoin(shape, ", "), shape.size() == 1 ? ",), }" : "), }");
  const size_t size = kPrefix + header.size() + 1;
  header.append((kAlignment - size % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string out(kMagic);
  out += '\1';
  out += '\0';
  out += static_cast<char>(header.size() & 0xff);
  out += static_cast<char>(header.size() >> 8);
  absl::StrAppend(&out, header, data);
  return out;
}

std::string Npy(const Value& array) {
  return Npy(TypeCode(array.dtype()), array.shape(), array.bytes());
}

absl::Status Damaged() {
  return absl::DataLossError("a numpy file in a sparse matrix is damaged");
}

// An array in a .npy file. Text is that of one byte a character.
struct NpyArray {
  std::string type_code;
  std::vector<int64_t> shape;
  absl::string_view data;
};

// What follows 'key': in the header of a .npy file, up to `end`.
absl::StatusOr<absl::string_view> HeaderField(absl::string_view header,
                                              absl::string_view key, char end) {
  const std::string quoted = absl::StrCat("'", key, "':");
  size_t at = header.find(quoted);
  if (at == absl::string_view::npos) return Damaged();
  at += quoted.size();
  const size_t stop = header.find(end, at);
  if (stop == absl::string_view::npos) return Damaged();
  return absl::StripAsciiWhitespace(header.substr(at, stop - at));
}

absl::StatusOr<NpyArray> ParseNpy(absl::string_view npy) {
  if (npy.size() < kPrefix || !absl::StartsWith(npy, kMagic)) return Damaged();
  if (npy[6] != 1) {
    return absl::UnimplementedError("a numpy file of a newer version");
  }
  const size_t header_size = static_cast<unsigned char>(npy[8]) |
                             static_cast<unsigned char>(npy[9]) << 8;
  if (npy.size() - kPrefix < header_size) return Damaged();
  const absl::string_view header = npy.substr(kPrefix, header_size);
  NpyArray array;
  array.data = npy.substr(kPrefix + header_size);
  CPPET_ASSIGN_OR_RETURN(absl::string_view code,
                         HeaderField(header, "descr", ','));
  absl::ConsumePrefix(&code, "'");
  absl::ConsumeSuffix(&code, "'");
  array.type_code = std::string(code);
  CPPET_ASSIGN_OR_RETURN(const absl::string_view fortran,
                         HeaderField(header, "fortran_order", ','));
  CPPET_ASSIGN_OR_RETURN(absl::string_view shape,
                         HeaderField(header, "shape", ')'));
  if (!absl::ConsumePrefix(&shape, "(")) return Damaged();
  for (const absl::string_view part :
       absl::StrSplit(shape, ',', absl::SkipWhitespace())) {
    int64_t length;
    if (!absl::SimpleAtoi(part, &length) || length < 0 ||
        array.shape.size() == kMaxRank) {
      return Damaged();
    }
    array.shape.push_back(length);
  }
  if (fortran != "False" && array.shape.size() > 1) {
    return absl::UnimplementedError("a numpy file in Fortran's order");
  }
  return array;
}

// Whether `data` has exactly the elements of `shape`.
bool HasSize(absl::string_view data, const std::vector<int64_t>& shape,
             size_t item_size) {
  size_t size = item_size;
  for (const int64_t length : shape) {
    if (__builtin_mul_overflow(size, static_cast<size_t>(length), &size)) {
      return false;
    }
  }
  return size == data.size();
}

class NpzReader {
 public:
  explicit NpzReader(const std::map<std::string, std::string>& files)
      : files_(files) {}

  absl::StatusOr<Value> Array(const std::string& name) const {
    CPPET_ASSIGN_OR_RETURN(const NpyArray array, Find(name));
    const std::optional<DType> dtype = DTypeOfCode(array.type_code);
    if (!dtype.has_value()) {
      return absl::UnimplementedError(
          absl::StrCat("a sparse matrix of numpy's type ", array.type_code));
    }
    if (!HasSize(array.data, array.shape, ItemSize(*dtype))) return Damaged();
    return Value::Collection(Form::kArray, *dtype, Flavor::kNumpy, array.shape,
                             {array.data.begin(), array.data.end()});
  }

  absl::StatusOr<SparseMatrix::Format> Format() const {
    using Format = SparseMatrix::Format;
    CPPET_ASSIGN_OR_RETURN(const NpyArray array, Find("format"));
    std::string name(WithoutTrailingNuls(array.data));
    // Older ones keep text with four bytes a character.
    if (absl::StrContains(array.type_code, 'U')) {
      name.erase(std::remove(name.begin(), name.end(), '\0'), name.end());
    }
    for (const auto format :
         {Format::kCsr, Format::kCsc, Format::kBsr, Format::kDia}) {
      if (FormatName(format) == name) return format;
    }
    return absl::UnimplementedError("a sparse matrix of another format");
  }

 private:
  absl::StatusOr<NpyArray> Find(const std::string& name) const {
    const auto file = files_.find(name + ".npy");
    if (file == files_.end()) return Damaged();
    return ParseNpy(file->second);
  }

  const std::map<std::string, std::string>& files_;
};

}  // namespace

std::string WriteNpz(const SparseMatrix& matrix) {
  std::vector<std::pair<std::string, std::string>> files;
  if (matrix.format == SparseMatrix::Format::kDia) {
    files.emplace_back("offsets.npy", Npy(matrix.offsets));
  } else {
    files.emplace_back("indices.npy", Npy(matrix.indices));
    files.emplace_back("indptr.npy", Npy(matrix.indptr));
  }
  files.emplace_back("format.npy", Npy("|S3", {}, FormatName(matrix.format)));
  files.emplace_back("shape.npy",
                     Npy(Value(std::vector<int64_t>(matrix.shape.begin(),
                                                    matrix.shape.end()))));
  files.emplace_back("data.npy", Npy(matrix.data));
  return WriteZip(files);
}

absl::StatusOr<SparseMatrix> ReadNpz(absl::string_view npz) {
  CPPET_ASSIGN_OR_RETURN(const auto files, ReadZip(npz));
  const NpzReader reader(files);
  SparseMatrix matrix;
  CPPET_ASSIGN_OR_RETURN(matrix.format, reader.Format());
  CPPET_ASSIGN_OR_RETURN(const Value shape, reader.Array("shape"));
  const auto lengths = shape.As<std::vector<int64_t>>();
  if (!lengths.ok() || lengths->size() != 2) return Damaged();
  matrix.shape = {(*lengths)[0], (*lengths)[1]};
  CPPET_ASSIGN_OR_RETURN(matrix.data, reader.Array("data"));
  if (matrix.format == SparseMatrix::Format::kDia) {
    CPPET_ASSIGN_OR_RETURN(matrix.offsets, reader.Array("offsets"));
  } else {
    CPPET_ASSIGN_OR_RETURN(matrix.indices, reader.Array("indices"));
    CPPET_ASSIGN_OR_RETURN(matrix.indptr, reader.Array("indptr"));
  }
  if (const absl::Status status = matrix.Check(); !status.ok()) {
    return absl::DataLossError(status.message());
  }
  return matrix;
}

}  // namespace cppet::hdf5
