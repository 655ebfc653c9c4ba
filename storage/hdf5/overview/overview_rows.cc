#include "cppet/storage/hdf5/overview/overview_rows.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cppet/storage/hdf5/api/text.h"
#include "cppet/trajectory/value.h"

namespace cppet::hdf5 {
namespace {

constexpr size_t kTimeSize = 20;
constexpr size_t kRuntimeSize = 18;
constexpr size_t kVersionSize = 128;
constexpr size_t kHexshaSize = 7;
constexpr size_t kDigestSize = 64;

ColumnSpec Text(const std::string& name, size_t size) {
  return {name, DType::kBytes, size, {}};
}
ColumnSpec Int(const std::string& name) { return {name, DType::kInt32}; }
ColumnSpec Double(const std::string& name) { return {name, DType::kFloat64}; }
ColumnSpec Flag(const std::string& name) { return {name, DType::kBool}; }

std::shared_ptr<const RowLayout> Make(const std::vector<ColumnSpec>& columns) {
  return std::make_shared<const RowLayout>(columns);
}

}  // namespace

std::shared_ptr<const RowLayout> InfoLayout() {
  return Make({Text("name", kLocationSize), Text("time", kTimeSize),
               Int("length"), Double("timestamp"),
               Text("comment", kCommentSize), Text("python", kVersionSize),
               Text("version", kVersionSize)});
}

void AddInfoRow(const InfoRow& info, Rows* rows) {
  const RowLayout& layout = rows->layout();
  rows->Add();
  rows->SetText(layout.Find("name"), info.name);
  rows->SetText(layout.Find("time"), info.time);
  rows->SetInteger(layout.Find("length"), info.length);
  rows->SetFloat(layout.Find("timestamp"), info.timestamp);
  rows->SetText(layout.Find("comment"), FitText(info.comment, kCommentSize));
  rows->SetText(layout.Find("python"), info.python);
  rows->SetText(layout.Find("version"), info.version);
}

InfoRow InfoRowOf(const Rows& rows, int64_t row) {
  const RowLayout& layout = rows.layout();
  InfoRow info;
  info.name = rows.Text(row, layout.Find("name"));
  info.time = rows.Text(row, layout.Find("time"));
  info.length = rows.Integer(row, layout.Find("length"));
  info.timestamp = rows.Float(row, layout.Find("timestamp"));
  info.comment = CleanUtf8(rows.Text(row, layout.Find("comment")));
  info.python = CleanUtf8(rows.Text(row, layout.Find("python")));
  info.version = CleanUtf8(rows.Text(row, layout.Find("version")));
  return info;
}

RunColumns::RunColumns(const RowLayout& layout)
    : index(layout.Find("idx")),
      name(layout.Find("name")),
      time(layout.Find("time")),
      timestamp(layout.Find("timestamp")),
      finish_timestamp(layout.Find("finish_timestamp")),
      runtime(layout.Find("runtime")),
      parameter_summary(layout.Find("parameter_summary")),
      hexsha(layout.Find("short_environment_hexsha")),
      completed(layout.Find("completed")) {}

std::shared_ptr<const RowLayout> RunLayout(const RunLayoutSizes& sizes) {
  return Make(
      {Int("idx"), Text("name", sizes.name), Text("time", kTimeSize),
       Double("timestamp"), Double("finish_timestamp"),
       Text("runtime", kRuntimeSize), Text("parameter_summary", sizes.summary),
       Text("short_environment_hexsha", kHexshaSize), Int("completed")});
}

void AddRunRow(const RunInfoView& run, const RunColumns& columns, Rows* rows) {
  rows->Add();
  rows->SetInteger(columns.index, run.index);
  rows->SetText(columns.name, run.name);
  rows->SetText(columns.time, run.time);
  rows->SetFloat(columns.timestamp, run.timestamp);
  rows->SetFloat(columns.finish_timestamp, run.finish_timestamp);
  rows->SetText(columns.runtime, run.runtime);
  if (columns.parameter_summary >= 0) {
    const size_t size =
        rows->layout().columns()[columns.parameter_summary].element.size;
    const absl::string_view summary = run.parameter_summary;
    if (summary.size() <= size) {
      rows->SetText(columns.parameter_summary, summary);
    } else {
      rows->SetText(columns.parameter_summary, FitText(summary, size));
    }
  }
  rows->SetText(columns.hexsha, run.short_environment_hexsha);
  rows->SetInteger(columns.completed, run.completed ? 1 : 0);
}

RunInfoView RunInfoViewOf(const RunInfo& run) {
  RunInfoView view;
  view.index = run.index;
  view.name = run.name;
  view.timestamp = run.timestamp;
  view.finish_timestamp = run.finish_timestamp;
  view.runtime = run.runtime;
  view.time = run.time;
  view.completed = run.completed;
  view.parameter_summary = run.parameter_summary;
  view.short_environment_hexsha = run.short_environment_hexsha;
  return view;
}

RunInfoView RunInfoViewOf(const Rows& rows, const RunColumns& columns,
                          int64_t row) {
  const auto text = [&](int column) {
    return WithoutTrailingNuls(rows.cell(row, column));
  };
  RunInfoView run;
  run.index = rows.Integer(row, columns.index);
  run.name = text(columns.name);
  run.completed = rows.Integer(row, columns.completed) != 0;
  const double timestamp = rows.Float(row, columns.timestamp);
  // Old files have nothing but zeros for a run that has not been run.
  if (timestamp == 0 && !run.completed) return run;
  run.timestamp = timestamp;
  run.time = text(columns.time);
  run.parameter_summary = text(columns.parameter_summary);
  run.short_environment_hexsha = text(columns.hexsha);
  if (columns.finish_timestamp >= 0) {
    run.finish_timestamp = rows.Float(row, columns.finish_timestamp);
  }
  if (columns.runtime >= 0) run.runtime = text(columns.runtime);
  return run;
}

RunInfo RunInfoOf(const RunInfoView& row) {
  RunInfo run;
  run.index = row.index;
  run.name = CleanUtf8(row.name);
  run.timestamp = row.timestamp;
  run.finish_timestamp = row.finish_timestamp;
  run.runtime = CleanUtf8(row.runtime);
  run.time = CleanUtf8(row.time);
  run.completed = row.completed;
  run.parameter_summary = CleanUtf8(row.parameter_summary);
  run.short_environment_hexsha = CleanUtf8(row.short_environment_hexsha);
  return run;
}

std::shared_ptr<const RowLayout> SettingsLayout() {
  return Make({Text("complib", 7), Int("complevel"), Flag("shuffle"),
               Flag("fletcher32"), Text("pandas_format", 7),
               Text("encoding", 11), Flag("config_overview"),
               Flag("parameters_overview"), Flag("derived_parameters_overview"),
               Flag("results_overview"), Flag("explored_parameters_overview"),
               Flag("derived_parameters_summary"), Flag("results_summary"),
               Flag("purge_duplicate_comments"), Int("results_per_run"),
               Int("derived_parameters_per_run")});
}

void AddSettingsRow(const Hdf5Settings& settings, Rows* rows) {
  const RowLayout& layout = rows->layout();
  const auto set_text = [&](const char* column, const std::string& text) {
    rows->SetText(layout.Find(column), text);
  };
  const auto set = [&](const char* column, int64_t number) {
    rows->SetInteger(layout.Find(column), number);
  };
  rows->Add();
  set_text("complib", settings.complib);
  set("complevel", settings.complevel);
  set("shuffle", settings.shuffle);
  set("fletcher32", settings.fletcher32);
  set_text("pandas_format", settings.pandas_format);
  set_text("encoding", settings.encoding);
  set("config_overview", settings.config_overview);
  set("parameters_overview", settings.parameters_overview);
  set("derived_parameters_overview", settings.derived_parameters_overview);
  set("results_overview", settings.results_overview);
  set("explored_parameters_overview", settings.explored_parameters_overview);
  set("derived_parameters_summary", settings.derived_parameters_summary);
  set("results_summary", settings.results_summary);
  set("purge_duplicate_comments", settings.purge_duplicate_comments);
  set("results_per_run", settings.results_per_run);
  set("derived_parameters_per_run", settings.derived_parameters_per_run);
}

Hdf5Settings SettingsOf(const Rows& rows, int64_t row) {
  Hdf5Settings settings;
  const RowLayout& layout = rows.layout();
  const auto get_text = [&](const char* column, std::string* text) {
    const int index = layout.Find(column);
    if (index >= 0) *text = CleanUtf8(rows.Text(row, index));
  };
  const auto get = [&](const char* column, auto* number) {
    const int index = layout.Find(column);
    if (index >= 0) *number = rows.Integer(row, index);
  };
  get_text("complib", &settings.complib);
  get("complevel", &settings.complevel);
  get("shuffle", &settings.shuffle);
  get("fletcher32", &settings.fletcher32);
  get_text("pandas_format", &settings.pandas_format);
  get_text("encoding", &settings.encoding);
  get("config_overview", &settings.config_overview);
  get("parameters_overview", &settings.parameters_overview);
  get("derived_parameters_overview", &settings.derived_parameters_overview);
  get("results_overview", &settings.results_overview);
  get("explored_parameters_overview", &settings.explored_parameters_overview);
  get("derived_parameters_summary", &settings.derived_parameters_summary);
  get("results_summary", &settings.results_summary);
  get("purge_duplicate_comments", &settings.purge_duplicate_comments);
  get("results_per_run", &settings.results_per_run);
  get("derived_parameters_per_run", &settings.derived_parameters_per_run);
  return settings;
}

std::shared_ptr<const RowLayout> ExplorationsLayout(size_t name_size) {
  return Make({Text("explorations", std::max<size_t>(1, name_size))});
}

std::shared_ptr<const RowLayout> NodeLayout() {
  return Make({Text("location", kLocationSize), Text("name", kNameSize),
               Text("value", kValueSize), Text("comment", kCommentSize)});
}

std::shared_ptr<const RowLayout> ExploredNodeLayout() {
  return Make({Text("location", kLocationSize), Text("name", kNameSize),
               Text("value", kValueSize), Text("comment", kCommentSize),
               Int("length"), Text("range", kRangeSize)});
}

std::shared_ptr<const RowLayout> SummaryLayout() {
  return Make({Text("location", kLocationSize), Text("name", kNameSize),
               Text("value", kValueSize), Text("hexdigest", kDigestSize),
               Text("comment", kCommentSize)});
}

}  // namespace cppet::hdf5
