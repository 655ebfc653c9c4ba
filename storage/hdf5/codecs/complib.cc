#include "cppet/storage/hdf5/codecs/complib.h"

#include <blosc.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace cppet::hdf5 {
namespace {

struct Name {
  Complib complib;
  absl::string_view name;
};

constexpr Name kNames[] = {
    {Complib::kZlib, "zlib"},
    {Complib::kLzo, "lzo"},
    {Complib::kBzip2, "bzip2"},
    {Complib::kBlosc, "blosc"},
    {Complib::kBloscBlosclz, "blosc:blosclz"},
    {Complib::kBloscLz4, "blosc:lz4"},
    {Complib::kBloscLz4hc, "blosc:lz4hc"},
    {Complib::kBloscSnappy, "blosc:snappy"},
    {Complib::kBloscZlib, "blosc:zlib"},
    {Complib::kBloscZstd, "blosc:zstd"},
};

absl::Status CheckIsBuiltIn(absl::string_view name) {
  absl::string_view codec = name;
  // A literal, which ends with a NUL.
  if (!absl::ConsumePrefix(&codec, "blosc:") ||
      blosc_compname_to_compcode(codec.data()) >= 0) {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(
      absl::StrCat("complib is '", name, "', but Blosc was built here with ",
                   blosc_list_compressors(), " only"));
}

}  // namespace

absl::StatusOr<Complib> ParseComplib(absl::string_view name) {
  for (const Name& known : kNames) {
    if (known.name != name) continue;
    if (absl::Status built_in = CheckIsBuiltIn(known.name); !built_in.ok()) {
      return built_in;
    }
    return known.complib;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "complib is '", name, "', but must be one of ",
      absl::StrJoin(kNames, ", ", [](std::string* out, const Name& known) {
        absl::StrAppend(out, known.name);
      })));
}

absl::string_view ComplibName(Complib complib) {
  for (const Name& known : kNames) {
    if (known.complib == complib) return known.name;
  }
  return "";
}

bool IsBlosc(Complib complib) { return complib >= Complib::kBlosc; }

}  // namespace cppet::hdf5
