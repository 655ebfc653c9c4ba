#include "cppet/storage/hdf5/values/array_item.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/values/coding.h"

namespace cppet::hdf5 {
namespace {

// Of a chunk; the cache of HDF5 takes no larger ones.
constexpr int64_t kChunkBytes = int64_t{1} << 20;

// One piece, no filters.
hid_t ContiguousProperties() {
  static const hid_t properties =
      DatasetProperties({}, {}, DatasetKind::kArray).Release();
  return properties;
}

// As much of the array, from its last dimension on, as a chunk holds.
std::vector<hsize_t> ChunkShape(absl::Span<const int64_t> shape,
                                int64_t element_size) {
  std::vector<hsize_t> chunk(shape.size(), 1);
  int64_t left = std::max<int64_t>(1, kChunkBytes / element_size);
  for (int i = static_cast<int>(shape.size()) - 1; i >= 0; --i) {
    chunk[i] = std::min(shape[i], left);
    left = std::max<int64_t>(1, left / chunk[i]);
  }
  return chunk;
}

absl::Status WriteArrayAttributes(hid_t dataset, const Value& value,
                                  const Recall& recall, bool chunked) {
  if (chunked) {
    CPPET_RETURN_IF_ERROR(WriteAscii(dataset, "CLASS", "CARRAY"));
    CPPET_RETURN_IF_ERROR(WriteAscii(dataset, "VERSION", "1.1"));
  } else {
    CPPET_RETURN_IF_ERROR(WriteText(dataset, "CLASS", "ARRAY"));
    CPPET_RETURN_IF_ERROR(WriteText(dataset, "VERSION", "2.4"));
    CPPET_RETURN_IF_ERROR(
        WriteText(dataset, "FLAVOR",
                  value.flavor() == Flavor::kPython ? "python" : "numpy"));
  }
  CPPET_RETURN_IF_ERROR(WriteText(dataset, "TITLE", ""));
  CPPET_RETURN_IF_ERROR(WriteRecall(dataset, "SRVC_DATA_", recall));
  return WriteText(dataset, "SRVC_STORE", chunked ? "CARRAY" : "ARRAY");
}

}  // namespace

absl::Status WriteArray(hid_t group, const std::string& name,
                        const Value& value, const Recall& recall,
                        const Filters& filters) {
  const absl::Span<const int64_t> shape = value.shape();
  const size_t text_size = TextSize(value);
  const StringType string_type(std::max<size_t>(1, text_size), H5T_CSET_ASCII);
  const hid_t file_type =
      text_size > 0 ? string_type.get() : FileType(value.dtype());
  const hid_t memory_type =
      text_size > 0 ? string_type.get() : MemoryType(value.dtype());

  Handle owned_space;
  hid_t space = ScalarSpace();
  if (!shape.empty()) {
    const std::vector<hsize_t> dims(shape.begin(), shape.end());
    owned_space = Handle(H5Screate_simple(dims.size(), dims.data(), nullptr));
    space = owned_space.get();
  }
  const bool is_array =
      value.form() == Form::kArray || value.form() == Form::kMatrix;
  const bool chunked =
      is_array && filters.any() && !shape.empty() && value.size() > 0;
  Handle owned_properties;
  hid_t properties = ContiguousProperties();
  if (chunked) {
    owned_properties =
        DatasetProperties(ChunkShape(shape, H5Tget_size(file_type)), filters,
                          DatasetKind::kArray);
    properties = owned_properties.get();
  }

  Handle dataset(H5Dcreate2(group, name.c_str(), file_type, space, H5P_DEFAULT,
                            properties, H5P_DEFAULT));
  std::vector<char> texts;
  const char* data = value.bytes().data();
  if (text_size > 0) {
    AppendElements(value, text_size, &texts);
    data = texts.data();
  }
  if (!dataset.ok() ||
      (value.size() > 0 && H5Dwrite(dataset.get(), memory_type, H5S_ALL,
                                    H5S_ALL, H5P_DEFAULT, data) < 0)) {
    return ErrorAt(group, absl::StrCat("cannot write ", name));
  }
  CPPET_RETURN_IF_ERROR(
      WriteArrayAttributes(dataset.get(), value, recall, chunked));
  if (!dataset.Reset()) {
    return ErrorAt(group, absl::StrCat("cannot write ", name));
  }
  return absl::OkStatus();
}

absl::StatusOr<Value> ReadArray(Handle handle) {
  CPPET_ASSIGN_OR_RETURN(const OpenedDataset dataset,
                         InspectDataset(std::move(handle)));
  const hid_t id = dataset.id.get();
  absl::StatusOr<ElementType> element = ElementType::Of(dataset.type.get());
  if (!element.ok()) {
    return StatusAt(id, element.status().message(), element.status().code());
  }
  absl::StatusOr<Decoder> decoder =
      Decoder::Create(*element, dataset.shape, ReadRecall(id, "SRVC_DATA_"));
  if (!decoder.ok()) {
    return StatusAt(id, decoder.status().message(), decoder.status().code());
  }
  CPPET_ASSIGN_OR_RETURN(std::vector<char> bytes,
                         ReadAll(dataset, element->memory.get()));
  const absl::string_view view(bytes.data(), bytes.size());
  if (const absl::Status status = decoder->Check(view); !status.ok()) {
    return StatusAt(id, status.message(), status.code());
  }
  return decoder->Decode(std::move(bytes));
}

}  // namespace cppet::hdf5
