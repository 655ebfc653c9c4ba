#include "cppet/base/pickle/corpus.h"

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/describe.h"
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

// Returns `pickle` with some bytes changed, left out, inserted or repeated.
std::string Mutated(std::string pickle, std::mt19937* random) {
  const auto below = [random](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(*random);
  };
  // Instructions, and numbers that are large or negative.
  constexpr absl::string_view kLikely =
      "().012FIJKLMNPQRSTUVXabcdeghijlopqrstu}]GBC\x80\x81\x85\x86\x87\x8A\x8B"
      "\x8C\x8D\x8E\x8F\x90\x91\x92\x93\x94\x95\x96\xFF\x7F\x01\n-9";
  for (size_t edits = 1 + below(4); edits > 0 && !pickle.empty(); --edits) {
    const size_t at = below(pickle.size());
    switch (below(5)) {
      case 0:
        pickle[at] = static_cast<char>(below(256));
        break;
      case 1:
        pickle[at] = kLikely[below(kLikely.size())];
        break;
      case 2:
        pickle.erase(at, 1 + below(8));
        break;
      case 3:
        pickle.insert(at, 1, kLikely[below(kLikely.size())]);
        break;
      default:
        pickle.insert(at, pickle.substr(below(pickle.size()), below(16)));
    }
  }
  return pickle;
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
