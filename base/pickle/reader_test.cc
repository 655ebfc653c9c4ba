#include "cppet/base/pickle/reader.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/describe.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::pickle {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

// What is in `pickle`, or the error's code.
std::string Described(absl::string_view pickle) {
  const absl::StatusOr<ObjectPtr> object = Read(pickle);
  if (!object.ok()) return absl::StatusCodeToString(object.status().code());
  return Describe(**object);
}

std::string Repeated(absl::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, part);
  return out;
}

TEST(ReadTest, ReadsStringsOfPython2) {
  EXPECT_EQ(Described("S'a\\'\\n\\x41\\101\\\\\\q'\n."),
            "'a\\'\\x0aAA\\\\\\\\q'");
  EXPECT_EQ(Described("S\"it's\"\n."), "'it\\'s'");
  EXPECT_EQ(Described("S'\\xff\\0'\n."), "b'\\xff\\x00'");
  EXPECT_EQ(Described("U\x03"
                      "abc."),
            "'abc'");
  EXPECT_EQ(Described(absl::string_view("T\x01\0\0\0\xE4.", 7)), "b'\\xe4'");
}

TEST(ReadTest, ReadsInstancesOfPython2) {
  EXPECT_EQ(Described("(iold\nThing\n(dVa\nI1\nsb."),
            "new <old.Thing>() state {'a': 1}");
  EXPECT_EQ(Described("(I1\niold\nThing\n."), "<old.Thing>(1)");
  EXPECT_EQ(Described("(cold\nThing\nI1\no."), "<old.Thing>(1)");
  EXPECT_EQ(Described("(cold\nThing\no."), "new <old.Thing>()");
}

TEST(ReadTest, KnowsWhatPython2CallsOtherwise) {
  EXPECT_EQ(Described("(c__builtin__\nxrange\ncexceptions\nKeyError\n"
                      "ccopy_reg\npickle\ncUserDict\nUserDict\nt."),
            "(<builtins.range>, <builtins.KeyError>, <copyreg.pickle>, "
            "<collections.UserDict>)");
  EXPECT_EQ(Described("\x80\x03"
                      "c__builtin__\nxrange\n."),
            "<__builtin__.xrange>")
      << "since protocol 3 all names are Python 3's";
}

TEST(ReadTest, TellsLongInts) {
  const auto is_long = [](absl::string_view pickle) {
    const absl::StatusOr<ObjectPtr> object = Read(pickle);
    return object.ok() && (*object)->As<Int>()->is_long;
  };
  EXPECT_FALSE(is_long("I7\n."));
  EXPECT_TRUE(is_long("L7L\n."));
  EXPECT_TRUE(is_long("L7\n."));
  EXPECT_FALSE(is_long("K\x07."));
  EXPECT_TRUE(is_long("\x8A\x01\x07."));
}

TEST(ReadTest, SharesWhatIsShared) {
  for (const char* pickle : {"(lp7\n0(g7\ng7\nt.", "]q\0070(h\7h\7t.",
                             "]2\206.", "N\2240]\2240(h\1h\1t."}) {
    const absl::StatusOr<ObjectPtr> object = Read(pickle);
    ASSERT_THAT(object, IsOk()) << absl::CHexEscape(pickle);
    const Tuple* tuple = (*object)->As<Tuple>();
    ASSERT_NE(tuple, nullptr);
    EXPECT_THAT(tuple->items, Each(tuple->items[0]));
  }
}

TEST(ReadTest, DoesNotLookBehindTheEnd) {
  EXPECT_EQ(Described("I1\n.garbage"), "1");
}

TEST(ReadTest, RefusesWhatContainsItself) {
  EXPECT_THAT(Read("(lp0\ng0\na."), StatusIs(absl::StatusCode::kUnimplemented,
                                             HasSubstr("contains itself")));
  EXPECT_EQ(Described("]2a."), "UNIMPLEMENTED");
  EXPECT_EQ(Described("]q\1]h\1aa."), "UNIMPLEMENTED")
      << "by way of another one";
  EXPECT_EQ(Described("(dp0\nVme\ng0\ns."), "UNIMPLEMENTED");
  EXPECT_EQ(Described("cm\nC\n)Rp0\n(dVme\ng0\nsb."), "UNIMPLEMENTED");
}

TEST(ReadTest, RefusesWhatNeedsMoreThanThePickle) {
  const auto refuses = [](absl::string_view what) {
    return StatusIs(absl::StatusCode::kUnimplemented, HasSubstr(what));
  };
  EXPECT_THAT(Read("Pid\n."), refuses("persistent id"));
  EXPECT_THAT(Read("NQ."), refuses("persistent id"));
  EXPECT_THAT(Read("\x80\x02\x82\x01."), refuses("extension code"));
  EXPECT_THAT(Read("\x80\x05\x97."), refuses("buffer"));
  EXPECT_THAT(Read("\x80\x06N."), refuses("protocol 6"));
}

