// What holds for an environment however its runs are run and stored.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cereal/types/map.hpp"
#include "cereal/types/string.hpp"
#include "cppet/base/file_util.h"
#include "cppet/base/status_macros.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/environment/cereal_return.h"
#include "cppet/environment/environment.h"
#include "cppet/environment/processes/open_files.h"
#include "cppet/environment/wrapping/record_file_storage.h"
#include "cppet/trajectory/range.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Field;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

struct Mode {
  bool multiproc = false;
  bool use_pool = false;
  WrapMode wrap_mode = WrapMode::kLocal;
  int ncores = 1;
};

std::string ModeName(const Mode& mode) {
  if (!mode.multiproc) return "InProcess";
  return absl::StrCat(mode.use_pool ? "Pool" : "Fork",
                      WrapModeName(mode.wrap_mode), mode.ncores);
}

std::vector<Mode> Modes() {
  std::vector<Mode> modes = {Mode()};
  for (const bool pool : {false, true}) {
    for (const WrapMode wrap : {WrapMode::kLock, WrapMode::kQueue,
                                WrapMode::kLocal, WrapMode::kPipe}) {
      for (const int ncores : {1, 4}) {
        modes.push_back({true, pool, wrap, ncores});
      }
    }
    // Two at once would be too much for the storage of this test.
    modes.push_back({true, pool, WrapMode::kNone, 1});
  }
  return modes;
}

class EnvironmentModesTest : public ::testing::TestWithParam<Mode> {
 protected:
  EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.trajectory = "traj";
    options.add_time = false;
    options.log_folder = folder_.Path("logs");
    options.storage = storage_;
    options.progress = ProgressMode::kNever;
    options.multiproc = GetParam().multiproc;
    options.use_pool = GetParam().use_pool;
    options.wrap_mode = GetParam().wrap_mode;
    options.ncores = GetParam().ncores;
    return options;
  }

  std::unique_ptr<Environment> Make(EnvironmentOptions options, int runs) {
    auto env = Environment::Create(std::move(options)).value();
    const auto i = env->trajectory().AddParameter("i", 0);
    EXPECT_THAT(
        env->trajectory().Explore(CartesianProduct(i.In(Arange(0, runs)))),
        IsOk());
    return env;
  }
  std::unique_ptr<Environment> Make(int runs) { return Make(Options(), runs); }

  void UseStorage(RecordFileStorageOptions options) {
    storage_ = std::make_shared<RecordFileStorage>(folder_.Path("records"),
                                                   std::move(options));
  }
  RecordFileContent Stored() { return storage_->Read().value(); }

  std::string LogFile(const Environment& env, absl::string_view name) {
    return absl::StrCat(folder_.Path("logs"), "/traj/", env.name(), "/", name);
  }

  // In a run: how often it was tried before. Each try is a byte of a file.
  int CountTry(const cppet::Run& run) const {
    const int fd = open(TriesFile(run.index()).c_str(),
                        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const int before = lseek(fd, 0, SEEK_END);
    if (write(fd, "x", 1) != 1) abort();
    close(fd);
    return before;
  }
  int Tries(int64_t index) const {
    const auto file = ReadFile(TriesFile(index));
    return file.ok() ? file->size() : 0;
  }

  bool multiproc() const { return GetParam().multiproc; }

  std::string TriesFile(int64_t index) const {
    return folder_.Path(absl::StrCat("tries_", index));
  }

  const TempDirectory folder_;
  std::shared_ptr<RecordFileStorage> storage_ =
      std::make_shared<RecordFileStorage>(folder_.Path("records"));
};

INSTANTIATE_TEST_SUITE_P(All, EnvironmentModesTest,
                         ::testing::ValuesIn(Modes()),
                         [](const auto& info) { return ModeName(info.param); });

absl::Status AddSomeResults(cppet::Run& run) {
  const int i = run.Get<int>("i").value();
  CPPET_RETURN_IF_ERROR(run.AddResult("z", i * 0.5, "A number"));
  CPPET_RETURN_IF_ERROR(run.AddResult(
      "group.several", Items{{"text", absl::StrCat("run ", i)},
                             {"array", std::vector<double>(i % 7, i)}}));
  if (i % 10 == 3) throw std::runtime_error("no convergence");
  return run.AddDerivedParameter("d", int64_t{i} * i);
}

