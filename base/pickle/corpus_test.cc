#include "cppet/base/pickle/corpus.h"

#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/describe.h"
#include "cppet/base/pickle/mutated.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::pickle {
namespace {

using ::testing::AnyOf;

bool IsTextWithoutNul(absl::string_view text) {
  for (const char letter : text) {
    if (letter == '\0' || !absl::ascii_isascii(letter)) return false;
  }
  return true;
}

TEST(CorpusTest, IsReadAsPythonMeantIt) {
  for (const CorpusEntry& entry : ReadCorpus()) {
    SCOPED_TRACE(absl::StrCat(entry.name, ", protocol ", entry.protocol));
    const absl::StatusOr<ObjectPtr> object = Read(entry.pickle);
    ASSERT_THAT(object, IsOk());
    EXPECT_EQ(Describe(**object), entry.description);
  }
}

TEST(CorpusTest, IsReadBackAsWrittenInItsProtocol) {
  for (const CorpusEntry& entry : ReadCorpus()) {
    SCOPED_TRACE(absl::StrCat(entry.name, ", protocol ", entry.protocol));
    const absl::StatusOr<ObjectPtr> object = Read(entry.pickle);
    ASSERT_THAT(object, IsOk());
    const std::string pickle = Write(**object, entry.protocol);
    if (entry.protocol < 2) {
      EXPECT_TRUE(IsTextWithoutNul(pickle));
    }
    // Too many digits for protocol 0, so a call.
    if (entry.name == "huge" && entry.protocol < 2) continue;
    const absl::StatusOr<ObjectPtr> again = Read(pickle);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(Describe(**again), entry.description);
  }
}

TEST(CorpusTest, DamageIsToldOrStaysWithoutHarm) {
  std::mt19937 random(20231117);
  int broken = 0;
  for (const CorpusEntry& entry : ReadCorpus()) {
    for (int i = 0; i < 20; ++i) {
      const std::string pickle = Mutated(entry.pickle, &random);
      const absl::StatusOr<ObjectPtr> object = Read(pickle);
      if (!object.ok()) {
        ++broken;
        EXPECT_THAT(object.status().code(),
                    AnyOf(absl::StatusCode::kDataLoss,
                          absl::StatusCode::kUnimplemented));
        continue;
      }
      for (const int protocol : {0, 2, 4}) {
        EXPECT_THAT(Read(Write(**object, protocol)), IsOk())
            << entry.name << ", protocol " << protocol;
      }
    }
  }
  EXPECT_GT(broken, 1000);
}

}  // namespace
}  // namespace cppet::pickle
