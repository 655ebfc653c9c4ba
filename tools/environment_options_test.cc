// For each field of EnvironmentOptions: what differs when it is set, in the
// file as `inspect --json` shows it, in processes, in logs and other files.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/subprocess.h"
#include "cppet/base/testing.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/options.h"
#include "cppet/environment/run_registry.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/leaf_class.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run.h"
#include "cppet/trajectory/run_seed.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/user_type.h"
#include "cppet/vcs/scratch_repository.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace cppet {
namespace {

struct Point {
  double x = 0;
  template <typename Archive>
  void serialize(Archive& archive) {
    archive(x);
  }
};

}  // namespace
}  // namespace cppet

CPPET_USER_TYPE(cppet::Point, "test.Point");

namespace cppet {
namespace {

struct PointItems {
  static Items ToItems(const Point& point) { return {{"x", point.x}}; }
  static absl::StatusOr<Point> FromItems(const Items& items) {
    CPPET_ASSIGN_OR_RETURN(const double x, ItemAs<double>(items, "x"));
    return Point{x};
  }
};
CPPET_LEAF_CLASS(Point, PointItems);

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kRuns = 6;

// What the runs of an experiment do besides.
struct Deeds {
  int sleep_ms = 0;
  bool fail_once = false;    // run 1
  bool fail_always = false;  // runs 1, 2 and 3
  bool interrupt = false;    // in run 2, the main process
};
Deeds gDeeds;
pid_t gMainProcess = 0;
int gNiceness = 0;  // of the main process, which somebody may have lowered

int64_t Work(Run& run) {
  const int64_t i = run.index();
  std::this_thread::sleep_for(std::chrono::milliseconds(gDeeds.sleep_ms));
  cpu_set_t cores;
  sched_getaffinity(0, sizeof(cores), &cores);
  const char* slot = std::getenv("SLOT");
  run.AddResult("seen",
                Items{{"pid", int64_t{getpid()}},
                      {"nice", getpriority(PRIO_PROCESS, 0) - gNiceness},
                      {"cores", CPU_COUNT(&cores)},
                      {"slot", slot == nullptr ? "none" : slot}},
                "The same in all runs")
      .IgnoreError();
  run.AddResult("point", Point{0.5}).IgnoreError();
  run.Seed();
  std::cout << "printed by " << i << std::endl;
  if (gDeeds.interrupt && i == 2) kill(gMainProcess, SIGINT);
  if (gDeeds.fail_always && i >= 1 && i <= 3) throw std::runtime_error("no");
  if (gDeeds.fail_once && i == 1 && !fs::exists("tried")) {
    std::ofstream("tried") << "now";
    throw std::runtime_error("once");
  }
  return i;
}
CPPET_REGISTER_RUN_FUNCTION(Work);

// What is left of an experiment.
struct Observed {
  std::string folder;
  int wait_status = 0;
  Json outcome;  // as the main process saw it
  Json file;     // as inspect shows it; null if there is none