TEST_P(EnvironmentModesTest, LeavesWhatOneProcessLeaves) {
  constexpr int kRuns = 500;
  const int open_files = OpenFiles();
  {
    auto env = Make(kRuns);
    const auto results = env->Run(AddSomeResults);
    ASSERT_THAT(results, IsOk());
    EXPECT_THAT(*results, SizeIs(kRuns * 9 / 10));
    EXPECT_THAT(results->failures(), SizeIs(kRuns / 10));
    EXPECT_TRUE(env->trajectory().completed(kRuns - 1));
    EXPECT_FALSE(env->trajectory().completed(3));
  }
  const RecordFileContent stored = Stored();
  EXPECT_THAT(stored.records, SizeIs(kRuns));
  EXPECT_EQ(stored.trajectory_commits, 2);

  RecordFileStorage expected(folder_.Path("expected"));
  EnvironmentOptions options = Options();
  options.multiproc = false;
  options.storage =
      std::shared_ptr<StorageService>(&expected, [](StorageService*) {});
  ASSERT_THAT(Make(options, kRuns)->Run(AddSomeResults), IsOk());
  EXPECT_EQ(ResultDigest(stored.records),
            ResultDigest(expected.Read().value().records));
  EXPECT_EQ(OpenFiles(), open_files);
  EXPECT_LT(waitpid(-1, nullptr, WNOHANG), 0) << "a child is left";
}

TEST_P(EnvironmentModesTest, BringsBackValuesOfEveryKind) {
  constexpr int kRuns = 3;
  const auto run = [&](auto function, auto... args) {
    const auto results = Make(kRuns)->Run(function, args...);
    EXPECT_THAT(results, IsOkAndHolds(SizeIs(kRuns)));
    using Results = std::decay_t<decltype(*results)>;
    std::map<int64_t, typename Results::value_type::second_type> by_index(
        results->begin(), results->end());
    return by_index[2];
  };
  EXPECT_EQ(run([](cppet::Run&) {}), std::monostate());
  EXPECT_EQ(run([](cppet::Run&) { return absl::OkStatus(); }),
            std::monostate());
  EXPECT_EQ(run([](cppet::Run& run) { return run.index() * 1.5; }), 3.0);
  EXPECT_EQ(run([](cppet::Run& run) { return run.index() == 2; }), true);
  EXPECT_EQ(run([](cppet::Run& run) { return run.Get<int>("i"); }), 2);
  EXPECT_EQ(run([](cppet::Run& run) { return run.name(); }), "run_00000002");
  EXPECT_EQ(run([](cppet::Run&) {
              return std::vector<int>{1, 2};
            }),
            (std::vector<int>{1, 2}));
  EXPECT_EQ(run([](cppet::Run& run) { return run["i"]; }), Value(2));
  EXPECT_EQ(run([](cppet::Run& run) {
              return std::map<std::string, int64_t>{{"i", run.index()}};
            }),
            (std::map<std::string, int64_t>{{"i", 2}}));
  EXPECT_EQ(run([](cppet::Run&, const std::string& a,
                   int b) { return absl::StrCat(a, b); },
                std::string("x"), 7),
            "x7");
}

