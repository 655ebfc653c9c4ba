#ifndef CPPET_STORAGE_HDF5_TREE_DIRECT_RESULTS_H_
#define CPPET_STORAGE_HDF5_TREE_DIRECT_RESULTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "cppet/storage/hdf5/direct/file_window.h"
#include "cppet/storage/hdf5/direct/object_image.h"
#include "cppet/storage/hdf5/tree/node_read.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/storage/options.h"
#include "cppet/trajectory/leaf_classes.h"
#include "cppet/trajectory/value.h"
#include "hdf5.h"

namespace cppet::hdf5 {

// Reads groups of plain results, as most runs leave them, without HDF5.
class DirectResults {
 public:
  struct Options {
    // As in NodeReaderOptions.
    absl::FunctionRef<LoadLevel(absl::string_view full_name)> level;
    // Null: all are.
    const std::function<bool(absl::string_view name)>* wanted = nullptr;
    const LeafClasses* classes = nullptr;
  };

  // Null if the file of `object` is not read through its journal only: what is
  // being written may be in HDF5's memory alone.
  static std::unique_ptr<DirectResults> Of(hid_t object);

  // Reads the node `full_name`, whose object is at `address`, and all below it,
  // parents before their children and those by name. Returns false, and `read`
  // is as it was, if anything is unusual, damaged, or no result: then HDF5 is
  // to read it.
  bool Read(uint64_t address, const std::string& full_name,
            const Options& options, std::vector<NodeRead>* read);

 private:
  explicit DirectResults(FileWindow file) : file_(std::move(file)) {}

  bool ReadNode(uint64_t address, const std::string& full_name, int depth,
                const Options& options, std::vector<NodeRead>* read);
  std::unique_ptr<Node> ReadLeaf(const ObjectImage& image,
                                 const std::string& full_name,
                                 absl::string_view class_name, LoadLevel level,
                                 const Options& options,
                                 std::vector<std::string>* left_out);
  std::optional<Value> ReadItem(uint64_t address);
  const Decoder* DecoderOf(const ObjectImage& image, const Recall& recall);

  FileWindow file_;
  int objects_ = 0;  // of one call of Read
  // By all that one depends on; null if there is none.
  absl::flat_hash_map<std::string, std::unique_ptr<Decoder>> decoders_;
};

}  // namespace cppet::hdf5

#endif  // CPPET_STORAGE_HDF5_TREE_DIRECT_RESULTS_H_
