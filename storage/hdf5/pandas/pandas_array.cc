#include "cppet/storage/hdf5/pandas/pandas_array.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/dataset.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/pandas/column_block.h"
#include "cppet/storage/hdf5/python/numpy_pickle.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/storage/hdf5/values/coding.h"

namespace cppet::hdf5 {
namespace {

// Of a chunk; the cache of HDF5 takes no larger ones.
constexpr int64_t kChunkBytes = int64_t{1} << 20;

// Of the pickles of arrays of objects.
constexpr int kObjectsProtocol = 4;

// What PyTables calls a dataset: an array in one piece, in chunks, or of
// sequences of any length.
enum class ArrayClass { kArray, kChunked, kSequences };

absl::Status WriteClass(hid_t dataset, ArrayClass array_class) {
  CPPET_RETURN_IF_ERROR(WriteText(dataset, "TITLE", ""));
  switch (array_class) {
    case ArrayClass::kArray:
      CPPET_RETURN_IF_ERROR(WriteText(dataset, "FLAVOR", "numpy"));
      CPPET_RETURN_IF_ERROR(WriteText(dataset, "CLASS", "ARRAY"));
      return WriteText(dataset, "VERSION", "2.4");
    case ArrayClass::kChunked:
      CPPET_RETURN_IF_ERROR(WriteAscii(dataset, "CLASS", "CARRAY"));
      return WriteAscii(dataset, "VERSION", "1.1");
    case ArrayClass::kSequences:
      CPPET_RETURN_IF_ERROR(WriteText(dataset, "CLASS", "VLARRAY"));
      CPPET_RETURN_IF_ERROR(WriteText(dataset, "VERSION", "1.4"));
      return WriteText(dataset, "PSEUDOATOM", "object");
  }
  return absl::OkStatus();
}

// As many rows as fit, each whole.
std::vector<hsize_t> ChunkShape(absl::Span<const int64_t> shape,
                                int64_t element_size) {
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  const int64_t columns = shape.size() > 1 ? shape[1] : 1;
  if (columns * element_size > kChunkBytes) {
    chunk[1] = std::max<int64_t>(1, kChunkBytes / element_size);
  }
  const int64_t row_bytes = (shape.size() > 1 ? chunk[1] : 1) * element_size;
  chunk[0] = std::clamp<int64_t>(kChunkBytes / row_bytes, 1, shape[0]);
  return chunk;
}

Filters NoFilters() {
  Filters filters;
  filters.complevel = 0;
  return filters;
}

// `bytes` are the elements, none if the dataset has no elements.
absl::StatusOr<Handle> WriteDataset(hid_t group, const std::string& name,
                                    hid_t file_type, hid_t memory_type,
                                    absl::Span<const int64_t> shape,
                                    const char* bytes, const Filters& filters) {
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const bool chunked = bytes != nullptr && filters.any();
  const Handle space(H5Screate_simple(dims.size(), dims.data(), nullptr));
  const Handle properties =
      DatasetProperties(chunked ? ChunkShape(shape, H5Tget_size(file_type))
                                : std::vector<hsize_t>(),
                        filters, DatasetKind::kArray);
  Handle dataset(H5Dcreate2(group, name.c_str(), file_type, space.get(),
                            H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  if (!dataset.ok() ||
      (bytes != nullptr && H5Dwrite(dataset.get(), memory_type, H5S_ALL,
                                    H5S_ALL, H5P_DEFAULT, bytes) < 0)) {
    return ErrorAt(group, absl::StrCat("cannot write ", name));
  }
  CPPET_RETURN_IF_ERROR(WriteClass(
      dataset.get(), chunked ? ArrayClass::kChunked : ArrayClass::kArray));
  return dataset;
}

// One sequence of bytes, the pickle of the objects.
absl::StatusOr<Handle> WriteObjects(hid_t group, const std::string& name,
                                    const Value& texts) {
  const Handle type(H5Tvlen_create(H5T_STD_U8LE));
  const Handle memory_type(H5Tvlen_create(H5T_NATIVE_UINT8));
  const hsize_t one = 1;
  const hsize_t unlimited = H5S_UNLIMITED;
  const Handle space(H5Screate_simple(1, &one, &unlimited));
  // Filters would only see where the bytes are.
  const Handle properties =
      DatasetProperties({1}, NoFilters(), DatasetKind::kArray);
  Handle dataset(H5Dcreate2(group, name.c_str(), type.get(), space.get(),
                            H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  std::string pickle =
      pickle::Write(*NumpyArrayOfObjects(texts), kObjectsProtocol);
  const hvl_t sequence = {pickle.size(), pickle.data()};
  if (!dataset.ok() || H5Dwrite(dataset.get(), memory_type.get(), H5S_ALL,
                                H5S_ALL, H5P_DEFAULT, &sequence) < 0) {
    return ErrorAt(group, absl::StrCat("cannot write ", name));
  }
  CPPET_RETURN_IF_ERROR(WriteClass(dataset.get(), ArrayClass::kSequences));
  return dataset;
}

// PyTables has no arrays without elements: pandas writes some number, with the
// true type and shape beside it.
absl::StatusOr<Handle> WriteNothing(hid_t group, const std::string& name,
                                    DType dtype,
                                    const std::vector<int64_t>& shape) {
  const double zero = 0;
  CPPET_ASSIGN_OR_RETURN(
      Handle dataset,
      WriteDataset(group, name, FileType(DType::kFloat64),
                   MemoryType(DType::kFloat64),
                   std::vector<int64_t>(shape.size(), 1),
                   reinterpret_cast<const char*>(&zero), NoFilters()));
  CPPET_RETURN_IF_ERROR(
      WriteText(dataset.get(), "value_type", DTypeName(dtype)));
  CPPET_RETURN_IF_ERROR(
      WriteAscii(dataset.get(), "shape", Pickle(Value::Tuple(shape))));
  return dataset;
}

absl::StatusOr<Handle> WriteElements(hid_t group, const std::string& name,
                                     const Value& array,
                                     const Filters& filters) {
  // What is empty is written with its columns as rows.
  if (array.size() == 0 && array.dtype() != DType::kString) {
    const std::vector<int64_t> shape(array.shape().rbegin(),
                                     array.shape().rend());
    if (array.dtype() != DType::kDatetime64) {
      return WriteNothing(group, name, array.dtype(), shape);
    }
    return WriteDataset(group, name, FileType(array.dtype()),
                        MemoryType(array.dtype()), shape, nullptr, filters);
  }
  if (array.dtype() == DType::kString) {
    return WriteObjects(group, name,
                        array.size() == 0 && array.shape().size() == 2
                            ? Transposed(array)
                            : array);
  }
  if (array.dtype() == DType::kBytes) {
    const size_t text_size = TextSize(array);
    const StringType type(text_size, H5T_CSET_ASCII);
    std::vector<char> bytes;
    AppendElements(array, text_size, &bytes);
    return WriteDataset(group, name, type.get(), type.get(), array.shape(),
                        bytes.data(), filters);
  }
  return WriteDataset(group, name, FileType(array.dtype()),
                      MemoryType(array.dtype()), array.shape(),
                      array.bytes().data(), filters);
}

absl::Status Damaged(hid_t dataset, absl::string_view problem) {
  return StatusAt(dataset, problem, absl::StatusCode::kDataLoss);
}

absl::Status Unsupported(hid_t dataset, absl::string_view what) {
  return StatusAt(dataset,
                  absl::StrCat("pandas' ", what, " cannot be read here"),
                  absl::StatusCode::kUnimplemented);
}

// No sequence has more bytes than the file.
struct SequenceLimit {
  hsize_t bytes = 0;
};
void* AllocateSequence(size_t size, void* limit) {
  return size > static_cast<SequenceLimit*>(limit)->bytes ? nullptr
                                                          : std::malloc(size);
}
void FreeSequence(void* memory, void*) { std::free(memory); }

absl::StatusOr<std::string> ReadSequence(const OpenedDataset& dataset) {
  const hid_t id = dataset.id.get();
  const Handle base(H5Tget_super(dataset.type.get()));
  if (ReadText(id, "PSEUDOATOM") != "object" ||
      H5Tget_class(base.get()) != H5T_INTEGER || H5Tget_size(base.get()) != 1) {
    return Unsupported(id, "sequences that are no objects");
  }
  if (dataset.shape != std::vector<int64_t>{1}) {
    return Damaged(id, "it is not one array of objects");
  }
  const Handle file(H5Iget_file_id(id));
  SequenceLimit limit;
  H5Fget_filesize(file.get(), &limit.bytes);
  const Handle properties(H5Pcreate(H5P_DATASET_XFER));
  H5Pset_vlen_mem_manager(properties.get(), AllocateSequence, &limit,
                          FreeSequence, nullptr);
  const Handle type(H5Tvlen_create(H5T_NATIVE_UINT8));
  hvl_t sequence = {};
  if (H5Dread(id, type.get(), H5S_ALL, H5S_ALL, properties.get(), &sequence) <
      0) {
    return ErrorAt(id, "cannot read", absl::StatusCode::kDataLoss);
  }
  std::string bytes(static_cast<const char*>(sequence.p), sequence.len);
  std::free(sequence.p);
  return bytes;
}

absl::StatusOr<Value> ReadObjects(const OpenedDataset& dataset) {
  CPPET_ASSIGN_OR_RETURN(const std::string pickle, ReadSequence(dataset));
  absl::StatusOr<Value> texts = Unpickle(pickle);
  if (!texts.ok()) {
    return StatusAt(dataset.id.get(), texts.status().message(),
                    texts.status().code());
  }
  if (texts->form() != Form::kArray || texts->dtype() != DType::kString) {
    return Unsupported(
        dataset.id.get(),
        absl::StrCat("objects that are a ", texts->TypeDescription()));
  }
  return texts;
}

absl::StatusOr<DType> TypeNamed(hid_t dataset, absl::string_view name) {
  if (name == "datetime64") return DType::kDatetime64;
  if (name == "object") return DType::kString;
  for (int i = 0; i <= static_cast<int>(DType::kFloat16); ++i) {
    const DType dtype = static_cast<DType>(i);
    if (name == DTypeName(dtype) && ItemSize(dtype) > 0) return dtype;
  }
  return Unsupported(dataset, absl::StrCat("type ", name));
}

// An array without elements.
absl::StatusOr<Value> ReadNothing(hid_t dataset) {
  CPPET_ASSIGN_OR_RETURN(
      const DType dtype,
      TypeNamed(dataset, ReadText(dataset, "value_type").value_or("")));
  absl::StatusOr<std::vector<int64_t>> shape;
  const absl::StatusOr<Value> tuple = ReadValue(dataset, "shape");
  if (tuple.ok()) shape = tuple->As<std::vector<int64_t>>();
  if (!tuple.ok() || !shape.ok() ||
      std::count(shape->begin(), shape->end(), 0) == 0 ||
      *std::min_element(shape->begin(), shape->end()) < 0) {
    return Damaged(dataset, "its shape is not that of an empty array");
  }
  if (dtype == DType::kString) {
    return Value::TextCollection(Form::kArray, dtype, Flavor::kNumpy,
                                 *std::move(shape), {});
  }
  return Value::Collection(Form::kArray, dtype, Flavor::kNumpy,
                           *std::move(shape), {});
}

// The type that the elements, which HDF5 knows as `stored`, are to pandas.
absl::StatusOr<DType> PandasType(hid_t dataset, DType stored) {
  if (H5Aexists(dataset, "tz") > 0) return Unsupported(dataset, "time zones");
  const std::optional<std::string> name = ReadText(dataset, "value_type");
  if (!name.has_value()) return stored;
  CPPET_ASSIGN_OR_RETURN(const DType dtype, TypeNamed(dataset, *name));
  if (dtype != stored &&
      !(dtype == DType::kDatetime64 && stored == DType::kInt64)) {
    return Damaged(dataset, absl::StrCat("its type is ", DTypeName(stored),
                                         ", not ", *name));
  }
  return dtype;
}

absl::StatusOr<Value> ReadNumbers(const OpenedDataset& dataset) {
  const hid_t id = dataset.id.get();
  const absl::StatusOr<ElementType> element =
      ElementType::Of(dataset.type.get());
  if (!element.ok()) {
    return StatusAt(id, element.status().message(), element.status().code());
  }
  if (!element->shape.empty()) return Unsupported(id, "arrays of arrays");
  CPPET_ASSIGN_OR_RETURN(const DType dtype, PandasType(id, element->dtype));
  CPPET_ASSIGN_OR_RETURN(std::vector<char> bytes,
                         ReadAll(dataset, element->memory.get()));
  if (dtype == DType::kBytes) {
    std::vector<std::string> texts;
    for (size_t at = 0; at < bytes.size(); at += element->size) {
      texts.emplace_back(WithoutTrailingNuls(
          absl::string_view(bytes.data() + at, element->size)));
    }
    return Value::TextCollection(Form::kArray, dtype, Flavor::kNumpy,
                                 dataset.shape, std::move(texts));
  }
  if (dtype == DType::kBool) {
    for (char& byte : bytes) byte = byte != 0;
  }
  return Value::Collection(Form::kArray, dtype, Flavor::kNumpy, dataset.shape,
                           std::move(bytes));
}

}  // namespace

absl::StatusOr<Handle> WritePandasArray(hid_t group, const std::string& name,
                                        const Value& array,
                                        const Filters& filters) {
  CPPET_ASSIGN_OR_RETURN(Handle dataset,
                         WriteElements(group, name, array, filters));
  if (array.dtype() == DType::kDatetime64) {
    CPPET_RETURN_IF_ERROR(WriteText(dataset.get(), "value_type", "datetime64"));
  }
  CPPET_RETURN_IF_ERROR(
      WriteFlag(dataset.get(), "transposed", array.size() > 0));
  return dataset;
}

absl::StatusOr<PandasArray> ReadPandasArray(hid_t group,
                                            const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(Handle object, OpenObject(group, name));
  if (!IsDataset(object.get())) return Damaged(object.get(), "it is no array");
  CPPET_ASSIGN_OR_RETURN(OpenedDataset dataset,
                         InspectDataset(std::move(object)));
  const hid_t id = dataset.id.get();
  const bool transposed = ReadInteger(id, "transposed").value_or(0) != 0;
  PandasArray read;
  if (H5Tget_class(dataset.type.get()) == H5T_VLEN) {
    CPPET_ASSIGN_OR_RETURN(read.array, ReadObjects(dataset));
  } else if (H5Aexists(id, "shape") > 0) {
    CPPET_ASSIGN_OR_RETURN(read.array, ReadNothing(id));
  } else {
    CPPET_ASSIGN_OR_RETURN(read.array, ReadNumbers(dataset));
  }
  const size_t rank = read.array.shape().size();
  if (rank < 1 || rank > 2) {
    return Damaged(id, absl::StrCat("it has ", rank, " dimensions"));
  }
  if (rank == 2 && !transposed) read.array = Transposed(read.array);
  read.dataset = std::move(dataset.id);
  return read;
}

}  // namespace cppet::hdf5
