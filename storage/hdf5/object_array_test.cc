#include "cppet/storage/hdf5/object_array.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet::hdf5 {
namespace {

using ::testing::HasSubstr;

Value Texts(std::vector<int64_t> shape, std::vector<std::string> texts) {
  return Value::TextCollection(Form::kArray, DType::kString, Flavor::kNumpy,
                               std::move(shape), std::move(texts));
}

template <size_t size>
std::string Bytes(const char (&text)[size]) {
  return {text, size - 1};
}

// What numpy 1.24 makes of array(['a', 'ü'], dtype=object) in protocol 2 ...
const std::string& Protocol2() {
  static const auto& pickle = *new std::string(Bytes(
      "\x80\x02"
      "cnumpy.core.multiarray\n_reconstruct\nq\x00"
      "cnumpy\nndarray\nq\x01K\x00\x85q\x02"
      "c_codecs\nencode\nq\x03X\x01\x00\x00\x00"
      "bq\x04X\x06\x00\x00\x00latin1q\x05\x86q\x06Rq\x07\x87q\x08Rq\t(K\x01K"
      "\x02\x85q\ncnumpy\ndtype\nq\x0bX\x02\x00\x00\x00O8q\x0c\x89\x88\x87q\rRq"
      "\x0e(K\x03X\x01\x00\x00\x00|q\x0fNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?"
      "tq\x10"
      "b\x89]q\x11(X\x01\x00\x00\x00"
      "aq\x12X\x02\x00\x00\x00\xc3\xbcq\x13"
      "etq\x14"
      "b."));
  return pickle;
}

// ... and 5, with these objects.
std::string Protocol5(absl::string_view shape, absl::string_view objects) {
  return absl::StrCat(
      Bytes("\x80\x05\x95\x92\x00\x00\x00\x00\x00\x00\x00\x8c\x15numpy.core."
            "multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94\x8c\x05numpy\x94"
            "\x8c\x07ndarray\x94\x93\x94K\x00\x85\x94"
            "C\x01"
            "b\x94\x87\x94R\x94(K\x01"),
      shape,
      Bytes(
          "\x94h\x03\x8c\x05"
          "dtype\x94\x93\x94\x8c\x02O8\x94\x89\x88\x87\x94R\x94(K\x03\x8c\x01|"
          "\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?t\x94"
          "b\x89]\x94("),
      objects,
      Bytes("et\x94"
            "b."));
}

TEST(ObjectArrayTest, GivesBackWhatItPickled) {
  for (const Value& texts :
       {Texts({3}, {"", "zwölf", std::string(1, '\0')}), Texts({0}, {}),
        Texts({2, 0}, {}),
        Texts({2, 2}, {"a", "b", std::string(300, 'c'), "d"}),
        Texts({1, 1, 1}, {"x"})}) {
    EXPECT_THAT(UnpickleTexts(PickleTexts(texts)), IsOkAndHolds(texts));
  }
}

TEST(ObjectArrayTest, ReadsWhatNumpyPickled) {
  const Value texts = Texts({2}, {"a", "ü"});
  EXPECT_THAT(UnpickleTexts(Protocol2()), IsOkAndHolds(texts));
  EXPECT_THAT(UnpickleTexts(Protocol5("K\x02\x85",
                                      "\x8c\x01"
                                      "a\x94\x8c\x02\xc3\xbc\x94")),
              IsOkAndHolds(texts));
  // numpy keeps equal objects once.
  EXPECT_THAT(UnpickleTexts(Protocol5("K\x02K\x01\x86",
                                      "\x8c\x01"
                                      "a\x94h\x13")),
              IsOkAndHolds(Texts({2, 1}, {"a", "a"})));
}

TEST(ObjectArrayTest, RefusesWhatIsNotAllText) {
  EXPECT_THAT(
      UnpickleTexts(Protocol5("K\x02\x85",
                              "\x8c\x01"
                              "a\x94N")),
      StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("not all text")));
  EXPECT_THAT(UnpickleTexts("(lVa\na."),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(UnpickleTexts("N."), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(ObjectArrayTest, RefusesShapesThatDoNotFit) {
  const std::string objects =
      "\x8c\x01"
      "a\x8c\x01"
      "b";
  for (const std::string& shape :
       {std::string("K\x03\x85"), std::string("J\xfe\xff\xff\xff\x85"),
        std::string("K\x02"), Bytes("K\x02K\x00\x86"), std::string("N\x85"),
        Bytes("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x40\x8a\x08\x00\x00\x00\x00"
              "\x00\x00\x00\x40\x86")}) {
    EXPECT_THAT(UnpickleTexts(Protocol5(shape, objects)),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shape")));
  }
}

TEST(ObjectArrayTest, SurvivesDamage) {
  const std::string pickle = PickleTexts(Texts({2}, {"a", "b"}));
  for (size_t size = 0; size < pickle.size(); ++size) {
    EXPECT_THAT(UnpickleTexts(pickle.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  for (const std::string& whole : {pickle, Protocol2()}) {
    for (size_t at = 0; at < whole.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(byte);
        UnpickleTexts(damaged).IgnoreError();
      }
    }
  }
}

}  // namespace
}  // namespace cppet::hdf5
