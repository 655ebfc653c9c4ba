#include "cppet/tools/lib/results_digest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/sha1.h"
#include "cppet/tools/lib/value_json.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"

namespace cppet {

std::string ResultsDigest(const Trajectory& trajectory) {
  std::vector<std::string> digests;
  const Node* results = trajectory.root().Child("results");
  if (results != nullptr) {
    VisitNodes(*results, [&](const Node& node) {
      if (node.kind() != Node::Kind::kResult) return;
      const std::string full_name = node.full_name();
      if (absl::EndsWith(full_name, ".process.wall_seconds")) return;
      for (const auto& [item, value] :
           static_cast<const Result&>(node).items()) {
        // Neither name has a line break, and JSON has none of its own.
        digests.push_back(Sha1Hex(absl::StrCat(
            full_name, "\n", item, "\n",
            ValueJson(value).dump(-1, ' ', /*ensure_ascii=*/true,
                                  nlohmann::json::error_handler_t::replace))));
      }
    });
  }
  std::sort(digests.begin(), digests.end());
  return Sha1Hex(absl::StrJoin(digests, "\n"));
}

}  // namespace cppet