  std::string Text(const std::string& name) const {
    return ReadFile(absl::StrCat(folder, "/", name)).value_or("");
  }
  bool Exists(const std::string& name) const {
    return fs::exists(absl::StrCat(folder, "/", name));
  }
  // The texts of all logs of that name, in whatever folder.
  std::string Log(const std::string& name) const {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (absl::StrContains(entry.path().filename().string(), name)) {
        absl::StrAppend(&text, ReadFile(entry.path()).value_or(""));
      }
    }
    return text;
  }
  // "None" if the environment did not note it.
  std::string Config(const std::string& name) const {
    if (file.is_null()) return "no file";
    for (const auto& [key, leaf] : file["config"].items()) {
      if (absl::StartsWith(key, "config.environment.") &&
          absl::EndsWith(key, "." + name)) {
        const Json& value = leaf["value"];
        if (value.contains("value")) return value["value"].dump();
        std::string items;
        for (const Json& item : value["items"]) {
          absl::StrAppend(&items, item["value"].dump(), " ");
        }
        return absl::StrCat(value["type"].get<std::string>(), " ", items);
      }
    }
    return "None";
  }
  std::string Setting(const std::string& name) const {
    return file["hdf5_settings"][name].dump();
  }
  // The item of the result `seen` in each run that has it.
  std::vector<std::string> Seen(const std::string& item) const {
    std::vector<std::string> seen;
    for (int i = 0; i < kRuns; ++i) {
      const std::string name =
          absl::StrCat("results.runs.", RunName(i), ".seen");
      if (!file["results"].contains(name)) continue;
      seen.push_back(file["results"][name]["items"][item]["value"].dump());
    }
    return seen;
  }
  std::string Distinct(const std::string& item) const {
    const std::vector<std::string> seen = Seen(item);
    return absl::StrCat(std::set(seen.begin(), seen.end()).size());
  }
  std::string Completed() const {
    std::string completed;
    for (const Json& run : file["runs"]) {
      absl::StrAppend(&completed, run["completed"].get<int>());
    }
    return completed;
  }
  // Whether two runs were at work at the same time.
  bool Overlap() const {
    for (const Json& a : file["runs"]) {
      for (const Json& b : file["runs"]) {
        if (a["idx"] < b["idx"] && a["timestamp"] < b["finish_timestamp"] &&
            b["timestamp"] < a["finish_timestamp"]) {
          return true;
        }
      }
    }
    return false;
  }
  // The runs by the time at which they started.
  std::string Order() const {
    std::vector<std::pair<double, int>> starts;
    for (const Json& run : file["runs"]) {
      starts.emplace_back(run["timestamp"], run["idx"]);
    }
    std::sort(starts.begin(), starts.end());
    return absl::StrJoin(starts, "", [](std::string* out, const auto& start) {
      absl::StrAppend(out, start.second);
    });
  }
};

using Change = std::function<void(EnvironmentOptions&)>;
using Look = std::function<std::string(const Observed&)>;

EnvironmentOptions Plain() {
  EnvironmentOptions options;
  options.trajectory = "traj";
  options.add_time = false;
  options.filename = "traj.hdf5";
  options.durability = Durability::kNone;
  options.seed = 1;
  return options;
}

// The experiment of all rows, in a process of its own that works in `folder`.
[[noreturn]] void RunExperiment(const std::string& folder,
                                const std::vector<Change>& changes) {
  if (chdir(folder.c_str()) != 0) _exit(EXIT_FAILURE);
  EnvironmentOptions options = Plain();
  for (const Change& change : changes) change(options);
  for (const auto& [fd, name] : {std::pair(STDOUT_FILENO, "stdout"),
                                 std::pair(STDERR_FILENO, "stderr")}) {
    dup2(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666), fd);
  }
  signal(SIGINT, SIG_DFL);
  gMainProcess = getpid();
  gNiceness = getpriority(PRIO_PROCESS, 0);
  Json outcome;
  auto created = Environment::Create(options);
  outcome["created"] = created.status().ToString();
  if (created.ok()) {
    Environment& env = **created;
    const auto i = env.trajectory().AddParameter("i", 0);
    env.trajectory()
        .Explore(CartesianProduct(i.In(Arange(0, kRuns))))
        .IgnoreError();
    int calls = 0;
    if (!options.continuable) {
      env.AddPostprocessing(
             [&](Trajectory&, const RunResults<int64_t>&) { ++calls; })
          .IgnoreError();
    }
    const auto results = env.Run(&Work);
    outcome["run"] = results.status().ToString();
    outcome["postprocessed"] = calls;
    outcome["in_memory"] =
        env.trajectory().Contains("results.runs.run_00000000.seen");
  }
  std::ofstream("outcome") << outcome;
  std::cout.flush();
  _exit(EXIT_SUCCESS);
}

