#include "cppet/environment/scheduling/load_cap.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cppet {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks(100);

std::string Percent(double fraction) {
  return absl::StrFormat("%.4g %%", 100 * fraction);
}

}  // namespace

LoadCap::LoadCap(const Load& caps, RunLog& log, SystemLoadOptions options)
    : caps_(caps), log_(log), options_(std::move(options)) {
  if (caps.cpu >= 1 && caps.memory >= 1 && caps.swap >= 1) return;
  load_.emplace(options_);
  looked_ = options_.now();
}

bool LoadCap::Holds(int64_t active) {
  if (!load_.has_value()) return false;
  if (const auto now = options_.now(); now - looked_ >= kBetweenLooks) {
    looked_ = now;
    Look(active);
  }
  return active >= most_;
}

void LoadCap::Look(int64_t active) {
  const Load load = load_->Measure();
  bool any_over = false;
  for (Resource& resource : resources_) {
    const double used = load.*resource.fraction;
    const double cap = caps_.*resource.fraction;
    const bool over = used > cap;
    any_over = any_over || over;
    if (std::exchange(resource.over, over) || !over) continue;
    log_.Warning(absl::StrCat(
        "no further run starts now, ", active, active == 1 ? " is" : " are",
        " at work: ", resource.name, " use ", Percent(used), " is above ",
        resource.cap_name, " = ", Percent(cap)));
  }
  most_ = any_over ? 0 : active + 1;
}

}  // namespace cppet
