#include "cppet/storage/hdf5/values/items.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/sparse_parts.h"

namespace cppet::hdf5 {
namespace {

constexpr char kPickleResult[] = "PickleResult";

bool IsPickled(absl::string_view class_name) {
  return class_name == kPickleResult;
}

// Whether only a pickle can hold `value`.
bool NeedsPickle(const Value& value) {
  return value.form() == Form::kPickle || value.form() == Form::kUser;
}

// What an item is called in the file.
std::string NameInFile(const std::string& name, const Value& value,
                       bool pickled) {
  const bool sparse = !pickled && value.form() == Form::kSparse;
  return absl::StrCat(name, sparse ? kSparseSuffix : "");
}

// Whether there is something of that name, whose dots are groups.
bool HasPath(hid_t leaf, absl::string_view name) {
  const size_t dot = name.find('.');
  const std::string first(name.substr(0, dot));
  if (!HasLink(leaf, first)) return false;
  if (dot == absl::string_view::npos) return true;
  const absl::StatusOr<Handle> nested = OpenObject(leaf, first);
  return nested.ok() && IsGroup(nested->get()) &&
         HasPath(nested->get(), name.substr(dot + 1));
}

class Reader {
 public:
  Reader(absl::string_view class_name, SeenObjects* seen,
         const std::function<bool(absl::string_view)>& wanted)
      : pickled_(IsPickled(class_name)), wanted_(wanted), seen_(*seen) {}

  // `prefix` is of the names of the groups that `group` is nested in.
  void Read(hid_t group, const std::string& prefix, int depth) {
    const absl::StatusOr<std::vector<Link>> links = ListLinks(group);
    if (!links.ok()) {
      read_.left_out.push_back(prefix);
      return LeaveOut(links.status());
    }
    for (const Link& link : *links) {
      if (link.hard) ReadLink(group, link.name, prefix, depth);
    }
  }

  ItemsRead Take() { return std::move(read_); }

 private:
  void LeaveOut(const absl::Status& problem) {
    read_.problems.push_back(problem);
  }

  void ReadLink(hid_t group, const std::string& name, const std::string& prefix,
                int depth) {
    absl::StatusOr<Handle> object = OpenObject(group, name);
    const std::string item = absl::StrCat(prefix, name);
    if (!object.ok()) {
      read_.left_out.push_back(item);
      return LeaveOut(object.status());
    }
    const hid_t id = object->get();
    if (seen_.Repeats(id) || depth > kMaxDepth) {
      read_.left_out.push_back(item);
      return LeaveOut(StatusAt(id,
                               "it is in the tree more than once, or too deep",
                               absl::StatusCode::kDataLoss));
    }
    if (IsGroup(id) &&
        ReadText(id, "SRVC_STORE").value_or("") == "NESTED_GROUP") {
      return Read(id, item + ".", depth + 1);
    }
    if (pickled_) {
      if (name == kPickleProtocolItem) return;
      return Keep(item, [&] { return ReadPickleItem(group, name); });
    }
    if (absl::EndsWith(name, kSparseSuffix)) {
      return Keep(std::string(absl::StripSuffix(item, kSparseSuffix)),
                  [&] { return ReadSparseItem(group, name); });
    }
    if (const auto matrix = SparseNameOfPart(group, name)) {
      return Keep(absl::StrCat(prefix, *matrix),
                  [&] { return ReadSparseParts(group, *matrix); });
    }
    if (IsOtherSparsePart(group, name)) return;
    Keep(item, [&] { return ReadItem(*std::move(object)); });
  }

  template <typename ReadOne>
  void Keep(std::string name, const ReadOne& read_one) {
    if (wanted_ == nullptr || wanted_(name)) {
      absl::StatusOr<Value> value = read_one();
      if (value.ok()) {
        read_.items.emplace_back(std::move(name), *std::move(value));
        return;
      }
      LeaveOut(value.status());
    }
    read_.left_out.push_back(std::move(name));
  }