TEST_P(EnvironmentModesTest, ARunThatCannotBeStoredFailsAlone) {
  auto env = Make(20);
  const auto results = env->Run([](cppet::Run& run) -> absl::StatusOr<int> {
    if (run.index() == 7) {
      CPPET_RETURN_IF_ERROR(run.AddResult("refused", 1));
    }
    return 1;
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_THAT(*results, AllOf(SizeIs(19), Not(::testing::Contains(Key(7)))));
  ASSERT_THAT(results->failures(), SizeIs(1));
  EXPECT_EQ(results->failures()[0].index, 7);
  EXPECT_THAT(results->failures()[0].message,
              HasSubstr("results.runs.run_00000007.refused"));
  const RunRecord record = Stored().records.at(7);
  EXPECT_FALSE(record.completed);
  EXPECT_EQ(record.failure, results->failures()[0].message);
  EXPECT_FALSE(env->trajectory().completed(7));
}

TEST_P(EnvironmentModesTest, AFullDiskEndsTheRunsAndKeepsWhatIsThere) {
  RecordFileStorageOptions full;
  full.commits_until_full = 3;
  UseStorage(full);
  auto env = Make(5000);
  EXPECT_THAT(env->Run([](cppet::Run& run) {
    absl::SleepFor(absl::Milliseconds(1));
    return run.AddResult("z", run.index());
  }),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("No space left")));
  const RecordFileContent stored = Stored();
  EXPECT_EQ(stored.run_commits, 3);
  for (int64_t i = 0; i < env->trajectory().length(); ++i) {
    if (env->trajectory().completed(i)) {
      EXPECT_THAT(stored.records, ::testing::Contains(Key(i)));
    }
  }
}

TEST_P(EnvironmentModesTest, LargeResultsArrive) {
  constexpr int64_t kSize = 1 << 20;
  auto env = Make(4);
  const auto results =
      env->Run([](cppet::Run& run) -> absl::StatusOr<std::string> {
        CPPET_RETURN_IF_ERROR(
            run.AddResult("large", std::vector<double>(kSize, run.index())));
        return std::string(kSize, 'a' + run.index());
      });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(4)));
  for (const auto& [index, value] : *results) {
    EXPECT_EQ(value, std::string(kSize, 'a' + index));
  }
  EXPECT_EQ(Stored().records.at(3).leaves.at(0).items.at(0).second,
            Value(std::vector<double>(kSize, 3)));
}

TEST_P(EnvironmentModesTest, KeepsResultsInMemoryIfNothingIsToBeStored) {
  EnvironmentOptions options = Options();
  options.automatic_storing = false;
  auto env = Make(options, 12);
  ASSERT_THAT(env->Run([](cppet::Run& run) {
    if (run["z"].ok()) return absl::InternalError("z is there");
    return run.AddResult("z", run.index());
  }),
              IsOkAndHolds(SizeIs(12)));
  EXPECT_THAT(env->trajectory().Get<int>("results.runs.run_00000007.z"),
              IsOkAndHolds(7));
  EXPECT_THAT(storage_->Read(), Not(IsOk()));
}

TEST_P(EnvironmentModesTest, ContinuesWhatFailed) {
  auto env = Make(20);
  const std::string flag = folder_.Path("flag");
  const auto function = [&](cppet::Run& run) {
    if (run.index() % 4 == 0 && access(flag.c_str(), F_OK) != 0) {
      if (multiproc()) raise(SIGSEGV);
      throw std::runtime_error("not now");
    }
  };
  auto results = env->Run(function);
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(15)));
  EXPECT_THAT(results->failures(), SizeIs(5));
  EXPECT_THAT(Stored().records, SizeIs(20));
  ASSERT_THAT(WriteFile(flag, ""), IsOk());
  EXPECT_THAT(env->Run(function), IsOkAndHolds(UnorderedElementsAre(
                                      Pair(0, _), Pair(4, _), Pair(8, _),
                                      Pair(12, _), Pair(16, _))));
  for (const auto& [index, record] : Stored().records) {
    EXPECT_TRUE(record.completed) << index;
  }
}

TEST_P(EnvironmentModesTest, ARunThatFailedIsTriedAgain) {
  EnvironmentOptions options = Options();
  options.retries = 2;
  auto env = Make(options, 40);
  const auto results = env->Run([&](cppet::Run& run) -> absl::StatusOr<int> {
    const int tried = CountTry(run);
    CPPET_RETURN_IF_ERROR(run.AddResult(absl::StrCat("try_", tried), tried));
    if (run.index() % 4 == 3 || tried == 2) return tried;
    if (multiproc() && tried == 0) raise(SIGKILL);
    if (run.index() % 4 == 2) throw std::runtime_error("not yet");
    return absl::UnavailableError("not yet");
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(40)));
  EXPECT_THAT(results->failures(), IsEmpty());
  const RecordFileContent stored = Stored();
  EXPECT_THAT(stored.records, SizeIs(40));
  for (const auto& [index, value] : *results) {
    EXPECT_EQ(value, index % 4 == 3 ? 0 : 2);
    const RunRecord& record = stored.records.at(index);
    EXPECT_TRUE(record.completed) << index;
    EXPECT_THAT(record.failure, IsEmpty());
    ASSERT_THAT(record.leaves, SizeIs(1));
    EXPECT_THAT(record.leaves[0].head->name,
                HasSubstr(absl::StrCat("try_", value)));
  }
  EXPECT_THAT(
      ReadFile(LogFile(*env, "errors_and_warnings.txt")),
      IsOkAndHolds(
          AllOf(HasSubstr("run_00000009 failed and is tried again (1 of 2): "),
                HasSubstr("run_00000009 failed and is tried again (2 of 2): "
                          "UNAVAILABLE: not yet"),
                Not(HasSubstr("run_00000003")))));
  // Each counts once.
  EXPECT_THAT(
      ReadFile(LogFile(*env, "main.txt")),
      IsOkAndHolds(AllOf(HasSubstr("40/40 runs"), Not(HasSubstr("41/40")))));
}

