#ifndef CPPET_SUMATRA_TESTING_H_
#define CPPET_SUMATRA_TESTING_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/testing.h"

namespace cppet {

// A Sumatra project of testdata/sumatra in a folder of its own, whose home is
// that folder as well.
class TestProject {
 public:
  explicit TestProject(const std::string& name);

  const std::string& folder() const { return directory_.path(); }
  std::string Path(absl::string_view name) const {
    return directory_.Path(name);
  }
  std::string project_file() const { return Path(".smt/project"); }
  std::string store_file() const { return Path(".smt/records"); }

  // Replaces a part of .smt/project, which must be there.
  void Edit(absl::string_view before, absl::string_view after) const;

  // Returns the rows that `sql` gives, columns divided by "|".
  std::vector<std::string> Query(const std::string& sql) const;

  // Does all that `sql` says.
  void Execute(const std::string& sql) const;

  // Returns each row of each table but of SQLite's own, behind the table's
  // name.
  std::vector<std::string> Dump() const;

 private:
  const TempDirectory directory_;
};

// Returns what in `after` is not in `before`, both being sorted.
std::vector<std::string> NewLines(const std::vector<std::string>& before,
                                  const std::vector<std::string>& after);

// Runs `test` in a child process of a user who is not root, for whom files of
// `files` may be closed.
void AsNobody(const TestProject& files, const std::function<void()>& test);

}  // namespace cppet

#endif  // CPPET_SUMATRA_TESTING_H_
