#ifndef CPPET_SUMATRA_DATA_KEY_H_
#define CPPET_SUMATRA_DATA_KEY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace cppet {

// What Sumatra keeps of an output file, so as to find it again and to know
// whether it is still the same.
struct DataKey {
  std::string path;    // from the data store's root; absolute if outside of it
  std::string digest;  // SHA-1, 40 hexadecimal digits
  int64_t creation = 0;  // the last change of the file's inode, in Unix seconds
  int64_t size = 0;      // bytes
  std::string mime_type;  // empty: unknown
};

// Returns the key of `file` in a data store with the folder `root`.
//
// Errors, with the path in the message:
//   kNotFound: there is no such file.
//   kInvalidArgument: it is a folder or another thing that is no plain file.
//   Others as the system's.
absl::StatusOr<DataKey> MakeDataKey(const std::string& file,
                                    const std::string& root);

// Returns the key's metadata as Sumatra has it: {"encoding": null, "mimetype":
// "text/csv", "size": 6}.
std::string MetadataJson(const DataKey& key);

}  // namespace cppet

#endif  // CPPET_SUMATRA_DATA_KEY_H_