class EnvironmentOptionsTest : public ::testing::Test {
 protected:
  Observed Observe(const std::vector<Change>& changes, const Deeds& deeds) {
    Observed observed;
    observed.folder = folder_.Path(absl::StrCat("experiment", ++experiments_));
    fs::create_directory(observed.folder);
    gDeeds = deeds;
    const pid_t child = fork();
    if (child == 0) RunExperiment(observed.folder, changes);
    EXPECT_EQ(waitpid(child, &observed.wait_status, 0), child);
    observed.outcome =
        Json::parse(observed.Text("outcome"), nullptr, /*throw=*/false);
    for (const auto& entry :
         fs::recursive_directory_iterator(observed.folder)) {
      if (entry.path().extension() != ".hdf5") continue;
      const auto inspected =
          RunSubprocess({"tools/inspect", entry.path().string(), "--json"});
      EXPECT_THAT(inspected, IsOk());
      EXPECT_EQ(inspected->exit_code, 0) << inspected->standard_error;
      observed.file = Json::parse(inspected->standard_output);
    }
    return observed;
  }

  const TempDirectory folder_;
  int experiments_ = 0;
};

struct Row {
  std::string field;
  // What is seen, without and with the change.
  Look look;
  std::string plain;
  Change change;
  std::string changed;
  // What both experiments have.
  Change both = [](EnvironmentOptions&) {};
  Deeds deeds;
};

std::string YesNo(bool yes) { return yes ? "yes" : "no"; }

void Fork(EnvironmentOptions& options) {
  options.multiproc = true;
  options.ncores = 2;
}

Look Config(const std::string& name) {
  return [name](const Observed& o) { return o.Config(name); };
}
Look Setting(const std::string& name) {
  return [name](const Observed& o) { return o.Setting(name); };
}
template <typename T>
Change Set(T EnvironmentOptions::*field, T value) {
  return [=](EnvironmentOptions& options) { options.*field = value; };
}
Look HasFile(const std::string& name) {
  return [name](const Observed& o) { return YesNo(o.Exists(name)); };
}

// The row of an option whose value is noted, beside one of what it does.
template <typename T>
Row Noted(const std::string& field, const std::string& config,
          const std::string& plain, T EnvironmentOptions::*member, T value,
          const std::string& changed) {
  return {field, Config(config), plain, Set(member, value), changed, Fork};
}

// A repository with changes that are not committed.
void InRepository(EnvironmentOptions& options) {
  IsolateGit();
  const int code = std::system(
      "git init -q code && cd code && echo one > code.txt && git add . && "
      "git commit -q -m first && echo two > code.txt");
  if (code == 0) options.git_repository = "code";
}

// An entry of config.git, of whatever commit; "None" if there is none.
Look GitConfig(const std::string& name) {
  return [name](const Observed& o) {
    for (const auto& [key, leaf] : o.file["config"].items()) {
      if (absl::StartsWith(key, "config.git.commit_") &&
          absl::EndsWith(key, "." + name)) {
        return leaf["value"]["value"].get<std::string>();
      }
    }
    return std::string("None");
  };
}

