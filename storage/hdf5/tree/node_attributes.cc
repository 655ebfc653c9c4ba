#include "cppet/storage/hdf5/tree/node_attributes.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/text.h"

namespace cppet::hdf5 {
namespace {

constexpr char kComment[] = "SRVC_INIT_COMMENT";
constexpr char kClassName[] = "SRVC_INIT_CLASS_NAME";
constexpr char kLeaf[] = "SRVC_LEAF";
constexpr char kAnnotated[] = "SRVC_ANNOTATED";
constexpr char kAnnotation[] = "SRVC_AN_";

}  // namespace

absl::Status WriteComment(hid_t group, absl::string_view comment) {
  if (comment.empty()) return absl::OkStatus();
  return WriteText(group, kComment, comment);
}

absl::Status RemoveComment(hid_t group) {
  if (H5Aexists(group, kComment) > 0 && H5Adelete(group, kComment) < 0) {
    return ErrorAt(group, "cannot remove its comment");
  }
  return absl::OkStatus();
}

absl::Status WriteLeafClass(hid_t group, absl::string_view class_name) {
  CPPET_RETURN_IF_ERROR(WriteText(group, kClassName, class_name));
  return WriteFlag(group, kLeaf, true);
}

absl::Status UpdateLeafClass(hid_t group, absl::string_view class_name) {
  if (ReadClassName(group) == class_name) return absl::OkStatus();
  if (H5Aexists(group, kClassName) > 0 && H5Adelete(group, kClassName) < 0) {
    return ErrorAt(group, "cannot change its class");
  }
  return WriteText(group, kClassName, class_name);
}

absl::Status WriteGroupClass(hid_t group, absl::string_view class_name) {
  if (class_name.empty()) return absl::OkStatus();
  return WriteText(group, kClassName, class_name);
}

absl::Status WriteAnnotations(hid_t group,
                              const std::map<std::string, Value>& annotations) {
  if (annotations.empty()) return absl::OkStatus();
  if (H5Aexists(group, kAnnotated) <= 0) {
    CPPET_RETURN_IF_ERROR(WriteFlag(group, kAnnotated, true));
  }
  for (const auto& [name, value] : annotations) {
    const std::string attribute = absl::StrCat(kAnnotation, name);
    if (H5Aexists(group, attribute.c_str()) > 0) continue;
    CPPET_RETURN_IF_ERROR(WriteValue(group, attribute.c_str(), value));
  }
  return absl::OkStatus();
}

std::string ReadComment(hid_t group) {
  return CleanUtf8(ReadText(group, kComment).value_or(""));
}

bool IsLeaf(hid_t group) { return ReadInteger(group, kLeaf).value_or(0) != 0; }

std::string ReadClassName(hid_t group) {
  return ReadText(group, kClassName).value_or("");
}

AnnotationsRead ReadAnnotations(hid_t group) {
  AnnotationsRead read;
  if (ReadInteger(group, kAnnotated).value_or(0) == 0) return read;
  absl::StatusOr<std::vector<std::string>> names = AttributeNames(group);
  if (!names.ok()) {
    read.problems.push_back(names.status());
    return read;
  }
  for (const std::string& attribute : *names) {
    absl::string_view name = attribute;
    if (!absl::ConsumePrefix(&name, kAnnotation)) continue;
    absl::StatusOr<Value> value = ReadValue(group, attribute.c_str());
    if (value.ok()) {
      read.annotations.insert_or_assign(std::string(name), *std::move(value));
    } else {
      read.problems.push_back(value.status());
    }
  }
  return read;
}

}  // namespace cppet::hdf5