  const bool pickled_;
  const std::function<bool(absl::string_view)>& wanted_;
  SeenObjects& seen_;
  ItemsRead read_;
};

absl::Status CheckFit(absl::string_view full_name, bool pickled,
                      const Items& items) {
  for (const auto& [name, value] : items) {
    const auto refuse = [&, &name = name](auto... reason) {
      return absl::InvalidArgumentError(
          absl::StrCat(full_name, ".", name, " cannot be stored: ", reason...));
    };
    const absl::Status fits =
        pickled ? PickleOf(value).status() : CheckItemFits(value);
    if (!fits.ok()) return refuse(fits.message());
    if (absl::EndsWith(name, kSparseSuffix) || name == kPickleProtocolItem) {
      return refuse("its name means something else in a file");
    }
    if (!absl::StrContains(name, '.')) continue;
    if (absl::StrContains(name, "..") || name.front() == '.' ||
        name.back() == '.') {
      return refuse("its name has an empty part");
    }
    for (const auto& [other, other_value] : items) {
      if (name.size() > other.size() && absl::StartsWith(name, other) &&
          name[other.size()] == '.') {
        return refuse("there is an item ", other, ", too");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string ResultClassFor(absl::string_view class_name, const Items& items) {
  bool sparse = false;
  for (const auto& [name, value] : items) {
    if (NeedsPickle(value)) return kPickleResult;
    sparse |= value.form() == Form::kSparse;
  }
  if (sparse && !IsPickled(class_name) && IsPypetResult(class_name)) {
    return kSparseResult;
  }
  return std::string(class_name);
}

absl::Status CheckItemsFit(absl::string_view full_name,
                           absl::string_view class_name, const Items& items) {
  return CheckFit(full_name, IsPickled(ResultClassFor(class_name, items)),
                  items);
}

absl::Status CheckPlainItemsFit(absl::string_view full_name,
                                const Items& items) {
  return CheckFit(full_name, /*pickled=*/false, items);
}

absl::Status WriteItems(hid_t leaf, absl::string_view class_name,
                        const Items& items, const ItemFormat& format) {
  const bool pickled = IsPickled(class_name);
  if (pickled && !items.empty() && !HasLink(leaf, kPickleProtocolItem)) {
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf, kPickleProtocolItem, int64_t{kPickleProtocol}, format));
  }
  for (const auto& [name, value] : items) {
    if (HasPath(leaf, NameInFile(name, value, pickled))) continue;
    if (!pickled) {
      if (NeedsPickle(value)) {
        return StatusAt(leaf,
                        absl::StrCat("it is a ", class_name,
                                     ", which cannot have the item ", name,
                                     ", a ", value.TypeDescription()),
                        absl::StatusCode::kFailedPrecondition);
      }
      CPPET_RETURN_IF_ERROR(WriteItem(leaf, name, value, format));
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(std::string pickle, PickleOf(value));
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf, name, Bytes{std::move(pickle)}, format));
  }
  return absl::OkStatus();
}

ItemsRead ReadItems(hid_t leaf, absl::string_view class_name, SeenObjects* seen,
                    const std::function<bool(absl::string_view)>& wanted) {
  Reader reader(class_name, seen, wanted);
  reader.Read(leaf, "", 0);
  return reader.Take();
}

bool HasItem(hid_t leaf, absl::string_view name) {
  return HasPath(leaf, name) ||
         HasPath(leaf, absl::StrCat(name, kSparseSuffix));
}

absl::StatusOr<bool> DeleteItem(hid_t leaf, const std::string& name) {
  for (const std::string& link : {name, absl::StrCat(name, kSparseSuffix)}) {
    if (!HasLink(leaf, link)) continue;
    CPPET_RETURN_IF_ERROR(RemoveLink(leaf, link));
    return true;
  }
  const size_t dot = name.find('.');
  const std::string first = name.substr(0, dot);
  if (dot == std::string::npos || !HasLink(leaf, first)) return false;
  CPPET_ASSIGN_OR_RETURN(Handle nested, OpenObject(leaf, first));
  if (!IsGroup(nested.get())) return false;
  CPPET_ASSIGN_OR_RETURN(const bool deleted,
                         DeleteItem(nested.get(), name.substr(dot + 1)));
  CPPET_ASSIGN_OR_RETURN(const std::vector<Link> left, ListLinks(nested.get()));
  nested.Reset();
  if (deleted && left.empty()) return DeleteItem(leaf, first);
  return deleted;
}

}  // namespace cppet::hdf5