std::vector<Row> Rows() {
  using O = EnvironmentOptions;
  const Look name = [](const Observed& o) { return o.file["name"].dump(); };
  const Look overlap = [](const Observed& o) { return YesNo(o.Overlap()); };
  const Look completed = [](const Observed& o) { return o.Completed(); };
  return {
      {"trajectory", name, "\"traj\"", Set<std::string>(&O::trajectory, "b"),
       "\"b\""},
      {"add_time",
       [](const Observed& o) {
         return YesNo(o.file["name"] ==
                      absl::StrCat("traj_", o.file["time"].get<std::string>()));
       },
       "no", Set(&O::add_time, true), "yes"},
      {"comment", [](const Observed& o) { return o.file["comment"].dump(); },
       "\"\"", Set<std::string>(&O::comment, "A comment"), "\"A comment\""},
      {"automatic_storing", HasFile("traj.hdf5"), "yes",
       Set(&O::automatic_storing, false), "no"},
      {"do_single_runs",
       [](const Observed& o) { return o.outcome["run"].dump(); }, "\"OK\"",
       Set(&O::do_single_runs, false),
       "\"FAILED_PRECONDITION: EnvironmentOptions.do_single_runs = false: no "
       "runs are intended\""},
      {"clean_up_runs",
       [](const Observed& o) { return o.outcome["in_memory"].dump(); }, "false",
       Set(&O::clean_up_runs, false), "true"},
      Noted("clean_up_runs", "clean_up_runs", "true", &O::clean_up_runs, false,
            "false"),
      {"log_folder", HasFile("elsewhere/traj"), "no",
       Set<std::string>(&O::log_folder, "elsewhere"), "yes"},
      {"log_level",
       [](const Observed& o) {
         return YesNo(absl::StrContains(o.Log("main.txt"), "INFO"));
       },
       "yes", Set(&O::log_level, std::optional(1)), "no"},
      {"log_level", HasFile("logs"), "yes",
       Set(&O::log_level, std::optional<int>()), "no"},
      {"log_stdout",
       [](const Observed& o) {
         return YesNo(absl::StrContains(o.Log("main.txt"), "printed by 3"));
       },
       "yes", Set(&O::log_stdout, false), "no"},
      {"log_stdout",
       [](const Observed& o) {
         return YesNo(
             absl::StrContains(o.Log("run_00000003_process"), "printed by 3"));
       },
       "yes", Set(&O::log_stdout, false), "no", Fork},
      {"multiproc", [](const Observed& o) { return o.Distinct("pid"); }, "1",
       Set(&O::multiproc, true), "6"},
      {"ncores",
       overlap,
       "no",
       Set(&O::ncores, 3),
       "yes",
       Set(&O::multiproc, true),
       {.sleep_ms = 200}},
      Noted("ncores", "ncores", "2", &O::ncores, 3, "3"),
      {"use_pool",
       [](const Observed& o) { return YesNo(o.Distinct("pid") == "6"); }, "yes",
       Set(&O::use_pool, true), "no", Fork},
      {"wrap_mode",
       [](const Observed& o) {
         return absl::StrCat(o.Config("wrap_mode"), " ",
                             YesNo(!o.Log("queue_process").empty()));
       },
       "\"LOCK\" no", Set(&O::wrap_mode, WrapMode::kQueue), "\"QUEUE\" yes",
       Fork},
      {"cpu_cap",
       overlap,
       "yes",
       Set(&O::cpu_cap, 1e-9),
       "no",
       Fork,
       {.sleep_ms = 300}},
      Noted("cpu_cap", "cpu_cap", "1.0", &O::cpu_cap, 0.5, "0.5"),
      {"memory_cap",
       overlap,
       "yes",
       Set(&O::memory_cap, 1e-9),
       "no",
       Fork,
       {.sleep_ms = 300}},
      Noted("memory_cap", "memory_cap", "tuple 1.0 0.0 ", &O::memory_cap, 0.5,
            "tuple 0.5 0.0 "),
      Noted("swap_cap", "swap_cap", "1.0", &O::swap_cap, 0.5, "0.5"),
      {"immediate_postproc",
       [](const Observed& o) { return o.outcome["postprocessed"].dump(); }, "1",
       Set(&O::immediate_postproc, true), "2", Fork},
      Noted("immediate_postproc", "immediate_postprocessing", "false",
            &O::immediate_postproc, true, "true"),
      {"niceness", [](const Observed& o) { return o.Seen("nice")[0]; }, "0",
       Set(&O::niceness, 7), "7", Fork},
      {"cpu_affinity",
       [](const Observed& o) { return YesNo(o.Seen("cores")[0] == "1"); }, "no",
       [](O& options) {
         // The first core that this process may use.
         cpu_set_t cores;
         sched_getaffinity(0, sizeof(cores), &cores);
         int core = 0;
         while (!CPU_ISSET(core, &cores)) ++core;
         options.cpu_affinity = {core};
       },
       "yes", Fork},
      {"resource_slots", [](const Observed& o) { return o.Seen("slot")[0]; },
       "\"none\"",
       [](O& options) {
         options.resource_slots = {{"SLOT", {"first"}}};
       },
       "\"first\"", Fork},
      {"expected_duration", [](const Observed& o) { return o.Order(); },
       "012345",
       [](O& options) {
         options.expected_duration = [](const RunView& run) {
           return run.Get<int>("i").value_or(0);
         };
       },
       "543210"},
      {"retries",
       completed,
       "101111",
       Set(&O::retries, 1),
       "111111",
       Fork,
       {.fail_once = true}},
      {"max_failures",
       completed,
       "100011",
       Set(&O::max_failures, std::optional(1)),
       "100000",
       [](O&) {},
       {.fail_always = true}},
      {"seed",
       [](const Observed& o) {
         return o
             .file["derived_parameters"]
                  ["derived_parameters.runs.run_00000004.seed"]["value"]
                  ["value"]
             .dump();
       },
       absl::StrCat(RunSeed(1, 4)), Set(&O::seed, std::optional<uint64_t>(99)),
       absl::StrCat(RunSeed(99, 4))},
      {"filename", HasFile("b/traj.hdf5"), "no",
       [](O& options) {
         fs::create_directory("b");
         options.filename = "b/";
       },
       "yes"},
      {"file_title",
       [](const Observed& o) {
         return YesNo(absl::StrContains(o.Text("traj.hdf5"), "A title"));
       },
       "no", Set<std::string>(&O::file_title, "A title"), "yes"},
      {"complevel", Setting("complevel"), "9", Set(&O::complevel, 1), "1"},
      {"complib", Setting("complib"), "\"zlib\"",
       Set<std::string>(&O::complib, "lzo"), "\"lzo\""},
      {"encoding",
       [](const Observed& o) { return YesNo(o.outcome["created"] == "OK"); },
       "yes", Set<std::string>(&O::encoding, "latin1"), "no"},
      {"pandas_format", Setting("pandas_format"), "\"fixed\"",
       Set<std::string>(&O::pandas_format, "table"), "\"table\""},
      {"pandas_append",
       [](const Observed& o) {
         return YesNo(o.file["config"].contains("config.hdf5.pandas_append"));
       },
       "no", Set(&O::pandas_append, true), "yes",
       Set<std::string>(&O::pandas_format, "table")},
      {"dynamically_imported_classes",
       [](const Observed& o) {
         return o.file["results"]["results.runs.run_00000000.point"]["class"]
             .dump();
       },
       "\"PickleResult\"",
       [](O& options) {
         options.dynamically_imported_classes = {"test.Point"};
       },
       "\"test.Point\""},
      {"shuffle", Setting("shuffle"), "true", Set(&O::shuffle, false), "false"},
      {"fletcher32", Setting("fletcher32"), "false", Set(&O::fletcher32, true),
       "true"},
      {"purge_duplicate_comments",
       [](const Observed& o) {
         int comments = 0;
         for (const auto& [name, leaf] : o.file["results"].items()) {
           comments += leaf["comment"] == "The same in all runs";
         }
         return absl::StrCat(comments);
       },
       "1", Set(&O::purge_duplicate_comments, false), "6"},
      {"summary_tables", Setting("overview_results_summary"), "true",
       Set(&O::summary_tables, false), "false",
       Set(&O::purge_duplicate_comments, false)},
      {"small_overview_tables", Setting("overview_parameters"), "true",
       Set(&O::small_overview_tables, false), "false"},
      {"large_overview_tables", Setting("overview_results"), "false",
       Set(&O::large_overview_tables, true), "true"},
      {"results_per_run", Setting("results_per_run"), "0",
       Set(&O::results_per_run, 3), "3"},
      {"derived_parameters_per_run", Setting("derived_parameters_per_run"), "0",
       Set(&O::derived_parameters_per_run, 2), "2"},
      {"use_hdf5", HasFile("traj.hdf5"), "yes", Set(&O::use_hdf5, false), "no"},
      {"storage", HasFile("other.hdf5"), "no",
       [](O& options) { options.storage = *OpenHdf5Storage("other.hdf5"); },
       "yes"},
      {"pypet_version",
       [](const Observed& o) { return o.file["version"].dump(); },
       "\"cppet 0.1.0\"", Set<std::string>(&O::pypet_version, "0.7.0"),
       "\"0.7.0\""},
      {"python_version",
       [](const Observed& o) { return YesNo(o.file["python"] == "3.11.2"); },
       "no", Set<std::string>(&O::python_version, "3.11.2"), "yes"},
      {"timeout",
       completed,
       "111111",
       Set(&O::timeout, 0.1),
       "000000",
       Fork,
       {.sleep_ms = 600}},
      {"progress",
       [](const Observed& o) {
         return YesNo(absl::StrContains(o.Text("stderr"), "6/6 runs"));
       },
       "no", Set(&O::progress, ProgressMode::kAlways), "yes",
       Set(&O::progress, ProgressMode::kNever)},
      {"graceful_exit",
       [](const Observed& o) {
         return WIFSIGNALED(o.wait_status)
                    ? absl::StrCat("signal ", WTERMSIG(o.wait_status))
                    : o.outcome["run"].get<std::string>();
       },
       "OK",
       Set(&O::graceful_exit, false),
       "signal 2",
       Fork,
       {.interrupt = true}},
      {"continuable",
       HasFile("continue/traj/environment.ecnt"),
       "no",
       Set(&O::continuable, true),
       "yes",
       [](O&) {},
       {.fail_once = true}},
      {"continue_folder",
       HasFile("snapshots/traj/environment.ecnt"),
       "no",
       Set<std::string>(&O::continue_folder, "snapshots"),
       "yes",
       Set(&O::continuable, true),
       {.fail_once = true}},
      {"delete_continue", HasFile("continue/traj/environment.ecnt"), "no",
       Set(&O::delete_continue, false), "yes", Set(&O::continuable, true)},
      {"git_repository",
       [](const Observed& o) {
         return YesNo(GitConfig("hexsha")(o).size() == 40);
       },
       "no", InRepository, "yes"},
      {"git_message",
       [](const Observed& o) {
         return YesNo(absl::StartsWith(GitConfig("message")(o),
                                       "mine -- Trajectory: `traj`"));
       },
       "no", Set<std::string>(&O::git_message, "mine"), "yes", InRepository},
      {"git_mode",
       [](const Observed& o) {
         return absl::StrCat(
             YesNo(GitConfig("message")(o) == "first"), " ",
             YesNo(absl::StrContains(o.Config("git_patch"), "+two")));
       },
       "no no", Set(&O::git_mode, GitMode::kRecord), "yes yes", InRepository},
  };
}

