#include "cppet/storage/hdf5/pickle_tree.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using Kind = PickleNode::Kind;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Pointee;

// A pickle that may have NULs.
template <size_t size>
absl::string_view Bytes(const char (&text)[size]) {
  return {text, size - 1};
}

auto Text(const std::string& text) {
  return Pointee(AllOf(Field(&PickleNode::kind, Kind::kText),
                       Field(&PickleNode::text, text)));
}
auto Integer(int64_t integer) {
  return Pointee(AllOf(Field(&PickleNode::kind, Kind::kInteger),
                       Field(&PickleNode::integer, integer)));
}

TEST(PickleTreeTest, ReadsListsOfProtocol0) {
  const auto tree =
      PickleTree::Parse("(lp0\nVi\np1\naV\xFC\\u20ac\np2\nag1\na.");
  ASSERT_THAT(tree, IsOk());
  EXPECT_EQ(tree->root().kind, Kind::kList);
  EXPECT_THAT(tree->root().items,
              ElementsAre(Text("i"), Text("ü€"), Text("i")));
}

TEST(PickleTreeTest, ReadsDictsAndTuples) {
  const auto tree = PickleTree::Parse("(dp0\nI1\n(I-2\nNtp1\nsVa\nF1.5\ns.");
  ASSERT_THAT(tree, IsOk());
  const PickleNode& dict = tree->root();
  ASSERT_EQ(dict.kind, Kind::kDict);
  ASSERT_EQ(dict.items.size(), 4);
  EXPECT_THAT(dict.items[0], Integer(1));
  ASSERT_EQ(dict.items[1]->kind, Kind::kTuple);
  EXPECT_THAT(
      dict.items[1]->items,
      ElementsAre(Integer(-2), Pointee(Field(&PickleNode::kind, Kind::kNone))));
  EXPECT_THAT(dict.items[2], Text("a"));
  EXPECT_EQ(dict.items[3]->number, 1.5);
}

TEST(PickleTreeTest, ReadsBinaryProtocols) {
  const auto tree = PickleTree::Parse(Bytes(
      "\x80\x05\x95\x00\x00\x00\x00\x00\x00\x00\x00](K\xff\x8a\x02\x00\xffM\x01"
      "\x01J\xfe\xff\xff\xff\x8c\x01"
      "ae."));
  ASSERT_THAT(tree, IsOk());
  EXPECT_THAT(tree->root().items,
              ElementsAre(Integer(255), Integer(-256), Integer(257),
                          Integer(-2), Text("a")));
}

TEST(PickleTreeTest, KeepsCallsAsTheyAre) {
  const auto tree = PickleTree::Parse("cos\nsystem\n(Vls\ntR(dVa\nI1\nsb.");
  ASSERT_THAT(tree, IsOk());
  const PickleNode& call = tree->root();
  ASSERT_EQ(call.kind, Kind::kCall);
  EXPECT_EQ(call.items[0]->text, "os.system");
  EXPECT_THAT(call.items[1]->items, ElementsAre(Text("ls")));
  ASSERT_NE(call.state, nullptr);
  EXPECT_THAT(call.state->items, ElementsAre(Text("a"), Integer(1)));
}

TEST(PickleTreeTest, EndsWithCycles) {
  EXPECT_THAT(PickleTree::Parse("(lp0\ng0\na."), IsOk());
}

TEST(PickleTreeTest, RefusesWhatIsNoPickle) {
  for (const char* const pickle :
       {"",         "(",     ".",       "(.",   "t.",    "a.",
        "(la.",     "g1\n.", "p0\n.",   "I\n.", "Ix\n.", "V\\u12\n.",
        "X\x05\n.", "N",     "(I1\nd.", "NNR.", "NNb.",  "Fx\n.",
        "cos\n.",   "\x85.", "NN\x93."}) {
    EXPECT_THAT(PickleTree::Parse(pickle),
                StatusIs(absl::StatusCode::kDataLoss))
        << pickle;
  }
}

TEST(PickleTreeTest, RefusesWhatHasNoKind) {
  for (const char* const pickle :
       {"\x8f.", "L18446744073709551616L\n.", "\x8c\x01\xFF.", "NNa."}) {
    EXPECT_THAT(PickleTree::Parse(pickle),
                StatusIs(absl::StatusCode::kUnimplemented))
        << pickle;
  }
}

}  // namespace
}  // namespace cppet::hdf5
