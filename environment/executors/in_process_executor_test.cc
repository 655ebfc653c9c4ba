#include "cppet/environment/executors/in_process_executor.h"

#include "cppet/environment/executors/executor_conformance.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

INSTANTIATE_TEST_SUITE_P(InProcess, ExecutorConformanceTest,
                         ::testing::Values(ExecutorConformanceParam{
                             "InProcess", MakeInProcessExecutor, 1}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace cppet