TEST_P(EnvironmentModesTest, ARunThatFailsTooOftenHasFailed) {
  EnvironmentOptions options = Options();
  options.retries = 2;
  auto env = Make(options, 10);
  const auto results = env->Run([&](cppet::Run& run) -> absl::StatusOr<int> {
    if (run.index() != 4) return 0;
    const int tried = CountTry(run);
    if (multiproc() && tried == 0) raise(SIGKILL);
    return absl::UnavailableError(absl::StrCat("try ", tried));
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(9)));
  ASSERT_THAT(results->failures(), SizeIs(1));
  EXPECT_EQ(results->failures()[0].index, 4);
  EXPECT_EQ(results->failures()[0].message, "UNAVAILABLE: try 2");
  EXPECT_EQ(Tries(4), 3);
  EXPECT_EQ(Stored().records.at(4).failure, "UNAVAILABLE: try 2");
  EXPECT_FALSE(env->trajectory().completed(4));
}

TEST_P(EnvironmentModesTest, ARunThatCannotBeStoredIsTriedAgain) {
  EnvironmentOptions options = Options();
  options.retries = 1;
  auto env = Make(options, 5);
  const auto results = env->Run([&](cppet::Run& run) {
    const bool first = CountTry(run) == 0;
    return run.AddResult(run.index() == 4 && first ? "refused" : "z", 1);
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(5)));
  EXPECT_THAT(results->failures(), IsEmpty());
  EXPECT_EQ(Tries(4), 2);
  EXPECT_TRUE(Stored().records.at(4).completed);
}

