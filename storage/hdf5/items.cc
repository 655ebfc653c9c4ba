#include "cppet/storage/hdf5/items.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/attribute.h"
#include "cppet/storage/hdf5/error.h"
#include "cppet/storage/hdf5/group.h"
#include "cppet/storage/hdf5/handle.h"
#include "cppet/storage/hdf5/pickled_value.h"

namespace cppet::hdf5 {
namespace {

constexpr char kSparseResult[] = "SparseResult";
constexpr char kPickleResult[] = "PickleResult";

bool IsPickled(absl::string_view class_name) {
  return class_name == kPickleResult;
}

// What an item is called in the file.
std::string NameInFile(const std::string& name, const Value& value,
                       bool pickled) {
  const bool sparse = !pickled && value.form() == Form::kSparse;
  return absl::StrCat(name, sparse ? kSparseSuffix : "");
}

// Whether there is an item of that name, whose dots are groups.
bool HasItem(hid_t leaf, absl::string_view name) {
  const size_t dot = name.find('.');
  const std::string first(name.substr(0, dot));
  if (!HasLink(leaf, first)) return false;
  if (dot == absl::string_view::npos) return true;
  const absl::StatusOr<Handle> nested = OpenObject(leaf, first);
  return nested.ok() && IsGroup(nested->get()) &&
         HasItem(nested->get(), name.substr(dot + 1));
}

class Reader {
 public:
  Reader(absl::string_view class_name, SeenObjects* seen)
      : pickled_(IsPickled(class_name)), seen_(*seen) {}

  // `prefix` is of the names of the groups that `group` is nested in.
  void Read(hid_t group, const std::string& prefix, int depth) {
    const absl::StatusOr<std::vector<Link>> links = ListLinks(group);
    if (!links.ok()) return LeaveOut(links.status());
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
    if (!object.ok()) return LeaveOut(object.status());
    const hid_t id = object->get();
    if (seen_.Repeats(id) || depth > kMaxDepth) {
      return LeaveOut(StatusAt(id,
                               "it is in the tree more than once, or too deep",
                               absl::StatusCode::kDataLoss));
    }
    const std::string item = absl::StrCat(prefix, name);
    if (IsGroup(id) &&
        ReadText(id, "SRVC_STORE").value_or("") == "NESTED_GROUP") {
      return Read(id, item + ".", depth + 1);
    }
    if (pickled_) {
      if (name == kPickleProtocolItem) return;
      return Keep(item, ReadPickleItem(group, name));
    }
    if (absl::EndsWith(name, kSparseSuffix)) {
      return Keep(std::string(absl::StripSuffix(item, kSparseSuffix)),
                  ReadSparseItem(group, name));
    }
    Keep(item, ReadItem(*std::move(object)));
  }

  void Keep(std::string name, absl::StatusOr<Value> value) {
    if (!value.ok()) return LeaveOut(value.status());
    read_.items.emplace_back(std::move(name), *std::move(value));
  }

  const bool pickled_;
  SeenObjects& seen_;
  ItemsRead read_;
};

}  // namespace

std::string ResultClassFor(absl::string_view class_name, const Items& items) {
  bool sparse = false;
  for (const auto& [name, value] : items) {
    if (value.form() == Form::kPickle || value.form() == Form::kUser) {
      return kPickleResult;
    }
    sparse |= value.form() == Form::kSparse;
  }
  if (sparse && !IsPickled(class_name)) return kSparseResult;
  return std::string(class_name);
}

absl::Status CheckItemsFit(absl::string_view full_name,
                           absl::string_view class_name, const Items& items) {
  const bool pickled = IsPickled(ResultClassFor(class_name, items));
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

absl::Status WriteItems(hid_t leaf, absl::string_view class_name,
                        const Items& items, const ItemFormat& format) {
  const bool pickled = IsPickled(class_name);
  if (pickled && !items.empty() && !HasLink(leaf, kPickleProtocolItem)) {
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf, kPickleProtocolItem, int64_t{kPickleProtocol}, format));
  }
  for (const auto& [name, value] : items) {
    if (HasItem(leaf, NameInFile(name, value, pickled))) continue;
    if (!pickled) {
      CPPET_RETURN_IF_ERROR(WriteItem(leaf, name, value, format));
      continue;
    }
    CPPET_ASSIGN_OR_RETURN(std::string pickle, PickleOf(value));
    CPPET_RETURN_IF_ERROR(
        WriteItem(leaf, name, Bytes{std::move(pickle)}, format));
  }
  return absl::OkStatus();
}

ItemsRead ReadItems(hid_t leaf, absl::string_view class_name,
                    SeenObjects* seen) {
  Reader reader(class_name, seen);
  reader.Read(leaf, "", 0);
  return reader.Take();
}

}  // namespace cppet::hdf5
