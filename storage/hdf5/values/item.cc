#include "cppet/storage/hdf5/values/item.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/python/npz.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/storage/hdf5/values/array_item.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/storage/hdf5/values/object_table.h"
#include "cppet/storage/hdf5/values/shared_data.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/sparse_matrix.h"

namespace cppet::hdf5 {
namespace {

constexpr char kStore[] = "SRVC_STORE";
constexpr char kCollection[] = "SRVC_DATA_COLL_TYPE";
constexpr char kEmptyDict[] = "COLL_EMPTY_DICT";

absl::Status NotAnItem(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("there is no way to keep ", what, " here"));
}

struct FitsChecker {
  absl::Status operator()(const Dict& dict) const {
    return CheckDictFits(dict);
  }
  absl::Status operator()(const ObjectTable& table) const {
    return CheckObjectTableFits(table);
  }
  absl::Status operator()(const SparseMatrix& matrix) const {
    return matrix.Check();
  }
  absl::Status operator()(const DataFrame&) const { return absl::OkStatus(); }
  absl::Status operator()(const Series&) const { return absl::OkStatus(); }
  absl::Status operator()(const PickledObject&) const {
    return NotAnItem("a pickle");
  }
  absl::Status operator()(const UserObject& object) const {
    return NotAnItem(object.type);
  }
  absl::Status operator()(const SharedData& shared) const {
    return NotAnItem(shared.type);
  }
};

struct ItemWriter {
  hid_t group;
  const std::string& name;
  const ItemFormat& format;

  absl::Status operator()(const Dict& dict) const {
    if (!dict.entries.empty())
      return WriteDict(group, name, dict, format.filters);
    return WriteArray(group, name, Value::List<double>({}), {kEmptyDict, ""},
                      format.filters);
  }
  absl::Status operator()(const ObjectTable& table) const {
    return WriteObjectTable(group, name, table, format.filters);
  }
  absl::Status operator()(const SparseMatrix& matrix) const {
    return WriteSparseItem(group, absl::StrCat(name, kSparseSuffix), matrix,
                           format.filters);
  }
  absl::Status operator()(const DataFrame& frame) const {
    return WriteFrame(group, name, frame, format.pandas, format.filters);
  }
  absl::Status operator()(const Series& series) const {
    return WriteSeries(group, name, series, format.pandas, format.filters);
  }
  template <typename Other>
  absl::Status operator()(const Other&) const {
    return absl::InternalError(absl::StrCat(name, " does not fit a file"));
  }
};

absl::Status WriteNested(hid_t group, const std::string& first,
                         const std::string& rest, const Value& value,
                         const ItemFormat& format) {
  const bool is_new = !HasLink(group, first);
  CPPET_ASSIGN_OR_RETURN(const Handle nested,
                         OpenOrCreateGroup(group, first, format.filters));
  if (is_new) {
    CPPET_RETURN_IF_ERROR(WriteText(nested.get(), kStore, "NESTED_GROUP"));
  }
  return WriteItem(nested.get(), rest, value, format);
}

}  // namespace

absl::Status CheckItemFits(const Value& value) {
  if (value.is_composite()) {
    return std::visit(FitsChecker(), value.composite()->data);
  }
  if (value.shape().size() > H5S_MAX_RANK) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has ", value.shape().size(), " dimensions; ",
                     H5S_MAX_RANK, " are the most"));
  }
  if (value.dtype() == DType::kDatetime64) {
    return NotAnItem("dates that are in no data frame");
  }
  return absl::OkStatus();
}

absl::Status WriteItem(hid_t group, const std::string& name, const Value& value,
                       const ItemFormat& format) {
  if (const size_t dot = name.find('.'); dot != std::string::npos) {
    return WriteNested(group, name.substr(0, dot), name.substr(dot + 1), value,
                       format);
  }
  if (!value.is_composite()) {
    return WriteArray(group, name, value, RecallOf(value), format.filters);
  }
  return std::visit(ItemWriter{group, name, format}, value.composite()->data);
}

absl::StatusOr<Value> ReadItem(Handle item) {
  const hid_t id = item.get();
  const std::string store = ReadText(id, kStore).value_or("ARRAY");
  if (store == "TABLE") return ReadObjectTable(std::move(item));
  if (store == "DICT") return ReadDict(std::move(item));
  if (store == "FRAME") return ReadFrame(id);
  if (store == "SERIES") return ReadSeries(id);
  if (store == "SHARED_DATA_") return ReadSharedData(std::move(item));
  const bool is_array =
      store == "ARRAY" || store == "CARRAY" || store == "EARRAY";
  if (!is_array || !IsDataset(id)) {
    return StatusAt(
        id,
        absl::StrCat("data of pypet's kind ", store, " cannot be read here"),
        absl::StatusCode::kUnimplemented);
  }
  if (ReadText(id, kCollection).value_or("") == kEmptyDict) return Dict{};
  return ReadArray(std::move(item));
}

absl::Status WriteSparseItem(hid_t group, const std::string& name,
                             const Value& matrix, const Filters& filters) {
  CPPET_ASSIGN_OR_RETURN(const SparseMatrix sparse, matrix.As<SparseMatrix>());
  const Value hex = absl::BytesToHexString(WriteNpz(sparse));
  return WriteArray(group, name, hex, RecallOf(hex), filters);
}

absl::StatusOr<Value> ReadSparseItem(hid_t group, const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(Handle item, OpenObject(group, name));
  CPPET_ASSIGN_OR_RETURN(const Value hex, ReadItem(std::move(item)));
  if (!hex.is_scalar() || !hex.is_text()) {
    return StatusAt(group, absl::StrCat(name, " is no sparse matrix"),
                    absl::StatusCode::kDataLoss);
  }
  absl::StatusOr<SparseMatrix> matrix =
      ReadNpz(absl::HexStringToBytes(hex.texts()[0]));
  if (!matrix.ok()) {
    return StatusAt(group, absl::StrCat(name, ": ", matrix.status().message()),
                    matrix.status().code());
  }
  return *std::move(matrix);
}

absl::StatusOr<Value> ReadPickleItem(hid_t group, const std::string& name) {
  CPPET_ASSIGN_OR_RETURN(Handle item, OpenObject(group, name));
  CPPET_ASSIGN_OR_RETURN(const Value bytes, ReadItem(std::move(item)));
  if (!bytes.is_scalar() || !bytes.is_text()) {
    return StatusAt(group, absl::StrCat(name, " is no pickle"),
                    absl::StatusCode::kDataLoss);
  }
  absl::StatusOr<Value> value = FromPickle(bytes.texts()[0]);
  if (value.ok()) return value;
  return StatusAt(group, absl::StrCat(name, ": ", value.status().message()),
                  value.status().code());
}

}  // namespace cppet::hdf5