TEST_P(EnvironmentModesTest, StopsWhenTooManyRunsHaveFailed) {
  EnvironmentOptions options = Options();
  options.max_failures = 2;
  auto env = Make(options, 1000);
  const auto results = env->Run([&](cppet::Run& run) {
    CountTry(run);
    if (run.index() % 2 == 0) return absl::OkStatus();
    if (multiproc() && run.index() % 3 == 0) raise(SIGKILL);
    return absl::InternalError("no");
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_FALSE(results->interrupted());
  const size_t finished = results->size() + results->failures().size();
  EXPECT_GE(results->failures().size(), 3);
  // What was at work then finished.
  EXPECT_LE(results->failures().size(), 3 + GetParam().ncores - 1);
  for (int64_t index = 0; index < 1000; ++index) {
    EXPECT_EQ(Tries(index), index < finished ? 1 : 0) << index;
  }
  const RecordFileContent stored = Stored();
  EXPECT_THAT(stored.records, SizeIs(finished));
  EXPECT_EQ(stored.trajectory_commits, 2);
  EXPECT_THAT(ReadFile(LogFile(*env, "errors_and_warnings.txt")),
              IsOkAndHolds(HasSubstr("more than max_failures = 2")));
}

TEST_P(EnvironmentModesTest, ARunFailsForGoodBeforeItIsOneTooMany) {
  EnvironmentOptions options = Options();
  options.retries = 1;
  options.max_failures = 0;
  auto env = Make(options, 500);
  const auto results = env->Run([&](cppet::Run& run) {
    CountTry(run);
    return absl::InternalError("no");
  });
  ASSERT_THAT(results, IsOkAndHolds(IsEmpty()));
  ASSERT_THAT(results->failures(), Not(IsEmpty()));
  // One of them ended it all; others may have waited for their second try.
  std::vector<int> tries;
  for (const auto& failure : results->failures()) {
    tries.push_back(Tries(failure.index));
  }
  EXPECT_EQ(*std::max_element(tries.begin(), tries.end()), 2);
  // Each that was started is among them, tried again or not.
  EXPECT_THAT(Stored().records, SizeIs(results->failures().size()));
}

TEST_P(EnvironmentModesTest, TheLongestRunsStartFirst) {
  EnvironmentOptions options = Options();
  options.expected_duration = [](const RunView& run) -> double {
    const int i = run.Get<int>("i").value();
    if (i == 3) throw std::runtime_error("who knows");
    return i % 5;
  };
  auto env = Make(options, 10);
  const auto results = env->Run([&](cppet::Run& run) {
    const int fd = open(folder_.Path("order").c_str(),
                        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const std::string line = absl::StrCat(run.index(), " ");
    const bool written = write(fd, line.data(), line.size()) == line.size();
    close(fd);
    return written ? absl::OkStatus() : absl::InternalError("not written");
  });
  ASSERT_THAT(results, IsOkAndHolds(SizeIs(10)));
  if (GetParam().ncores == 1) {
    EXPECT_THAT(ReadFile(folder_.Path("order")),
                IsOkAndHolds("4 9 8 2 7 1 6 0 5 3 "));
  }
  EXPECT_THAT(ReadFile(LogFile(*env, "errors_and_warnings.txt")),
              IsOkAndHolds(HasSubstr("run_00000003 threw who knows")));
}

TEST_P(EnvironmentModesTest, OneInterruptLetsActiveRunsFinish) {
  auto env = Make(1000);
  const auto results = env->Run([&](cppet::Run& run) {
    absl::SleepFor(absl::Milliseconds(5));
    if (run.index() == 10) {
      kill(multiproc() ? getppid() : getpid(), SIGINT);
      absl::SleepFor(absl::Milliseconds(200));
    }
    return run.AddResult("z", run.index());
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_TRUE(results->interrupted());
  EXPECT_THAT(results->failures(), IsEmpty());
  EXPECT_THAT(*results, ::testing::Contains(Key(10)));
  EXPECT_LT(results->size(), 1000);
  const RecordFileContent stored = Stored();
  EXPECT_EQ(stored.records.size(), results->size());
  EXPECT_EQ(stored.trajectory_commits, 2);
}

TEST_P(EnvironmentModesTest, TwoInterruptsEndActiveRuns) {
  if (!multiproc()) GTEST_SKIP() << "the program ends then";
  auto env = Make(1000);
  const absl::Time start = absl::Now();
  const auto results = env->Run([&](cppet::Run& run) {
    if (run.index() == 10) {
      kill(getppid(), SIGTERM);
      absl::SleepFor(absl::Milliseconds(100));
      kill(getppid(), SIGINT);
      absl::SleepFor(absl::Hours(1));
    }
    return run.AddResult("z", run.index());
  });
  ASSERT_THAT(results, IsOk());
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_TRUE(results->interrupted());
  EXPECT_THAT(*results, Each(Not(Key(10))));
  EXPECT_THAT(*results, ::testing::Contains(Key(9)));
  EXPECT_FALSE(env->trajectory().completed(10));
  // A process may be ended after it stored and before it said so.
  EXPECT_GE(Stored().records.size(), results->size());
  EXPECT_LT(waitpid(-1, nullptr, WNOHANG), 0) << "a child is left";
}

TEST_P(EnvironmentModesTest, TheDeathOfTheMainProcessLeavesWholeCommits) {
  RecordFileStorageOptions slow;
  slow.commit_milliseconds = 5;
  UseStorage(slow);
  const pid_t child = fork();
  if (child == 0) {
    Make(10000)
        ->Run([](cppet::Run& run) {
          absl::SleepFor(absl::Milliseconds(1));
          return run.AddResult("z", run.index());
        })
        .IgnoreError();
    _exit(1);
  }
  const auto records = [&] {
    const auto stored = storage_->Read();
    return stored.ok() ? stored->records.size() : 0;
  };
  while (records() < 5) absl::SleepFor(absl::Milliseconds(10));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  // The last commits may still be on their way.
  size_t before;
  int attempts = 0;
  do {
    before = records();
    absl::SleepFor(absl::Milliseconds(200));
  } while (records() != before && ++attempts < 20);
  EXPECT_LT(attempts, 20) << "somebody still stores";
  EXPECT_THAT(storage_->Read(), IsOk());
}

}  // namespace
}  // namespace cppet
