#include "cppet/trajectory/sparse_matrix.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {

void PrintTo(const SparseMatrix::Entry& entry, std::ostream* out) {
  *out << entry.row << "," << entry.column << " at " << entry.at;
}

namespace {

using Format = SparseMatrix::Format;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MATCHER_P3(EntryIs, row, column, at, "") {
  return arg.row == row && arg.column == column && arg.at == at;
}

// [[1 0 2]
//  [0 0 3]]
SparseMatrix Csr() {
  SparseMatrix matrix;
  matrix.shape = {2, 3};
  matrix.data = std::vector<double>{1, 2, 3};
  matrix.indices = std::vector<int32_t>{0, 2, 2};
  matrix.indptr = std::vector<int32_t>{0, 2, 3};
  return matrix;
}

SparseMatrix Csc() {
  SparseMatrix matrix = Csr();
  matrix.format = Format::kCsc;
  matrix.indices = std::vector<int64_t>{0, 0, 1};
  matrix.indptr = std::vector<int64_t>{0, 1, 1, 3};
  return matrix;
}

// [[1 2 0 0]
//  [3 4 0 0]
//  [0 0 5 6]
//  [0 0 7 8]]
SparseMatrix Bsr() {
  SparseMatrix matrix;
  matrix.format = Format::kBsr;
  matrix.shape = {4, 4};
  matrix.data = NdArray<int64_t>{{2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}};
  matrix.indices = std::vector<int32_t>{0, 1};
  matrix.indptr = std::vector<int32_t>{0, 1, 2};
  return matrix;
}

// [[1 4 0]
//  [0 2 0]]: the diagonal 0 (the last one is out of it), and 1.
SparseMatrix Dia() {
  SparseMatrix matrix;
  matrix.format = Format::kDia;
  matrix.shape = {2, 3};
  matrix.data = NdArray<double>{{2, 3}, {1, 2, 9, 9, 4, 0}};
  matrix.offsets = std::vector<int32_t>{0, 1};
  return matrix;
}

TEST(SparseMatrixTest, KnowsWhereItsElementsAre) {
  EXPECT_THAT(Csr().Entries(),
              IsOkAndHolds(ElementsAre(EntryIs(0, 0, 0), EntryIs(0, 2, 1),
                                       EntryIs(1, 2, 2))));
  EXPECT_THAT(Csc().Entries(),
              IsOkAndHolds(ElementsAre(EntryIs(0, 0, 0), EntryIs(0, 2, 1),
                                       EntryIs(1, 2, 2))));
  EXPECT_THAT(Bsr().Entries(),
              IsOkAndHolds(ElementsAre(EntryIs(0, 0, 0), EntryIs(0, 1, 1),
                                       EntryIs(1, 0, 2), EntryIs(1, 1, 3),
                                       EntryIs(2, 2, 4), EntryIs(2, 3, 5),
                                       EntryIs(3, 2, 6), EntryIs(3, 3, 7))));
  EXPECT_THAT(SparseMatrix().Entries(), IsOkAndHolds(IsEmpty()));
}

TEST(SparseMatrixTest, LeavesOutTheZerosOfDiagonals) {
  EXPECT_THAT(Dia().Entries(),
              IsOkAndHolds(ElementsAre(EntryIs(0, 0, 0), EntryIs(0, 1, 4),
                                       EntryIs(1, 1, 1))));
}

TEST(SparseMatrixTest, CountsWhatIsStored) {
  EXPECT_THAT(Csr().StoredCount(), IsOkAndHolds(3));
  EXPECT_THAT(Bsr().StoredCount(), IsOkAndHolds(8));
  EXPECT_THAT(Dia().StoredCount(), IsOkAndHolds(4));
}

TEST(SparseMatrixTest, ChecksItsArrays) {
  const auto changed = [](SparseMatrix matrix, auto change) {
    change(matrix);
    return matrix;
  };
  const std::vector<std::pair<SparseMatrix, std::string>> cases = {
      {changed(Csr(),
               [](auto& m) {
                 m.shape = {-1, 3};
               }),
       "-1 x 3"},
      {changed(Csr(),
               [](auto& m) {
                 m.shape = {3, 3};
               }),
       "indptr has 3"},
      {changed(Csr(),
               [](auto& m) {
                 m.shape = {2, 2};
               }),
       "index 2 of 2"},
      {changed(Csr(), [](auto& m) { m.data = std::vector<double>{1}; }),
       "data for 1"},
      {changed(Csr(), [](auto& m) { m.data = 1.0; }), "data"},
      {changed(Csr(),
               [](auto& m) { m.data = std::vector<std::string>(3, "a"); }),
       "data"},
      {changed(Csr(),
               [](auto& m) {
                 m.indptr = std::vector<int32_t>{0, 4, 3};
               }),
       "indptr has 4"},
      {changed(Csr(),
               [](auto& m) {
                 m.indptr = std::vector<int32_t>{2, 0, 3};
               }),
       "indptr has 0"},
      {changed(Csr(),
               [](auto& m) {
                 m.indptr = std::vector<int32_t>{0, 1, 2};
               }),
       "0 to 3"},
      {changed(Csr(),
               [](auto& m) {
                 m.indices = std::vector<double>{0, 1, 2};
               }),
       "indices"},
      {changed(Csr(),
               [](auto& m) {
                 m.indices = std::vector<int32_t>{0, -1, 2};
               }),
       "index -1"},
      {changed(Bsr(),
               [](auto& m) {
                 m.shape = {4, 5};
               }),
       "blocks of 2 x 2"},
      {changed(Bsr(),
               [](auto& m) {
                 m.data = NdArray<double>{{2, 0, 2}, {}};
               }),
       "blocks"},
      {changed(Dia(),
               [](auto& m) {
                 m.offsets = std::vector<int32_t>{1, 1};
               }),
       "two diagonals"},
      {changed(Dia(), [](auto& m) { m.offsets = std::vector<int32_t>{1}; }),
       "1 offsets"}};
  for (const auto& [matrix, reason] : cases) {
    EXPECT_THAT(matrix.Check(), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(reason)));
    EXPECT_FALSE(matrix.Entries().ok());
    EXPECT_FALSE(matrix.StoredCount().ok());
  }
}

}  // namespace
}  // namespace cppet
