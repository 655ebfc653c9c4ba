// Files as the first versions of pypet made them, with Python 2.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/options.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/sparse_matrix.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hdf5.h"

namespace cppet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using hdf5::Handle;

// ASCII, with a NUL that counts.
Handle TextType(size_t size) {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), size);
  return type;
}

void WriteOldText(hid_t object, const std::string& name,
                  const std::string& text) {
  const Handle type = TextType(text.size() + 1);
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle attribute(H5Acreate2(object, name.c_str(), type.get(),
                                    space.get(), H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(H5Awrite(attribute.get(), type.get(), text.c_str()), 0);
}

void WriteOldInteger(hid_t object, const std::string& name, int64_t number) {
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle attribute(H5Acreate2(object, name.c_str(), H5T_STD_I64LE,
                                    space.get(), H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(H5Awrite(attribute.get(), H5T_NATIVE_INT64, &number), 0);
}

// Without filters, unlike what is made today.
Handle OldGroup(hid_t parent, const std::string& name) {
  Handle group(
      H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  WriteOldText(group.get(), "CLASS", "GROUP");
  WriteOldText(group.get(), "TITLE", "");
  return group;
}

Handle OldLeaf(hid_t parent, const std::string& name,
               const std::string& class_name) {
  Handle leaf = OldGroup(parent, name);
  WriteOldInteger(leaf.get(), "SRVC_LEAF", 1);
  WriteOldText(leaf.get(), "SRVC_INIT_CLASS_NAME", class_name);
  WriteOldText(leaf.get(), "SRVC_INIT_COMMENT", "Of old");
  return leaf;
}

struct OldColumn {
  std::string name;
  hid_t type;
  size_t text_size = 0;  // of text; `type` does not count then
};

// A table with one row for each of `rows`, whose first column, an int32, has
// that number; the others are zeros.
Handle OldTable(hid_t group, const std::string& name,
                const std::vector<OldColumn>& columns,
                const std::vector<int32_t>& rows) {
  std::vector<Handle> types;
  size_t size = 0;
  for (const OldColumn& column : columns) {
    types.push_back(column.text_size > 0 ? TextType(column.text_size)
                                         : Handle(H5Tcopy(column.type)));
    size += H5Tget_size(types.back().get());
  }
  const Handle compound(H5Tcreate(H5T_COMPOUND, size));
  size_t offset = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    H5Tinsert(compound.get(), columns[i].name.c_str(), offset, types[i].get());
    offset += H5Tget_size(types[i].get());
  }
  std::vector<char> bytes(size * rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(bytes.data() + i * size, &rows[i], sizeof(rows[i]));
  }
  const hsize_t shape = rows.size();
  const hsize_t unlimited = H5S_UNLIMITED;
  const hsize_t chunk = 4;
  const Handle space(H5Screate_simple(1, &shape, &unlimited));
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(properties.get(), 1, &chunk);
  Handle table(H5Dcreate2(group, name.c_str(), compound.get(), space.get(),
                          H5P_DEFAULT, properties.get(), H5P_DEFAULT));
  EXPECT_GE(H5Dwrite(table.get(), compound.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                     bytes.data()),
            0);
  WriteOldText(table.get(), "CLASS", "TABLE");
  return table;
}

void OldNumbers(hid_t leaf, const std::string& name,
                const std::vector<int32_t>& values) {
  const Handle table =
      OldTable(leaf, name, {{"data", H5T_NATIVE_INT32}}, values);
  WriteOldText(table.get(), "SRVC_STORE", "TABLE");
  WriteOldText(table.get(), "SRVC_COLUMN_data_COLL_TYPE", "COLL_SCALAR");
  WriteOldText(table.get(), "SRVC_COLUMN_data_SCALAR_TYPE", "<type 'int'>");
}

template <typename T>
void OldArray(hid_t leaf, const std::string& name, hid_t type,
              const std::vector<T>& values,
              const std::string& collection = "COLL_NDARRAY") {
  const hsize_t size = values.size();
  const Handle space(H5Screate_simple(1, &size, nullptr));
  const Handle array(H5Dcreate2(leaf, name.c_str(), type, space.get(),
                                H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(
      H5Dwrite(array.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
      0);
  WriteOldText(array.get(), "SRVC_STORE", "ARRAY");
  WriteOldText(array.get(), "SRVC_DATA_COLL_TYPE", collection);
  if (collection == "COLL_TUPLE") {
    WriteOldText(array.get(), "SRVC_DATA_SCALAR_TYPE", "<type 'int'>");
  }
}

void OldText(hid_t leaf, const std::string& name, const std::string& text) {
  const Handle type = TextType(text.size());
  const Handle space(H5Screate(H5S_SCALAR));
  const Handle item(H5Dcreate2(leaf, name.c_str(), type.get(), space.get(),
                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(H5Dwrite(item.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                     text.data()),
            0);
  WriteOldText(item.get(), "SRVC_STORE", "ARRAY");
  WriteOldText(item.get(), "SRVC_DATA_COLL_TYPE", "COLL_SCALAR");
  WriteOldText(item.get(), "SRVC_DATA_SCALAR_TYPE", "<type 'str'>");
}

// `scale` in the first column of a 2 x 3 matrix.
void OldSparse(hid_t leaf, const std::string& prefix, const std::string& suffix,
               double scale) {
  OldText(leaf, prefix + "format" + suffix, "csr");
  OldArray<double>(leaf, prefix + "data" + suffix, H5T_NATIVE_DOUBLE,
                   {scale, scale});
  OldArray<int32_t>(leaf, prefix + "indices" + suffix, H5T_NATIVE_INT32,
                    {0, 0});
  OldArray<int32_t>(leaf, prefix + "indptr" + suffix, H5T_NATIVE_INT32,
                    {0, 1, 2});
  OldArray<int64_t>(leaf, prefix + "shape" + suffix, H5T_NATIVE_INT64, {2, 3},
                    "COLL_TUPLE");
}

SparseMatrix Matrix(double scale) {
  SparseMatrix matrix;
  matrix.shape = {2, 3};
  matrix.data = Value(NdArray<double>{{2}, {scale, scale}});
  matrix.indices = Value(NdArray<int32_t>{{2}, {0, 0}});
  matrix.indptr = Value(NdArray<int32_t>{{3}, {0, 1, 2}});
  return matrix;
}

class OldFilesTest : public ::testing::Test {
 protected:
  // Two runs; `fill` adds nodes to the group of the trajectory.
  template <typename Fill>
  void Make(const Fill& fill) {
    ASSERT_THAT(hdf5::File::Create(path_, "old", {}), IsOk());
    auto file = hdf5::File::Open(path_, {.writable = true});
    ASSERT_THAT(file, IsOk());
    {
      const Handle group = OldGroup(file->root(), "old");
      const Handle overview = OldGroup(group.get(), "overview");
      OldTable(overview.get(), "info",
               {{"length", H5T_NATIVE_INT32}, {"version", 0, 12}}, {2});
      OldTable(overview.get(), "runs",
               {{"idx", H5T_NATIVE_INT32},
                {"name", 0, 128},
                {"completed", H5T_NATIVE_INT32}},
               {0, 1});
      OldTable(overview.get(), "hdf5_settings",
               {{"pandas_append", H5T_NATIVE_INT32}, {"complib", 0, 8}}, {0});
      fill(group.get());
    }
    ASSERT_THAT(file->Close(), IsOk());
  }

  std::unique_ptr<Trajectory> Load(LoadOptions options = LoadAll()) {
    // The table info of these files has no name.
    options.leave_out_damaged = true;
    std::vector<std::string> warnings;
    options.warnings = &warnings;
    auto loaded = OpenHdf5Storage(path_).value()->Load("old", options);
    EXPECT_THAT(loaded, IsOk());
    EXPECT_THAT(warnings, ElementsAre(::testing::HasSubstr("calls")));
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }

  static const Parameter& ParameterAt(const Trajectory& trajectory,
                                      const std::string& name) {
    return static_cast<const Parameter&>(*trajectory.tree().FindExact(name));
  }

  const hdf5::SilentErrors silent_;
  const TempDirectory directory_;
  const std::string path_ = directory_.Path("old.hdf5");
};

TEST_F(OldFilesTest, AttributesMarkWhatIsExplored) {
  Make([](hid_t group) {
    const Handle parameters = OldGroup(group, "parameters");
    const Handle x = OldLeaf(parameters.get(), "x", "Parameter");
    WriteOldInteger(x.get(), "SRVC_INIT_LENGTH", 2);
    OldNumbers(x.get(), "data", {5});
    OldNumbers(x.get(), "explored_data", {6, 7});
    const Handle y = OldLeaf(parameters.get(), "y", "Parameter");
    OldNumbers(y.get(), "data", {8});
  });
  const auto loaded = Load();
  EXPECT_EQ(loaded->length(), 2);
  EXPECT_THAT(loaded->explored_names(), ElementsAre("parameters.x"));
  EXPECT_THAT(loaded->GetValue("x", 1)->As<int>(), IsOkAndHolds(7));
  EXPECT_THAT(loaded->Get<int>("y"), IsOkAndHolds(8));
  EXPECT_EQ(ParameterAt(*loaded, "parameters.x").comment(), "Of old");
  // Also if they are not read.
  LoadOptions skeleton;
  skeleton.parameters = LoadLevel::kSkeleton;
  EXPECT_THAT(Load(skeleton)->explored_names(), ElementsAre("parameters.x"));
}

TEST_F(OldFilesTest, ArraysOfARangeAreInTheLeafItself) {
  Make([](hid_t group) {
    const Handle parameters = OldGroup(group, "parameters");
    const Handle x = OldLeaf(parameters.get(), "x", "ArrayParameter");
    WriteOldInteger(x.get(), "SRVC_INIT_LENGTH", 2);
    OldArray<double>(x.get(), "data__rr__", H5T_NATIVE_DOUBLE, {0, 0});
    OldArray<double>(x.get(), "xa__rr__00000000", H5T_NATIVE_DOUBLE, {1, 2});
    OldArray<double>(x.get(), "xa__rr__00000001", H5T_NATIVE_DOUBLE, {3, 4});
    OldTable(x.get(), "explored_data__rr__", {{"idx", H5T_NATIVE_INT32}},
             {1, 0});
  });
  const auto loaded = Load();
  EXPECT_THAT(loaded->GetValue("x", 0)->As<std::vector<double>>(),
              IsOkAndHolds(ElementsAre(3, 4)));
  EXPECT_THAT(loaded->GetValue("x", 1)->As<std::vector<double>>(),
              IsOkAndHolds(ElementsAre(1, 2)));
}

TEST_F(OldFilesTest, SparseMatricesAreInParts) {
  Make([](hid_t group) {
    const Handle parameters = OldGroup(group, "parameters");
    const Handle x = OldLeaf(parameters.get(), "x", "SparseParameter");
    WriteOldInteger(x.get(), "SRVC_INIT_LENGTH", 2);
    OldSparse(x.get(), "data__spsp__", "", 1);
    OldSparse(x.get(), "xspm__spsp__", "__spsp__00000000", 2);
    OldSparse(x.get(), "xspm__spsp__", "__spsp__00000001", 3);
    OldTable(x.get(), "explored_data__spsp__",
             {{"idx", H5T_NATIVE_INT32}, {"is_dia", H5T_NATIVE_INT8}}, {1, 0});
    const Handle results = OldGroup(group, "results");
    const Handle r = OldLeaf(results.get(), "r", "SparseResult");
    OldSparse(r.get(), "m__spsp__", "", 4);
    OldText(r.get(), "text", "plain");
  });
  const auto loaded = Load();
  const Parameter& x = ParameterAt(*loaded, "parameters.x");
  EXPECT_EQ(x.value(), Value(Matrix(1)));
  ASSERT_TRUE(x.explored());
  EXPECT_EQ(x.ValueAt(0), Value(Matrix(3)));
  EXPECT_EQ(x.ValueAt(1), Value(Matrix(2)));
  const auto& r =
      static_cast<const Result&>(*loaded->tree().FindExact("results.r"));
  EXPECT_THAT(r.items(), UnorderedElementsAre(Pair("m", Value(Matrix(4))),
                                              Pair("text", Value("plain"))));
}

TEST_F(OldFilesTest, TablesBesideNodesAreNoNodes) {
  Make([](hid_t group) {
    const Handle results = OldGroup(group, "results");
    OldTable(results.get(), "explored_parameters",
             {{"value", H5T_NATIVE_INT32}}, {1, 2});
  });
  EXPECT_THAT(static_cast<const Group&>(*Load()->tree().FindExact("results"))
                  .children(),
              IsEmpty());
}

}  // namespace
}  // namespace cppet