// What other tests show, as it takes more than a program.
const std::map<std::string, std::string> kElsewhere = {
    {"durability", "//storage/journal: what is written when, and disk faults"},
    {"lazy_debug", "//environment:lazy_debug_test: in a real debugger"},
    {"result_layout", "//storage/hdf5:hdf5_columns_test: rows and nodes"},
    {"sumatra_label", "//environment:environment_sumatra_test: in projects"},
    {"sumatra_project", "likewise"},
    {"sumatra_reason", "likewise"},
};

TEST_F(EnvironmentOptionsTest, EachOptionChangesWhatIsSeen) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.field);
    const Observed plain = Observe({row.both}, row.deeds);
    EXPECT_EQ(row.look(plain), row.plain) << plain.outcome;
    const Observed changed = Observe({row.both, row.change}, row.deeds);
    EXPECT_EQ(row.look(changed), row.changed) << changed.outcome;
  }
}

// The names of the fields, in the order of the header.
std::vector<std::string> Fields() {
  const std::string header = ReadFile("environment/options.h").value();
  const std::string body =
      header.substr(header.find("struct EnvironmentOptions {"));
  std::vector<std::string> fields;
  for (absl::string_view line : absl::StrSplit(body, '\n')) {
    if (line == "};") break;
    if (!absl::StartsWith(line, "  ") || absl::StartsWith(line, "  //") ||
        !absl::EndsWith(line, ";")) {
      continue;
    }
    line = line.substr(0, std::min(line.find(" = "), line.size() - 1));
    fields.emplace_back(line.substr(line.rfind(' ') + 1));
  }
  return fields;
}

TEST_F(EnvironmentOptionsTest, NoOptionIsLeftOut) {
  std::set<std::string> shown;
  for (const Row& row : Rows()) shown.insert(row.field);
  for (const auto& [field, where] : kElsewhere) shown.insert(field);
  const std::vector<std::string> fields = Fields();
  EXPECT_GT(fields.size(), 40);
  EXPECT_THAT(shown, ::testing::UnorderedElementsAreArray(fields));
}

}  // namespace
}  // namespace cppet
