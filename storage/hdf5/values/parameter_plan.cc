#include "cppet/storage/hdf5/values/parameter_plan.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/hdf5/values/coding.h"
#include "cppet/storage/hdf5/values/item.h"
#include "cppet/storage/hdf5/values/items.h"
#include "cppet/storage/hdf5/values/parameter_names.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/node.h"
#include "hdf5.h"

namespace cppet::hdf5 {
namespace {

using Layout = ParameterLayout;

bool FitsTable(const Value& value) {
  return value.size() > 0 && value.shape().size() <= H5S_MAX_RANK &&
         !value.is_composite();
}

// The simplest layout of pypet that can have `value`.
Layout LayoutOf(const Value& value) {
  if (value.form() == Form::kSparse) return Layout::kSparse;
  // pypet has no other parameters of half precision.
  if (value.is_composite() || value.dtype() == DType::kFloat16) {
    return Layout::kPickle;
  }
  const bool bytes_array =
      value.form() == Form::kArray && value.dtype() == DType::kBytes;
  return FitsTable(value) && !bytes_array ? Layout::kTable : Layout::kArrays;
}

// The least layout that the class takes `value` in.
Layout LayoutOfClass(absl::string_view class_name, const Value& value) {
  if (class_name == "PickleParameter") return Layout::kPickle;
  const bool takes_arrays =
      class_name == "ArrayParameter" || class_name == "SparseParameter";
  return takes_arrays && !value.is_scalar() ? Layout::kArrays : Layout::kTable;
}

std::string ClassFor(absl::string_view class_name, Layout layout) {
  switch (layout) {
    case Layout::kTable:
    case Layout::kItems:
      break;
    case Layout::kArrays:
      // It takes arrays, too.
      if (class_name != "SparseParameter") return "ArrayParameter";
      break;
    case Layout::kSparse:
      return "SparseParameter";
    case Layout::kPickle:
      return "PickleParameter";
  }
  return std::string(class_name);
}

absl::Status CheckFits(const Value& value, Layout layout) {
  return layout == Layout::kPickle ? PickleOf(value).status()
                                   : CheckItemFits(value);
}

class Planner {
 public:
  explicit Planner(const ParameterView& parameter) : parameter_(parameter) {}

  absl::StatusOr<ParameterPlan> Plan() {
    if (HasItems()) {
      plan_.layout = Layout::kItems;
      plan_.class_name = std::string(parameter_.class_name);
      return plan_;
    }
    if (parameter_.value != nullptr) {
      const Value& value = *parameter_.value;
      plan_.layout = std::max(LayoutOf(value),
                              LayoutOfClass(parameter_.class_name, value));
      plan_.text_size = TextSize(value);
    }
    if (parameter_.range != nullptr) CPPET_RETURN_IF_ERROR(PlanRange());
    if (parameter_.value != nullptr) {
      const absl::Status fits = CheckFits(*parameter_.value, plan_.layout);
      if (!fits.ok()) return Refuse(fits.message());
    }
    plan_.class_name = ClassFor(parameter_.class_name, plan_.layout);
    return plan_;
  }

 private:
  // Whether the layout of a class of the user's own can have all values.
  bool HasItems() const {
    if (IsPypetParameter(parameter_.class_name)) return false;
    const auto fits = [this](const Value& value) {
      return CheckOwnItems(parameter_.full_name, value).ok();
    };
    if (parameter_.value == nullptr || !fits(*parameter_.value)) return false;
    if (parameter_.range == nullptr) return true;
    for (int64_t i = 0; i < parameter_.range->size(); ++i) {
      if (!fits((*parameter_.range)[i])) return false;
    }
    return parameter_.range->size() > 0;
  }

  template <typename... Reason>
  absl::Status Refuse(const Reason&... reason) const {
    return absl::InvalidArgumentError(
        absl::StrCat(parameter_.full_name, " cannot be stored: ", reason...));
  }

  absl::Status PlanRange() {
    const Range& range = *parameter_.range;
    CPPET_RETURN_IF_ERROR(range.status());
    if (range.size() == 0) return Refuse("its range has no values");
    const Value first = range[0];
    for (int64_t i = 0; i < range.size(); ++i) {
      const Value value = range[i];
      if (plan_.layout != Layout::kPickle && !value.SameElementType(first)) {
        return Refuse("its value in run ", i, " is a ", value.TypeDescription(),
                      ", that in run 0 a ", first.TypeDescription());
      }
      plan_.layout = std::max(plan_.layout, LayoutOf(value));
      if (plan_.layout == Layout::kTable && value.shape() != first.shape()) {
        plan_.layout = Layout::kArrays;
      }
      plan_.range_text_size = std::max(plan_.range_text_size, TextSize(value));
      if (value.is_composite()) {
        const absl::Status fits = CheckFits(value, plan_.layout);
        if (!fits.ok()) return Refuse("in run ", i, ": ", fits.message());
      }
    }
    if (plan_.layout == Layout::kArrays && parameter_.value != nullptr &&
        parameter_.value->is_scalar()) {
      return Refuse("its value is a ", parameter_.value->TypeDescription(),
                    ", those of its range are each a ",
                    first.TypeDescription());
    }
    return absl::OkStatus();
  }

  const ParameterView& parameter_;
  ParameterPlan plan_;
};

}  // namespace

absl::Status CheckOwnItems(absl::string_view full_name, const Value& value) {
  const auto refuse = [&](auto... reason) {
    return absl::InvalidArgumentError(
        absl::StrCat(full_name, " cannot be stored as items: ", reason...));
  };
  if (value.form() != Form::kDict) {
    return refuse("it is a ", value.TypeDescription());
  }
  const Items& items = std::get<Dict>(value.composite()->data).entries;
  if (items.empty()) return refuse("there is none");
  for (const auto& [name, item] : items) {
    if (!IsOwnItem(name)) {
      return refuse("the name ", name, " means something else in a parameter");
    }
  }
  return CheckPlainItemsFit(full_name, items);
}

absl::StatusOr<ParameterPlan> PlanParameter(const ParameterView& parameter) {
  return Planner(parameter).Plan();
}

}  // namespace cppet::hdf5
