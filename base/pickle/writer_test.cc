#include "cppet/base/pickle/writer.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/describe.h"
#include "cppet/base/pickle/integer.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::pickle {
namespace {

using ::testing::SizeIs;

ObjectPtr Number(int64_t value) { return Make(Int{value}); }
ObjectPtr Letters(absl::string_view text) {
  return Make(Text{std::string(text)});
}

// Objects of each kind.
std::vector<ObjectPtr> Examples() {
  const ObjectPtr list = Make(List{{Number(1), Letters("a")}});
  Call subclass;
  subclass.callable = Make(Global{"collections", "OrderedDict"});
  subclass.arguments = Make(Tuple());
  subclass.appended = {Number(1), Number(2)};
  subclass.set_items = {{Letters("key"), list}, {Number(2), Make(None())}};
  subclass.state = Make(Dict{{{Letters("x"), Number(1)}}});
  Call made = subclass;
  made.is_new = true;
  Call named = made;
  named.arguments = Make(Tuple{{Number(1)}});
  named.keywords = Make(Dict{{{Letters("y"), list}}});
  return {
      Make(None()),
      Make(true),
      Make(false),
      Number(0),
      Number(-1),
      Number(255),
      Number(65536),
      Number(std::numeric_limits<int32_t>::min()),
      Number(std::numeric_limits<int64_t>::max()),
      Make(Int{5, /*is_long=*/true}),
      Make(Int{*Integer::FromDecimal("-123456789012345678901234567890")}),
      Make(0.1),
      Make(-std::numeric_limits<double>::infinity()),
      Make(std::numeric_limits<double>::quiet_NaN()),
      Letters(""),
      Letters("a\n\\u0041\u00e4\u2603\U0001F600"),
      Make(Text{std::string(300, 'x')}),
      Make(Bytes()),
      Make(Bytes{std::string("\0\xFF\n", 3)}),
      Make(ByteArray()),
      Make(ByteArray{std::string(300, '\xFE')}),
      Make(List()),
      list,
      Make(Tuple()),
      Make(Tuple{{list}}),
      Make(Tuple{{list, list, Number(1)}}),
      Make(Tuple{{Number(1), Number(2), Number(3), list}}),
      Make(Dict()),
      Make(Dict{{{Letters("a"), list}, {Make(None()), Make(Dict())}}}),
      Make(Set()),
      Make(Set{{Number(1), Letters("a")}}),
      Make(FrozenSet()),
      Make(FrozenSet{{Number(1)}}),
      Make(Global{"builtins", "int"}),
      MakeCall("builtins", "complex", {Make(1.0), Make(-2.0)}),
      Make(std::move(subclass)),
      Make(std::move(made)),
      Make(std::move(named)),
  };
}

TEST(WriteTest, IsReadBack) {
  for (const ObjectPtr& object : Examples()) {
    for (const int protocol : {0, 2, 4}) {
      SCOPED_TRACE(absl::StrCat(Describe(*object), ", protocol ", protocol));
      const absl::StatusOr<ObjectPtr> again = Read(Write(*object, protocol));
      ASSERT_THAT(again, IsOk());
      EXPECT_EQ(Describe(**again), Describe(*object));
    }
  }
}

TEST(WriteTest, WritesLinesInProtocol0) {
  EXPECT_EQ(Write(*Make(List{{Number(1), Letters("a")}}), 0), "(lI1\naVa\na.");
  EXPECT_EQ(Write(*Make(Tuple{{Make(true), Make(0.5)}}), 0), "(I01\nF0.5\nt.");
  EXPECT_EQ(Write(*Make(Int{1, /*is_long=*/true}), 0), "L1L\n.");
  EXPECT_EQ(Write(*Make(Int{int64_t{1} << 40}), 0), "L1099511627776L\n.");
  EXPECT_EQ(Write(*Letters("\u00e4\\\n"), 0), "V\\u00e4\\u005c\\u000a\n.");
  EXPECT_EQ(Write(*Make(Bytes{"\xFF"}), 0),
            "c_codecs\nencode\n(V\\u00ff\nVlatin1\ntR.");
}

TEST(WriteTest, TakesTheNextLowerProtocolThatItKnows) {
  const Object none = *Make(None());
  EXPECT_EQ(Write(none, 0), "N.");
  EXPECT_EQ(Write(none, 1), "N.");
  EXPECT_EQ(Write(none, 2), "\x80\x02N.");
  EXPECT_EQ(Write(none, 3), "\x80\x02N.");
  EXPECT_EQ(Write(none, 4), "\x80\x04N.");
  EXPECT_EQ(Write(none, 5), "\x80\x04N.");
}

TEST(WriteTest, FindsAttributesWhoseNameIsNoPlainOne) {
  const auto described = [](const Global& global, int protocol) {
    const absl::StatusOr<ObjectPtr> read = Read(Write(*Make(global), protocol));
    return read.ok() ? Describe(**read) : read.status().ToString();
  };
  EXPECT_EQ(described({"m", "A.B.C"}, 0),
            "<builtins.getattr>(<builtins.getattr>(<m.A>, 'B'), 'C')");
  EXPECT_EQ(described({"m", "A.B.C"}, 4), "<m.A.B.C>");
  EXPECT_EQ(described({"m", "gr\u00fcn"}, 0),
            "<builtins.getattr>(<importlib.import_module>('m'), 'gr\\xfcn')");
  EXPECT_EQ(described({"a\nb", ""}, 0),
            "<builtins.getattr>(<importlib.import_module>('a\\x0ab'), '')");
}

TEST(WriteTest, WritesIntsThatHaveTooManyDigitsInProtocol0) {
  const ObjectPtr huge =
      Make(Int{Integer::FromBytes(std::string(5000, '\x01'))});
  const absl::StatusOr<ObjectPtr> read = Read(Write(*huge, 0));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(TypeName(**read), "int");
}

TEST(WriteTest, KeepsSharedPartsShared) {
  ObjectPtr object = Make(List());
  for (int i = 0; i < 100; ++i) object = Make(List{{object, object}});
  for (const int protocol : {0, 2, 4}) {
    const std::string pickle = Write(*object, protocol);
    EXPECT_LT(pickle.size(), 2000);
    const absl::StatusOr<ObjectPtr> again = Read(pickle);
    ASSERT_THAT(again, IsOk());
    const List* list = (*again)->As<List>();
    ASSERT_NE(list, nullptr);
    ASSERT_THAT(list->items, SizeIs(2));
    EXPECT_EQ(list->items[0], list->items[1]);
  }
}

}  // namespace
}  // namespace cppet::pickle
