#include "cppet/base/pickle/object.h"

#include <complex>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::pickle {
namespace {

using ::testing::Optional;

TEST(AsComplexTest, TakesCallsOfComplexOnly) {
  const ObjectPtr one = Make(1.0);
  EXPECT_THAT(AsComplex(*MakeCall("builtins", "complex", {one, Make(-2.0)})),
              Optional(std::complex<double>(1, -2)));
  EXPECT_EQ(AsComplex(*one), std::nullopt);
  EXPECT_EQ(AsComplex(*MakeCall("builtins", "complex", {one})), std::nullopt);
  EXPECT_EQ(AsComplex(*MakeCall("builtins", "complex", {one, Make(None())})),
            std::nullopt);
  EXPECT_EQ(AsComplex(*MakeCall("other", "complex", {one, one})), std::nullopt);
}

TEST(TypeNameTest, IsPythons) {
  EXPECT_EQ(TypeName(*Make(None())), "NoneType");
  EXPECT_EQ(TypeName(*Make(Int{1})), "int");
  EXPECT_EQ(TypeName(*Make(Text{"a"})), "str");
  EXPECT_EQ(TypeName(*Make(FrozenSet())), "frozenset");
  EXPECT_EQ(TypeName(*Make(Global{"os", "system"})), "os.system");
  EXPECT_EQ(TypeName(*MakeCall("builtins", "range", {})), "range");
  EXPECT_EQ(TypeName(*MakeCall("collections", "OrderedDict", {})),
            "collections.OrderedDict");
  const ObjectPtr array = Make(Global{"numpy", "ndarray"});
  EXPECT_EQ(
      TypeName(*MakeCall("numpy.core.multiarray", "_reconstruct", {array})),
      "numpy.ndarray");
  EXPECT_EQ(TypeName(*MakeCall("numpy._core.numeric", "_frombuffer", {})),
            "numpy.ndarray");
  EXPECT_EQ(TypeName(*MakeCall("copyreg", "_reconstructor", {array})),
            "numpy.ndarray");
}

TEST(ExpandedSizeTest, CountsObjectsAndBytes) {
  EXPECT_EQ(ExpandedSize(*Make(None()), 100), 1);
  EXPECT_EQ(ExpandedSize(*Make(Text{"four"}), 100), 5);
  const ObjectPtr text = Make(Text{"a"});
  EXPECT_EQ(ExpandedSize(*Make(Dict{{{text, Make(List{{text}})}}}), 100), 6);
  EXPECT_EQ(ExpandedSize(*MakeCall("m", "f", {text}), 100), 1 + 3 + 1 + 2);
}

TEST(ExpandedSizeTest, EndsAtTheLimit) {
  ObjectPtr object = Make(List());
  for (int i = 0; i < 100; ++i) object = Make(List{{object, object}});
  EXPECT_GT(ExpandedSize(*object, 10'000), 10'000);
}

}  // namespace
}  // namespace cppet::pickle
