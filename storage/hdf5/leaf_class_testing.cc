#include "cppet/storage/hdf5/leaf_class_testing.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cppet/base/status_matchers.h"
#include "cppet/storage/hdf5/api/attribute.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/api/group.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/tree.h"
#include "hdf5.h"

namespace cppet {

std::unique_ptr<StorageService> LeafClassTest::Open(
    absl::string_view file, Hdf5StorageOptions options) {
  options.dynamically_imported_classes = {kPoint};
  return OpenHdf5Storage(directory_.Path(file), options).value();
}

std::unique_ptr<StorageService> LeafClassTest::OpenPlain(
    absl::string_view file) {
  return OpenHdf5Storage(directory_.Path(file)).value();
}

void LeafClassTest::StorePoints(const std::vector<geo::Point>& points,
                                StorageService* storage) {
  Trajectory trajectory("t");
  const auto p = trajectory.AddParameter("p", geo::Point{1, 2}, "Where");
  trajectory.AddParameter("q", geo::Point{3, 4});
  ASSERT_THAT(trajectory.AddResult("r", geo::Point{5, 6}), IsOk());
  ASSERT_THAT(trajectory.Explore(p.In(points)), IsOk());
  ASSERT_THAT(storage->Store(trajectory), IsOk());
  ASSERT_THAT(storage->Close(), IsOk());
}

std::unique_ptr<Trajectory> LeafClassTest::LoadAllOf(StorageService* storage) {
  absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
      storage->Load("t", LoadAll());
  EXPECT_THAT(loaded, IsOk());
  return *std::move(loaded);
}

std::string LeafClassTest::Shown(const std::string& path) {
  const hdf5::SilentErrors silent;
  const absl::StatusOr<hdf5::File> file =
      hdf5::File::Open(directory_.Path("file.hdf5"), {});
  EXPECT_THAT(file, IsOk());
  const hdf5::Handle group(
      H5Gopen2(file->root(), absl::StrCat("t/", path).c_str(), H5P_DEFAULT));
  if (!group.ok()) return "nothing";
  std::vector<std::string> names;
  const absl::StatusOr<std::vector<hdf5::Link>> links =
      hdf5::ListLinks(group.get());
  EXPECT_THAT(links, IsOk());
  for (const hdf5::Link& link : *links) names.push_back(link.name);
  return absl::StrCat(
      hdf5::ReadText(group.get(), "SRVC_INIT_CLASS_NAME").value_or("no class"),
      ": ", absl::StrJoin(names, ", "));
}

Value AsDict(const geo::Point& point) {
  return Dict{{{"x", point.x}, {"y", point.y}}};
}

const Parameter& ParameterOf(const Trajectory& trajectory,
                             absl::string_view full_name) {
  const Node* node = trajectory.tree().FindExact(full_name);
  EXPECT_TRUE(node != nullptr && node->kind() == Node::Kind::kParameter)
      << full_name;
  return static_cast<const Parameter&>(*node);
}

const Result& ResultOf(const Trajectory& trajectory,
                       absl::string_view full_name) {
  const Node* node = trajectory.tree().FindExact(full_name);
  EXPECT_TRUE(node != nullptr && node->kind() == Node::Kind::kResult)
      << full_name;
  return static_cast<const Result&>(*node);
}

}  // namespace cppet
