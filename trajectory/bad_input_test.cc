// What a user may get wrong, and the error that says so, in one table.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "cppet/base/status_matchers.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/trajectory.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::HasSubstr;

constexpr auto kExists = absl::StatusCode::kAlreadyExists;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

// Of parameters, explored or not, and a result:
//   parameters.x (float), parameters.g.y (int), parameters.a.same,
//   parameters.b.same, parameters.empty (no value), results.r
struct Scene {
  Scene() {
    traj.AddParameter("x", 1.0);
    traj.AddParameter("g.y", 1);
    traj.AddParameter("a.same", 1);
    traj.AddParameter("b.same", 1);
    traj.tree()
        .Add("parameters", std::make_unique<Parameter>("empty", std::nullopt))
        .value();
    EXPECT_THAT(traj.AddResult("r", 1.0), IsOk());
    EXPECT_THAT(traj.status(), IsOk());
  }

  absl::Status Explore(std::string name, std::vector<Value> values) {
    return traj.Explore(
        CartesianProduct(Axis{std::move(name), Range(std::move(values))}));
  }
  absl::Status ExploreX() { return Explore("x", {1.0, 2.0}); }

  Trajectory traj{"t"};
};

struct Case {
  const char* what;
  absl::StatusCode code;
  // What the message names.
  std::string item;
  std::function<absl::Status(Scene&)> error;
};

