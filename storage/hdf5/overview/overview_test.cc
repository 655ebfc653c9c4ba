#include "cppet/storage/hdf5/overview/overview.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/sha1.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/scratch_file.h"
#include "cppet/storage/hdf5/hdf5_settings.h"
#include "cppet/storage/hdf5/tables/table.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::ElementsAre;

OverviewEntry Entry(absl::string_view full_name, absl::string_view comment) {
  OverviewEntry entry;
  entry.full_name = full_name;
  entry.comment = comment;
  entry.value = [] { return std::string("v=1"); };
  return entry;
}

class OverviewTest : public ::testing::Test {
 protected:
  // A column of a table, as text.
  std::vector<std::string> Column(const std::string& table,
                                  const std::string& column) {
    std::vector<std::string> cells;
    const auto opened = Table::Open(file_.root(), table);
    EXPECT_THAT(opened, IsOk());
    const auto rows = opened->ReadColumns({column});
    EXPECT_THAT(rows, IsOk());
    for (int64_t i = 0; i < rows->size(); ++i)
      cells.push_back(rows->Text(i, 0));
    return cells;
  }

  ScratchFile file_;
};

TEST_F(OverviewTest, MakesTheTablesOfTheSettings) {
  Hdf5Settings settings;
  settings.results_overview = true;
  settings.config_overview = false;
  Overview overview(file_.root(), settings);
  ASSERT_THAT(overview.WantTables(), IsOk());
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_TRUE(HasLink(file_.root(), "parameters_overview"));
  EXPECT_TRUE(HasLink(file_.root(), "explored_parameters_overview"));
  EXPECT_TRUE(HasLink(file_.root(), "results_overview"));
  EXPECT_TRUE(HasLink(file_.root(), "results_summary"));
  EXPECT_TRUE(HasLink(file_.root(), "derived_parameters_summary"));
  EXPECT_FALSE(HasLink(file_.root(), "config_overview"));
  EXPECT_FALSE(HasLink(file_.root(), "derived_parameters_overview"));
}

TEST_F(OverviewTest, ListsParametersWithTheirRanges) {
  Overview overview(file_.root(), {});
  const Range range = Arange<int64_t>(0, 1000);
  OverviewEntry explored = Entry("parameters.group.x", "An x");
  explored.range = &range;
  ASSERT_THAT(overview.Add(explored), IsOkAndHolds(true));
  ASSERT_THAT(overview.Add(Entry("parameters.y", "")), IsOkAndHolds(false));
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_THAT(Column("parameters_overview", "location"),
              ElementsAre("parameters.group", "parameters"));
  EXPECT_THAT(Column("parameters_overview", "name"), ElementsAre("x", "y"));
  EXPECT_THAT(Column("parameters_overview", "value"),
              ElementsAre("v=1", "v=1"));
  EXPECT_THAT(Column("explored_parameters_overview", "comment"),
              ElementsAre("An x"));
  const std::string text = Column("explored_parameters_overview", "range")[0];
  EXPECT_EQ(text.substr(0, 10), "0, 1, 2, 3");
  EXPECT_EQ(text.size(), 1024);
  EXPECT_EQ(text.substr(1021), "...");
}

TEST_F(OverviewTest, CutsTextBetweenCharacters) {
  std::string euros;
  for (int i = 0; i < 300; ++i) euros += "\u20ac";
  Overview overview(file_.root(), {});
  ASSERT_THAT(overview.Add(Entry("parameters.x", euros)), IsOk());
  ASSERT_THAT(overview.Flush(), IsOk());
  // 169 of three bytes, and "...".
  EXPECT_EQ(Column("parameters_overview", "comment")[0],
            euros.substr(0, 3 * 169) + "...");
}

TEST_F(OverviewTest, StoresACommentOnceInEachBranch) {
  {
    Overview overview(file_.root(), {});
    EXPECT_THAT(overview.Add(Entry("results.a", "same")), IsOkAndHolds(true));
    EXPECT_THAT(overview.Add(Entry("results.b", "same")), IsOkAndHolds(false));
    EXPECT_THAT(overview.Add(Entry("results.c", "other")), IsOkAndHolds(true));
    EXPECT_THAT(overview.Add(Entry("results.d", "")), IsOkAndHolds(false));
    EXPECT_THAT(overview.Add(Entry("derived_parameters.a", "same")),
                IsOkAndHolds(true));
    EXPECT_THAT(overview.Add(Entry("parameters.a", "same")),
                IsOkAndHolds(true));
    EXPECT_THAT(overview.Add(Entry("parameters.b", "same")),
                IsOkAndHolds(true));
    ASSERT_THAT(overview.Flush(), IsOk());
  }
  // Also what is in the file counts.
  Overview overview(file_.root(), {});
  EXPECT_THAT(overview.Add(Entry("results.e", "same")), IsOkAndHolds(false));
  EXPECT_THAT(overview.Add(Entry("results.f", "third")), IsOkAndHolds(true));
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_THAT(Column("results_summary", "name"), ElementsAre("a", "c", "f"));
  EXPECT_THAT(Column("results_summary", "hexdigest"),
              ElementsAre(Sha1Hex("same"), Sha1Hex("other"), Sha1Hex("third")));
}

TEST_F(OverviewTest, StoresEachCommentWithoutPurging) {
  Hdf5Settings settings;
  settings.purge_duplicate_comments = false;
  Overview overview(file_.root(), settings);
  EXPECT_THAT(overview.Add(Entry("results.a", "same")), IsOkAndHolds(true));
  EXPECT_THAT(overview.Add(Entry("results.b", "same")), IsOkAndHolds(true));
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_THAT(Column("results_summary", "name"), ElementsAre("a"));
}

TEST_F(OverviewTest, EndsAtAThousandRows) {
  Overview overview(file_.root(), {});
  for (int i = 0; i < 1500; ++i) {
    const std::string name = absl::StrCat("config.c", i);
    ASSERT_THAT(overview.Add(Entry(name, "")), IsOk());
    if (i % 400 == 0) {
      ASSERT_THAT(overview.Flush(), IsOk());
    }
  }
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_EQ(Column("config_overview", "name").size(), 1000);
}

TEST_F(OverviewTest, RemovesTheRowsOfLeaves) {
  Hdf5Settings settings;
  settings.results_overview = true;
  Overview overview(file_.root(), settings);
  ASSERT_THAT(overview.Add(Entry("results.a", "One")), IsOkAndHolds(true));
  ASSERT_THAT(overview.Add(Entry("results.g.a", "Two")), IsOkAndHolds(true));
  ASSERT_THAT(overview.Add(Entry("results.b", "One")), IsOkAndHolds(false));
  ASSERT_THAT(overview.RemoveRows({"results.a", "results.none"}, true), IsOk());
  EXPECT_THAT(Column("results_overview", "name"), ElementsAre("a", "b"));
  EXPECT_THAT(Column("results_overview", "location"),
              ElementsAre("results.g", "results"));
  EXPECT_THAT(Column("results_summary", "comment"), ElementsAre("Two"));
  // The comment is free again.
  ASSERT_THAT(overview.AddComment(Entry("results.b", "One")),
              IsOkAndHolds(true));
  ASSERT_THAT(overview.AddComment(Entry("results.c", "One")),
              IsOkAndHolds(false));
  ASSERT_THAT(overview.RemoveRows({"results.b"}, false), IsOk());
  ASSERT_THAT(overview.Flush(), IsOk());
  EXPECT_THAT(Column("results_overview", "location"), ElementsAre("results.g"));
  EXPECT_THAT(Column("results_summary", "name"), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace cppet::hdf5