TEST(ReadTest, RefusesWhatObjectCannotTell) {
  EXPECT_EQ(Described("N)cm\nf\n)R0."), "UNIMPLEMENTED")
      << "a call for its effects";
  EXPECT_EQ(Described("cm\nC\n)RNb]b."), "UNIMPLEMENTED") << "two states";
  EXPECT_EQ(Described("cm\nC\n)RNb]a."), "UNIMPLEMENTED")
      << "an item after the state";
  EXPECT_EQ(Described("V\\ud800\n."), "UNIMPLEMENTED") << "half a character";
  EXPECT_EQ(Described("\x8C\x04"
                      "a\xED\xA0\x80."),
            "UNIMPLEMENTED")
      << "half a character";
  EXPECT_EQ(Described(absl::StrCat("L", Repeated("9", 5000), "L\n.")),
            "UNIMPLEMENTED");
}

TEST(ReadTest, TellsWhatIsNoPickle) {
  for (const absl::string_view pickle : {"",
                                         ".",
                                         "N",
                                         "I1\n",
                                         "NN.",
                                         "(N.",
                                         "(.",
                                         "a.",
                                         "Na.",
                                         "NNa.",
                                         "l.",
                                         "e.",
                                         "(Ne.",
                                         "N(Ne.",
                                         "s.",
                                         "}Ns.",
                                         "}(Nu.",
                                         "N(NNu.",
                                         "t.",
                                         "\x85.",
                                         "N\x86.",
                                         "(\x85.",
                                         "R.",
                                         "NNR.",
                                         "b.",
                                         "]Nb.",
                                         "p0\n.",
                                         "Np.\n.",
                                         "g7\n.",
                                         "h\x01.",
                                         "0N.",
                                         "1N.",
                                         "2.",
                                         "Ix\n.",
                                         "I\n.",
                                         "L1LL\n.",
                                         "Fx\n.",
                                         "F\n.",
                                         "Sx\n.",
                                         "S'\n.",
                                         "S'a\n.",
                                         "S'\\x4'\n.",
                                         "V\\u00\n.",
                                         "V\\U00110000\n.",
                                         "X\x01",
                                         "K",
                                         "J\x01\x01.",
                                         "C\x05"
                                         "abc.",
                                         "\x8C\x01\xFF.",
                                         "\x8C\x02\xC3.",
                                         "cm\n.",
                                         "NN\x93.",
                                         "\x90.",
                                         "N(N\x90.",
                                         "\x8F(N.",
                                         "cm\nC\nN\x81.",
                                         "cm\nC\n)N\x92.",
                                         "(o.",
                                         "\xFF.",
                                         "?."}) {
    EXPECT_THAT(Read(pickle), StatusIs(absl::StatusCode::kDataLoss,
                                       HasSubstr("no whole pickle")))
        << absl::CHexEscape(pickle);
  }
}

TEST(ReadTest, ChecksSizesBeforeItTakesMemory) {
  const std::string most(8, '\xFF');
  for (const char* opcode : {"X", "B", "T", "\x8B"}) {
    EXPECT_EQ(Described(opcode + most.substr(4) + "ab."), "DATA_LOSS");
  }
  for (const char* opcode : {"\x8D", "\x8E", "\x96", "\x95"}) {
    EXPECT_EQ(Described(opcode + most + "ab."), "DATA_LOSS");
  }
  EXPECT_EQ(Described("Nr" + most.substr(4) + "."), "None")
      << "the memo is no array";
}

TEST(ReadTest, RefusesDeepNesting) {
  constexpr int kLevels = 100'000;
  EXPECT_EQ(Described(Repeated("(", kLevels) + Repeated("t", kLevels) + "."),
            "UNIMPLEMENTED");
  EXPECT_EQ(
      Described(Repeated("]", kLevels) + Repeated("a", kLevels - 1) + "."),
      "UNIMPLEMENTED");
  EXPECT_EQ(Described("N" + Repeated("\x85", kLevels) + "."), "UNIMPLEMENTED");
  EXPECT_EQ(Described("cm\nf\n" + Repeated(")R", kLevels) + "."),
            "UNIMPLEMENTED");
  EXPECT_THAT(Read("N" + Repeated("\x85", kMaxDepth - 1) + "."), IsOk());
  EXPECT_EQ(Described("cm\nA" + Repeated(".B", kLevels) + "\n."),
            "UNIMPLEMENTED");
}

TEST(ReadTest, SharedPartsThatGrowStaySmall) {
  // Each tuple is the one before twice.
  const absl::StatusOr<ObjectPtr> object =
      Read("N" + Repeated("2\x86", kMaxDepth - 1) + ".");
  ASSERT_THAT(object, IsOk());
  EXPECT_GT(ExpandedSize(**object, 1000), 1000);
}

TEST(ReadTest, DoesNotCopySharedPartsAgainAndAgain) {
  const std::string text = "V" + Repeated("x", 10'000) + "\np0\n0(";
  EXPECT_EQ(
      Described(text + Repeated("c_codecs\nencode\n(g0\nVlatin1\ntR", 10'000) +
                "t."),
      "UNIMPLEMENTED");
  EXPECT_EQ(Described("(" + Repeated("N", 10'000) + "lp0\n0(" +
                      Repeated("c__builtin__\nset\n(g0\ntR", 10'000) + "t."),
            "UNIMPLEMENTED");
  EXPECT_EQ(Described(text + Repeated("g0\ng0\n\x93", 10'000) + "t."),
            "UNIMPLEMENTED");
}

}  // namespace
}  // namespace cppet::pickle
