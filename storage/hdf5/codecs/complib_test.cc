#include "cppet/storage/hdf5/codecs/complib.h"

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ComplibTest, HasTheNamesOfPyTables) {
  for (const char* name :
       {"zlib", "lzo", "bzip2", "blosc", "blosc:blosclz", "blosc:lz4",
        "blosc:lz4hc", "blosc:zlib", "blosc:zstd"}) {
    const auto complib = ParseComplib(name);
    ASSERT_THAT(complib, IsOk());
    EXPECT_EQ(ComplibName(*complib), name);
    EXPECT_EQ(IsBlosc(*complib), name[0] == 'b' && name[1] == 'l') << name;
  }
}

TEST(ComplibTest, ListsTheNamesIfThereIsNoSuchOne) {
  for (const char* name : {"", "Blosc", "blosc:", "blosc:lz", "szip"}) {
    EXPECT_THAT(ParseComplib(name),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(absl::StrCat("'", name, "'")),
                               HasSubstr("zlib, lzo, bzip2, blosc, "),
                               HasSubstr("blosc:zstd"))));
  }
}

}  // namespace
}  // namespace cppet::hdf5
