#include "cppet/sumatra/data_key.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/utf8.h"

namespace cppet {
namespace {

namespace fs = std::filesystem;

// Of those that Python's mimetypes knows, what simulations write. It has none
// for .hdf5.
struct MimeType {
  absl::string_view extension;
  absl::string_view type;
};
constexpr MimeType kMimeTypes[] = {
    {".csv", "text/csv"},        {".h5", "application/x-hdf5"},
    {".html", "text/html"},      {".json", "application/json"},
    {".pdf", "application/pdf"}, {".png", "image/png"},
    {".svg", "image/svg+xml"},   {".txt", "text/plain"},
};

std::string FindMimeType(const fs::path& file) {
  const std::string extension =
      absl::AsciiStrToLower(file.extension().string());
  const auto* const found = std::find_if(
      std::begin(kMimeTypes), std::end(kMimeTypes),
      [&](const MimeType& type) { return type.extension == extension; });
  return found == std::end(kMimeTypes) ? "" : std::string(found->type);
}

// Returns `file` as seen from `root`, if it is in there, both without links.
std::string PathInStore(const std::string& file, const std::string& root) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error).lexically_normal();
  const fs::path real_root = fs::weakly_canonical(root, error);
  if (error || root.empty()) return absolute.string();
  const fs::path real_file = fs::weakly_canonical(absolute, error);
  const fs::path relative = real_file.lexically_relative(real_root);
  if (error || relative.empty() || *relative.begin() == "..") {
    return absolute.string();
  }
  return relative.string();
}

}  // namespace

absl::StatusOr<DataKey> MakeDataKey(const std::string& file,
                                    const std::string& root) {
  struct stat status;
  if (stat(file.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("output file ", file));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("output file ", file, " is no file"));
  }
  DataKey key;
  key.path = ReplaceInvalidUtf8(PathInStore(file, root));
  CPPET_ASSIGN_OR_RETURN(key.digest, Sha1HexOfFile(file));
  key.creation = status.st_ctime;
  key.size = status.st_size;
  key.mime_type = FindMimeType(file);
  return key;
}

std::string MetadataJson(const DataKey& key) {
  const std::string mime_type =
      key.mime_type.empty() ? "null" : absl::StrCat("\"", key.mime_type, "\"");
  return absl::StrCat("{\"encoding\": null, \"mimetype\": ", mime_type,
                      ", \"size\": ", key.size, "}");
}

}  // namespace cppet
