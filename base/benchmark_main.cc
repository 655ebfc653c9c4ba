// The main function of all benchmarks: Google Benchmark's, but that the program
// fails if a benchmark had an error.

#include <memory>
#include <vector>

#include "benchmark/benchmark.h"

namespace cppet {
namespace {

// Shows what is reported as usual, and keeps whether there was an error.
class Reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override {
    return shown_->ReportContext(context);
  }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) failed_ = failed_ || run.error_occurred;
    shown_->ReportRuns(runs);
  }
  void Finalize() override { shown_->Finalize(); }

  bool failed() const { return failed_; }

 private:
  const std::unique_ptr<benchmark::BenchmarkReporter> shown_{
      benchmark::CreateDefaultDisplayReporter()};
  bool failed_ = false;
};

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return reporter.failed() ? 1 : 0;
}

}  // namespace
}  // namespace cppet

int main(int argc, char** argv) { return cppet::Main(argc, argv); }
