#include "cppet/storage/hdf5/values/array_item.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/chunk_writer.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/values/coding.h"

namespace cppet::hdf5 {
namespace {

// One piece, no filters.
hid_t ContiguousProperties() {
  static const hid_t properties =
      DatasetProperties({}, {}, DatasetKind::kArray).Release();
  return properties;
}

absl::Status WriteElements(hid_t dataset, hid_t memory_type, const Value& value,
                           const char* data, bool chunked) {
  if (value.size() == 0) return absl::OkStatus();
  const Handle file_type(chunked ? H5Dget_type(dataset) : H5I_INVALID_HID);
  if (chunked && H5Tequal(file_type.get(), memory_type) > 0) {
    CPPET_ASSIGN_OR_RETURN(
        const bool written,
        WriteChunks(dataset, value.shape(), H5Tget_size(memory_type), data));
    if (written) return absl::OkStatus();
  }
  if (H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
    return ErrorAt(dataset, "cannot write");
  }
  return absl::OkStatus();
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
  if (!dataset.ok()) {
    return ErrorAt(group, absl::StrCat("cannot write ", name));
  }
  CPPET_RETURN_IF_ERROR(
      WriteElements(dataset.get(), memory_type, value, data, chunked));
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
