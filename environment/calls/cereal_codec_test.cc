#include "cppet/environment/calls/cereal_codec.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cereal/types/map.hpp"
#include "cereal/types/memory.hpp"
#include "cereal/types/polymorphic.hpp"
#include "cereal/types/string.hpp"
#include "cereal/types/tuple.hpp"
#include "cereal/types/vector.hpp"
#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {

struct Shape {
  virtual ~Shape() = default;
  virtual double Area() const = 0;
  template <typename Archive>
  void serialize(Archive&) {}
};

struct Square : public Shape {
  double Area() const override { return side * side; }
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("side", side));
  }
  double side = 0;
};

}  // namespace cppet

CEREAL_REGISTER_TYPE(cppet::Square)
CEREAL_REGISTER_POLYMORPHIC_RELATION(cppet::Shape, cppet::Square)

namespace cppet {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

enum class Color { kRed, kGreen };

struct Empty {
  template <typename Archive>
  void serialize(Archive&) {}
};

struct Opaque {};

using Mixed = std::tuple<int, std::string, std::vector<double>,
                         std::map<std::string, std::vector<bool>>, Color>;

const Mixed& SomeMixed() {
  static const auto& mixed = *new Mixed(
      -7, "text", {0.5, 1.5}, {{"a", {true, false}}, {"", {}}}, Color::kGreen);
  return mixed;
}

template <typename T>
absl::StatusOr<T> ThereAndBack(const T& value) {
  const absl::StatusOr<std::string> bytes = EncodeWithCereal(value);
  if (!bytes.ok()) return bytes.status();
  return DecodeWithCereal<T>(*bytes);
}

TEST(CerealCodecTest, ValuesComeBack) {
  EXPECT_THAT(ThereAndBack(SomeMixed()), IsOkAndHolds(SomeMixed()));
  EXPECT_THAT(ThereAndBack(std::tuple<>()), IsOk());
  EXPECT_THAT(ThereAndBack(std::vector<Empty>(100)), IsOkAndHolds(SizeIs(100)));
}

TEST(CerealCodecTest, ObjectsComeBackByTheirBase) {
  auto square = std::make_shared<Square>();
  square->side = 3;
  const auto back = ThereAndBack<std::shared_ptr<Shape>>(square);
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ((*back)->Area(), 9);
}

TEST(CerealCodecTest, PartsAndMoreThanAWholeAreErrors) {
  const std::string bytes = EncodeWithCereal(SomeMixed()).value();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeWithCereal<Mixed>(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(DecodeWithCereal<Mixed>(bytes + "x"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("left over")));
}

TEST(CerealCodecTest, SizesThatCannotBeTakeNoMemory) {
  for (const uint64_t size :
       {uint64_t{5'000}, uint64_t{1} << 32, uint64_t{1} << 40, ~uint64_t{0}}) {
    const std::string bytes = EncodeWithCereal(size).value() + "abc";
    EXPECT_THAT(DecodeWithCereal<std::string>(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeWithCereal<std::vector<double>>(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(DecodeWithCereal<std::vector<std::string>>(bytes),
                StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT((DecodeWithCereal<std::map<int, int>>(bytes)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(CerealCodecTest, KnowsWhatCerealKnows) {
  EXPECT_TRUE(kIsCerealSerializable<Mixed>);
  EXPECT_FALSE(kIsCerealSerializable<Opaque>);
  EXPECT_FALSE(kIsCerealSerializable<const char*>);
}

}  // namespace
}  // namespace cppet