std::vector<Case> Cases() {
  return {
      // Names.
      {"trajectory name with a dot", kInvalid, "'a.b'",
       [](Scene&) { return Trajectory("a.b").status(); }},
      {"trajectory name with a space", kInvalid, "'a b'",
       [](Scene&) { return Trajectory("a b").status(); }},
      {"trajectory name with an underscore in front", kInvalid, "'_a'",
       [](Scene&) { return Trajectory("_a").status(); }},
      {"trajectory without a name", kInvalid, "name '' is empty",
       [](Scene&) { return Trajectory("").status(); }},
      {"name with a space", kInvalid, "'parameters.a b'",
       [](Scene& s) { return s.traj.AddValue("parameters.a b", 1); }},
      {"name with an underscore in front", kInvalid, "'parameters._a'",
       [](Scene& s) { return s.traj.AddValue("parameters._a", 1); }},
      {"name with an umlaut", kInvalid, "'parameters.ä'",
       [](Scene& s) { return s.traj.AddValue("parameters.ä", 1); }},
      {"name with an empty part", kInvalid, "'parameters.a..b'",
       [](Scene& s) { return s.traj.AddValue("parameters.a..b", 1); }},
      {"name of 128 bytes", kInvalid,
       "'parameters." + std::string(128, 'n') + "' has 128 bytes",
       [](Scene& s) {
         return s.traj.AddValue("parameters." + std::string(128, 'n'), 1);
       }},
      {"no name", kInvalid, "the name '' has an empty part",
       [](Scene& s) { return s.traj.AddValue("", 1); }},
      {"a parameter without a name", kInvalid, "'parameters.'",
       [](Scene& s) {
         s.traj.AddParameter("", 1);
         return s.traj.status();
       }},
      {"a result without a name", kInvalid, "results.",
       [](Scene& s) { return s.traj.AddResult("", 1); }},
      {"overview below the root", kInvalid, "'overview'",
       [](Scene& s) { return s.traj.AddGroup("overview"); }},
      {"a value in overview", kInvalid, "'overview'",
       [](Scene& s) { return s.traj.AddValue("overview.x", 1); }},
      {"a dollar in a name", kInvalid, "'parameters.$x'",
       [](Scene& s) { return s.traj.AddValue("parameters.$x", 1); }},
      {"a second node of a name", kExists, "parameters.x",
       [](Scene& s) { return s.traj.AddValue("parameters.x", 2); }},
      {"something below a parameter", kExists, "parameters.x",
       [](Scene& s) { return s.traj.AddValue("parameters.x.below", 2); }},
      {"a result below parameters", kInvalid, "parameters.q",
       [](Scene& s) { return s.traj.AddResult("parameters.q", 1); }},
      {"a parameter below results", kInvalid, "results.q",
       [](Scene& s) {
         s.traj.AddParameter("results.q", 1);
         return s.traj.status();
       }},
      {"a result group below parameters", kInvalid, "parameters.q",
       [](Scene& s) { return s.traj.AddResultGroup("parameters.q"); }},
      {"a parameter as a branch", kInvalid, "config is the name of a branch",
       [](Scene& s) { return s.traj.AddValue("config", 1); }},
      // Values.
      {"an empty array", kInvalid, "parameters.e",
       [](Scene& s) {
         return s.traj.AddValue("parameters.e", std::vector<double>());
       }},
      {"an empty tuple", kInvalid, "parameters.e",
       [](Scene& s) {
         return s.traj.AddValue("parameters.e",
                                Value::Tuple(std::vector<int64_t>()));
       }},
      {"text that is no UTF-8", kInvalid, "parameters.e",
       [](Scene& s) { return s.traj.AddValue("parameters.e", "\xff"); }},
      {"a dict in a dict", kInvalid, "parameters.e: 'in'",
       [](Scene& s) {
         return s.traj.AddValue("parameters.e", Dict{{{"in", Dict()}}});
       }},
      {"a comment that is no UTF-8", kInvalid, "comment of parameters.e",
       [](Scene& s) { return s.traj.AddValue("parameters.e", 1, "\xff"); }},
      {"a comment that no file can hold", kInvalid, "comment of parameters.e",
       [](Scene& s) {
         return s.traj.AddValue("parameters.e", 1, std::string(60001, 'c'));
       }},
      {"reading an empty parameter", kPrecondition, "parameters.empty",
       [](Scene& s) { return s.traj["empty"].status(); }},
      {"setting another type", kInvalid, "parameters.x",
       [](Scene& s) { return s.traj.Set("x", 1); }},
      {"setting a group", kInvalid, "parameters.g",
       [](Scene& s) { return s.traj.Set("g", 1); }},
      {"setting a locked parameter", kPrecondition, "parameters.x is locked",
       [](Scene& s) {
         s.traj.LockParameters();
         return s.traj.Set("x", 2.0);
       }},
      {"setting a parameter that was read", kPrecondition,
       "parameters.x is locked",
       [](Scene& s) {
         EXPECT_THAT(s.traj["x"], IsOk());
         return s.traj.Set("x", 2.0);
       }},
      {"setting an explored parameter", kPrecondition,
       "parameters.x is explored",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.traj.Set("x", 2.0);
       }},
      {"unlocking a group", kInvalid, "parameters.g is no parameter",
       [](Scene& s) { return s.traj.Unlock("g"); }},
      // Exploring.
      {"exploring an unknown name", kNotFound, "'nope'",
       [](Scene& s) { return s.Explore("nope", {1}); }},
      {"exploring a group", kInvalid, "g is no parameter",
       [](Scene& s) { return s.Explore("g", {1}); }},
      {"exploring a result", kInvalid, "results.r",
       [](Scene& s) { return s.Explore("results.r", {1.0}); }},
      {"exploring an int by floats", kInvalid, "parameters.g.y",
       [](Scene& s) { return s.Explore("y", {1.0}); }},
      {"exploring an int by numpy's ints", kInvalid, "parameters.g.y",
       [](Scene& s) { return s.Explore("y", {int16_t{1}}); }},
      {"exploring by no values", kInvalid, "x has no values",
       [](Scene& s) { return s.Explore("x", {}); }},
      {"exploring nothing", kInvalid, "no points to explore",
       [](Scene& s) { return s.traj.Explore(Space()); }},
      {"exploring text that is no UTF-8", kInvalid, "parameters.text",
       [](Scene& s) {
         s.traj.AddParameter("text", "");
         return s.Explore("text", {"a", "\xff"});
       }},
      {"exploring an empty array", kInvalid, "parameters.list",
       [](Scene& s) {
         s.traj.AddParameter("list", std::vector<double>{1});
         return s.Explore("list", {std::vector<double>()});
       }},
      {"exploring by ranges of unequal length", kInvalid, "x has 2, y has 1",
       [](Scene& s) {
         return s.traj.Explore(
             Zip(Axis{"x", Range({1.0, 2.0})}, Axis{"y", Range({1})}));
       }},
      {"exploring what has no value", kPrecondition, "parameters.empty",
       [](Scene& s) { return s.Explore("empty", {1}); }},
      {"exploring twice", kPrecondition, "parameters.x is explored already",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.ExploreX();
       }},
      {"exploring another length later", kInvalid, "parameters.g.y",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.Explore("y", {1, 2, 3});
       }},
      {"exploring when runs are completed", kPrecondition, "t has completed",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         RunRecord record;
         record.completed = true;
         s.traj.NoteRun(record);
         return s.Explore("y", {1, 2});
       }},
      {"exploring by tuples of another length", kInvalid, "parameters.tuple",
       [](Scene& s) {
         EXPECT_THAT(s.traj.AddValue("parameters.tuple",
                                     Value::Tuple(std::vector<int64_t>{1, 2})),
                     IsOk());
         return s.Explore("tuple", {Value::Tuple(std::vector<int64_t>{1})});
       }},
      {"expanding not all that is explored", kInvalid, "parameters.g.y",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         EXPECT_THAT(s.Explore("y", {1, 2}), IsOk());
         return s.traj.Expand(CartesianProduct(Axis{"x", Range({3.0})}));
       }},
      {"expanding what is not explored", kInvalid, "parameters.g.y",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.traj.Expand(CartesianProduct(Axis{"y", Range({3})}));
       }},
      {"expanding by ranges of unequal length", kInvalid, "x has 1, y has 2",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.traj.Expand(
             Zip(Axis{"x", Range({3.0})}, Axis{"y", Range({1, 2})}));
       }},
      {"expanding what is not loaded", kPrecondition, "parameters.far",
       [](Scene& s) {
         s.traj.set_explored_names({"parameters.far"});
         return s.traj.Expand(CartesianProduct(Axis{"x", Range({3.0})}));
       }},
      {"shrinking what is stored", kPrecondition, "t is stored",
       [](Scene& s) {
         s.traj.set_stored(true);
         return s.traj.Shrink();
       }},
      // Finding.
      {"an unknown name", kNotFound, "'nope'",
       [](Scene& s) { return s.traj["nope"].status(); }},
      {"an ambiguous name", kPrecondition,
       "parameters.a.same, parameters.b.same",
       [](Scene& s) { return s.traj["same"].status(); }},
      {"a shortcut that is not allowed", kNotFound, "'x' is not a child",
       [](Scene& s) {
         FindOptions options;
         options.shortcuts = false;
         return s.traj.tree().Find("x", options).status();
       }},
      {"a depth that is too small", kInvalid, "parameters.g.y",
       [](Scene& s) {
         FindOptions options;
         options.max_depth = 2;
         return s.traj.tree().Find("parameters.g.y", options).status();
       }},
      {"a name with an underscore in front", kNotFound, "'_x'",
       [](Scene& s) { return s.traj["_x"].status(); }},
      {"the value of a group", kInvalid, "parameters.g",
       [](Scene& s) { return s.traj["g"].status(); }},
      {"the value of another type", kInvalid,
       "x: ", [](Scene& s) { return s.traj.Get<std::string>("x").status(); }},
      // Links.
      {"a link to nothing", kNotFound, "'nope'",
       [](Scene& s) { return s.traj.AddLink("results.l", "nope"); }},
      {"a link to the root", kInvalid, "results.l",
       [](Scene& s) {
         return s.traj.tree().AddLink("results.l", s.traj.tree().root());
       }},
      {"a link as a branch", kInvalid, "config is the name of a branch",
       [](Scene& s) { return s.traj.AddLink("config", "x"); }},
      {"a link as the overview", kInvalid, "'overview'",
       [](Scene& s) { return s.traj.AddLink("overview", "x"); }},
      {"a link of a name that is taken", kExists, "results.r",
       [](Scene& s) { return s.traj.AddLink("results.r", "x"); }},
      {"something below a link", kExists, "link results.l",
       [](Scene& s) {
         EXPECT_THAT(s.traj.AddLink("results.l", "g"), IsOk());
         return s.traj.AddResult("l.z", 1);
       }},
      // Presets.
      {"a preset of what is there", kExists, "parameters.x",
       [](Scene& s) { return s.traj.PresetParameter("x", 2.0); }},
      {"a preset that was never used", kPrecondition, "parameters.zz",
       [](Scene& s) {
         EXPECT_THAT(s.traj.PresetParameter("zz", 2.0), IsOk());
         return s.traj.CheckPresets();
       }},
      {"a preset with a name that cannot be", kInvalid, "'parameters.a b'",
       [](Scene& s) { return s.traj.PresetParameter("a b", 2.0); }},
      {"a preset of another type", kInvalid, "parameters.n is of type int",
       [](Scene& s) {
         EXPECT_THAT(s.traj.PresetParameter("n", 2.0), IsOk());
         return s.traj.AddValue("parameters.n", 1);
       }},
      // Removing and renaming.
      {"removing a group with children", kPrecondition, "parameters.g",
       [](Scene& s) { return s.traj.Remove("g"); }},
      {"removing an explored parameter", kPrecondition, "parameters.x",
       [](Scene& s) {
         EXPECT_THAT(s.ExploreX(), IsOk());
         return s.traj.Remove("x");
       }},
      {"renaming to a name that is taken", kExists, "parameters.g",
       [](Scene& s) { return s.traj.Rename("parameters.x", "g"); }},
      {"renaming a branch", kInvalid, "parameters cannot be renamed",
       [](Scene& s) { return s.traj.Rename("parameters", "p"); }},
      {"renaming what there is not", kNotFound, "parameters.nope",
       [](Scene& s) { return s.traj.Rename("parameters.nope", "x"); }},
      {"renaming what is stored", kPrecondition, "parameters.x",
       [](Scene& s) {
         s.traj.set_stored(true);
         return s.traj.Rename("parameters.x", "z");
       }},
      {"removing a link that there is not", kNotFound, "results.l",
       [](Scene& s) { return s.traj.RemoveLink("results.l"); }},
      // Results.
      {"an item of a result that it does not have", kNotFound,
       "'r.q': results.r is no group",
       [](Scene& s) { return s.traj["r.q"].status(); }},
      {"an item without a name", kInvalid, "results.i has an item without",
       [](Scene& s) {
         return s.traj.AddResult("i", {{"", 1}});
       }},
      {"an item whose name is no name in a file", kInvalid, "'a/b'",
       [](Scene& s) {
         return s.traj.AddResult("i", {{"a/b", 1}});
       }},
      {"an item whose name ends too early in a file", kInvalid,
       "results.i has an item 'a",
       [](Scene& s) {
         return s.traj.AddResult("i", {{std::string("a\0b", 3), 1}});
       }},
      {"two items of a name", kInvalid, "results.i has two items 'a'",
       [](Scene& s) {
         return s.traj.AddResult("i", {{"a", 1}, {"a", 2}});
       }},
      {"a result with several items as one value", kInvalid,
       "results.two has several items: a, b",
       [](Scene& s) {
         EXPECT_THAT(s.traj.AddResult("two", {{"a", 1}, {"b", 2}}), IsOk());
         return s.traj["two"].status();
       }},
      {"an empty result as a value", kPrecondition, "results.none",
       [](Scene& s) {
         EXPECT_THAT(s.traj.AddResult("none", Items()), IsOk());
         return s.traj["none"].status();
       }},
      // Runs.
      {"a run that there is not", kOutOfRange, "no run 99: t has 1",
       [](Scene& s) { return s.traj.AsRun(99).status(); }},
      {"a run before the first", kOutOfRange, "no run -2: t has 1",
       [](Scene& s) { return s.traj.AsRun(-2).status(); }},
      {"a name of no run", kOutOfRange, "no run 'run_00000099'",
       [](Scene& s) { return s.traj.AsRun("run_00000099").status(); }},
      {"a run that adds a parameter", kInvalid, "parameters.p",
       [](Scene& s) {
         return cppet::Run(s.traj, 0).AddValue("parameters.p", 1);
       }},
      {"a run that adds config", kInvalid, "config.p",
       [](Scene& s) { return cppet::Run(s.traj, 0).AddGroup("config.p"); }},
      {"a run that links from parameters", kInvalid, "parameters.l",
       [](Scene& s) {
         return cppet::Run(s.traj, 0).AddLink("parameters.l", "x");
       }},
      {"a run that adds a result twice", kExists, "results.runs.run_00000000.q",
       [](Scene& s) {
         cppet::Run run(s.traj, 0);
         EXPECT_THAT(run.AddResult("q", 1), IsOk());
         return run.AddResult("q", 1);
       }},
  };
}

TEST(BadInputTest, IsAnErrorThatNamesTheItem) {
  for (const Case& bad : Cases()) {
    SCOPED_TRACE(bad.what);
    Scene scene;
    EXPECT_THAT(bad.error(scene), StatusIs(bad.code, HasSubstr(bad.item)));
  }
}

}  // namespace
}  // namespace cppet
