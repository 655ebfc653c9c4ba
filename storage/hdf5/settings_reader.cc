#include "cppet/storage/hdf5/settings_reader.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"
#include "cppet/storage/hdf5/api/file.h"
#include "cppet/storage/hdf5/isolated_reading.h"
#include "cppet/storage/hdf5/tree/trajectory_reader.h"

namespace cppet {
namespace hdf5 {
namespace {

absl::StatusOr<Hdf5Settings> Read(const std::string& filename,
                                  absl::string_view trajectory) {
  const SilentErrors silent;
  CPPET_ASSIGN_OR_RETURN(const File file, File::Open(filename, {}));
  CPPET_RETURN_IF_ERROR(CheckTrajectoryIsThere(file.root(), trajectory));
  return ReadSettings(file.root(), std::string(trajectory));
}

// Calls `visit` for each setting, always in this order.
template <typename Settings, typename Visit>
void VisitSettings(Settings& settings, const Visit& visit) {
  visit(settings.complib);
  visit(settings.complevel);
  visit(settings.shuffle);
  visit(settings.fletcher32);
  visit(settings.pandas_format);
  visit(settings.encoding);
  visit(settings.config_overview);
  visit(settings.parameters_overview);
  visit(settings.derived_parameters_overview);
  visit(settings.results_overview);
  visit(settings.explored_parameters_overview);
  visit(settings.derived_parameters_summary);
  visit(settings.results_summary);
  visit(settings.purge_duplicate_comments);
  visit(settings.results_per_run);
  visit(settings.derived_parameters_per_run);
}

struct FromText {
  bool operator()(const std::string& text, std::string* setting) const {
    *setting = text;
    return true;
  }
  bool operator()(const std::string& text, int64_t* setting) const {
    return absl::SimpleAtoi(text, setting);
  }
  bool operator()(const std::string& text, bool* setting) const {
    return absl::SimpleAtob(text, setting);
  }
};

Texts TextsOf(const Hdf5Settings& settings) {
  Texts texts;
  VisitSettings(settings, [&](const auto& setting) {
    texts.push_back(absl::StrCat(setting));
  });
  return texts;
}

absl::StatusOr<Hdf5Settings> FromTexts(const Texts& texts) {
  Hdf5Settings settings;
  size_t count = 0;
  bool good = true;
  VisitSettings(settings, [&](auto& setting) {
    good = good && count < texts.size() && FromText()(texts[count], &setting);
    ++count;
  });
  if (good) return settings;
  return absl::DataLossError("the settings cannot be read");
}

}  // namespace
}  // namespace hdf5

absl::StatusOr<Hdf5Settings> ReadHdf5Settings(const std::string& filename,
                                              absl::string_view trajectory,
                                              const Hdf5ReadOptions& options) {
  if (!options.isolated) return hdf5::Read(filename, trajectory);
  const auto read = [&]() -> absl::StatusOr<hdf5::Texts> {
    CPPET_ASSIGN_OR_RETURN(const Hdf5Settings settings,
                           hdf5::Read(filename, trajectory));
    return hdf5::TextsOf(settings);
  };
  CPPET_ASSIGN_OR_RETURN(const hdf5::Texts texts,
                         hdf5::ReadIsolated(filename, options, read));
  return hdf5::FromTexts(texts);
}

}  // namespace cppet
