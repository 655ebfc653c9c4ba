// Programs whose values are of a type of their own, and a class in a shared
// object that says how files keep them.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_service.h"
#include "cppet/testdata/classes/geo_point.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kPoint[] = "testdata/classes/libgeo.so:geo.Point";
constexpr char kFail[] = "CPPET_TEST_FAIL";

absl::Status Mirror(cppet::Run& run) {
  const absl::StatusOr<geo::Point> p = run.Get<geo::Point>("p");
  if (!p.ok()) return p.status();
  if (p->x == 3 && std::getenv(kFail) != nullptr) {
    return absl::AbortedError("not yet");
  }
  return run.AddResult("mirrored", geo::Point{p->y, p->x});
}

CPPET_REGISTER_RUN_FUNCTION(Mirror);

class EnvironmentClassesTest : public ::testing::Test {
 protected:
  EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.trajectory = "t";
    options.add_time = false;
    options.filename = directory_.Path("t.hdf5");
    options.log_level = std::nullopt;
    options.progress = ProgressMode::kNever;
    options.dynamically_imported_classes = {kPoint};
    return options;
  }

  // Explores three points and mirrors each.
  static void Sweep(const EnvironmentOptions& options) {
    auto env = Environment::Create(options);
    ASSERT_THAT(env, IsOk());
    const auto p = (*env)->trajectory().AddParameter("p", geo::Point{0, 0});
    ASSERT_THAT((*env)->trajectory().Explore(p.In({{1, 2}, {3, 4}, {1, 2}})),
                IsOk());
    ASSERT_THAT((*env)->Run(Mirror), IsOk());
  }

  std::unique_ptr<Trajectory> Load(const std::vector<std::string>& classes) {
    Hdf5StorageOptions options;
    options.dynamically_imported_classes = classes;
    const auto storage = OpenHdf5Storage(directory_.Path("t.hdf5"), options);
    EXPECT_THAT(storage, IsOk());
    absl::StatusOr<std::unique_ptr<Trajectory>> loaded =
        (*storage)->Load("t", LoadAll());
    EXPECT_THAT(loaded, IsOk());
    return *std::move(loaded);
  }

  void ExpectMirrored(const std::string& shared_object) {
    const auto trajectory = Load({shared_object});
    ASSERT_TRUE(trajectory->completed());
    for (int64_t i = 0; i < 3; ++i) {
      const geo::Point p = i == 1 ? geo::Point{3, 4} : geo::Point{1, 2};
      EXPECT_THAT(trajectory->AsRun(i)->Get<geo::Point>("p"), IsOkAndHolds(p));
      EXPECT_THAT(trajectory->Get<geo::Point>(
                      absl::StrCat("results.runs.", RunName(i), ".mirrored")),
                  IsOkAndHolds(geo::Point{p.y, p.x}));
    }
  }

  const TempDirectory directory_;
};

struct Mode {
  std::string name;
  bool multiproc = false;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLock;
};

class EnvironmentClassesModesTest : public EnvironmentClassesTest,
                                    public ::testing::WithParamInterface<Mode> {
};

INSTANTIATE_TEST_SUITE_P(
    All, EnvironmentClassesModesTest,
    ::testing::Values(Mode{"InProcess"},
                      Mode{"Lock", true, false, WrapMode::kLock},
                      Mode{"PoolQueue", true, true, WrapMode::kQueue},
                      Mode{"Local", true, false, WrapMode::kLocal}),
    [](const auto& info) { return info.param.name; });

TEST_P(EnvironmentClassesModesTest, KeepsValuesAsItems) {
  EnvironmentOptions options = Options();
  options.multiproc = GetParam().multiproc;
  options.use_pool = GetParam().use_pool;
  options.wrap_mode = GetParam().wrap_mode;
  Sweep(options);
  ExpectMirrored(kPoint);
  const auto plain = Load({});
  const Node* p = plain->tree().FindExact("parameters.p");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ((*static_cast<const Parameter*>(p)->range())[1],
            Value(Dict{{{"x", 3.0}, {"y", 4.0}}}));
  const Node* mirrored =
      plain->tree().FindExact("results.runs.run_00000001.mirrored");
  ASSERT_NE(mirrored, nullptr);
  const auto& result = static_cast<const Result&>(*mirrored);
  EXPECT_EQ(result.class_name(), "geo.Point");
  EXPECT_THAT(result.items(),
              ElementsAre(Pair("x", Value(4.0)), Pair("y", Value(3.0))));
}

TEST_F(EnvironmentClassesTest, GoesOnWithTheClassFromAnotherFolder) {
  EnvironmentOptions options = Options();
  options.continuable = true;
  options.continue_folder = directory_.Path("continue");
  const std::string shared_object =
      absl::StrCat(std::filesystem::current_path().string(), "/", kPoint);
  setenv(kFail, "1", 1);
  Sweep(options);
  unsetenv(kFail);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  EXPECT_THAT(
      Environment::Continue<std::monostate>("t", options.continue_folder),
      IsOk());
  ExpectMirrored(shared_object);
  std::filesystem::current_path(before);
}

TEST_F(EnvironmentClassesTest, NeedsTheClassesThatAreNamed) {
  EnvironmentOptions options = Options();
  options.dynamically_imported_classes = {"geo.Nowhere"};
  EXPECT_THAT(Environment::Create(options),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("dynamically_imported_classes"),
                             HasSubstr("'geo.Nowhere'"))));
}

}  // namespace
}  // namespace cppet
