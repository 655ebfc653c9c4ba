#include "cppet/environment/scheduling/control_groups.h"

#include <climits>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cppet/base/file_util.h"

namespace cppet {
namespace {

constexpr size_t kMaxFile = 16 << 20;

// A file system of control groups.
struct Mount {
  std::string group;  // that it shows, and what is in it
  std::string folder;
};

std::string ReadOrEmpty(const std::string& path) {
  ReadFileOptions options;
  options.max_bytes = kMaxFile;
  return ReadFile(path, options).value_or("");
}

bool IsOctal(absl::string_view digits) {
  return absl::c_all_of(digits, [](char c) { return c >= '0' && c <= '7'; });
}

// Spaces and the like are \040 in mountinfo.
std::string Unescape(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() &&
        IsOctal(text.substr(i + 1, 3))) {
      out.push_back((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                    (text[i + 3] - '0'));
      i += 3;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool HasPart(absl::string_view list, absl::string_view part) {
  return absl::c_linear_search(
      std::vector<absl::string_view>(absl::StrSplit(list, ',')), part);
}

// The mount of version 1 with `controller`, or of version 2 if that is empty.
std::optional<Mount> FindMount(absl::string_view mountinfo,
                               absl::string_view controller) {
  for (const absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    const std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    // Number, number of the parent, device, group, folder, options, ...
    const std::vector<absl::string_view> place =
        absl::StrSplit(halves.first, ' ');
    // Type, source, options.
    const std::vector<absl::string_view> what =
        absl::StrSplit(halves.second, ' ');
    if (place.size() < 6 || what.size() < 3) continue;
    const bool found = controller.empty() ? what[0] == "cgroup2"
                                          : what[0] == "cgroup" &&
                                                HasPart(what[2], controller);
    if (found) return Mount{Unescape(place[3]), Unescape(place[4])};
  }
  return std::nullopt;
}

// The parts of the path of a group below the group that is mounted; none if
// the mount does not show it.
std::vector<std::string> PartsBelow(absl::string_view mounted,
                                    absl::string_view group) {
  if (mounted == "/") mounted = "";
  if (group.size() > PATH_MAX || !absl::StartsWith(group, mounted)) return {};
  group.remove_prefix(mounted.size());
  if (!group.empty() && group[0] != '/') return {};
  std::vector<std::string> parts =
      absl::StrSplit(group, '/', absl::SkipEmpty());
  if (absl::c_linear_search(parts, "..")) return {};
  return parts;
}

}  // namespace

std::vector<std::string> ControlGroupFolders(absl::string_view controller,
                                             const std::string& root) {
  const std::string mountinfo =
      ReadOrEmpty(absl::StrCat(root, "/proc/self/mountinfo"));
  const std::string groups =
      ReadOrEmpty(absl::StrCat(root, "/proc/self/cgroup"));
  std::vector<std::string> folders;
  for (const absl::string_view line : absl::StrSplit(groups, '\n')) {
    // Number, controllers, group.
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    const bool version_2 = fields[1].empty();
    if (!version_2 && !HasPart(fields[1], controller)) continue;
    Mount mount = {"/", version_2
                            ? "/sys/fs/cgroup"
                            : absl::StrCat("/sys/fs/cgroup/", controller)};
    if (std::optional<Mount> found =
            FindMount(mountinfo, version_2 ? "" : controller)) {
      mount = *std::move(found);
    }
    std::string folder = root + mount.folder;
    std::vector<std::string> outermost_first = {folder};
    for (const std::string& part : PartsBelow(mount.group, fields[2])) {
      absl::StrAppend(&folder, "/", part);
      outermost_first.push_back(folder);
    }
    folders.insert(folders.end(), outermost_first.rbegin(),
                   outermost_first.rend());
  }
  return folders;
}

}  // namespace cppet
