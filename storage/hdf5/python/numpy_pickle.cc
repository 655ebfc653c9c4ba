#include "cppet/storage/hdf5/python/numpy_pickle.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/escapes.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/python/numpy_dtype.h"

namespace cppet::hdf5 {
namespace {

using ::cppet::pickle::Object;
using ::cppet::pickle::ObjectPtr;

// As many bytes of texts an array of objects may have.
constexpr int64_t kMaxTextBytes = int64_t{1} << 28;

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("a pickled array of numpy's ", what));
}

// Whether `object` is numpy's function, which moved in numpy 2.
bool IsCore(const Object& object, absl::string_view module,
            absl::string_view name) {
  return pickle::IsGlobal(object, absl::StrCat("numpy.core.", module), name) ||
         pickle::IsGlobal(object, absl::StrCat("numpy._core.", module), name);
}

// The bytes of a buffer. Python 2's are a text, if they are ASCII.
absl::StatusOr<std::string> BufferBytes(const Object& object) {
  if (const auto* bytes = object.As<pickle::Bytes>()) return bytes->data;
  if (const auto* bytes = object.As<pickle::ByteArray>()) return bytes->data;
  if (const auto* text = object.As<pickle::Text>()) {
    return pickle::Utf8ToLatin1(text->utf8);
  }
  return Broken(absl::StrCat("has a ", pickle::TypeName(object), " as data"));
}

// An array without its data.
struct Layout {
  Form form = Form::kArray;
  std::vector<int64_t> shape;
  // How many items further in the data the next index of each dimension is.
  std::vector<int64_t> strides;
  int64_t size = 1;
  bool is_in_order_of_c = true;
};

absl::StatusOr<Layout> LayoutOf(Form form, const Object& shape,
                                bool is_fortran) {
  Layout layout;
  layout.form = form;
  CPPET_ASSIGN_OR_RETURN(layout.shape, ShapeOf(shape));
  const size_t rank = layout.shape.size();
  if (form == Form::kMatrix && rank != 2) {
    return Broken("is a matrix with other than two dimensions");
  }
  layout.strides.resize(rank);
  layout.is_in_order_of_c = !is_fortran;
  for (size_t i = 0; i < rank; ++i) {
    const size_t dimension = is_fortran ? i : rank - 1 - i;
    layout.strides[dimension] = layout.size;
    layout.size *= layout.shape[dimension];
  }
  return layout;
}

// Makes the dimensions of `layout` follow each other as `axes` tells.
absl::Status Transpose(const Object& axes, Layout* layout) {
  const auto* tuple = axes.As<pickle::Tuple>();
  const size_t rank = layout->shape.size();
  if (tuple == nullptr || tuple->items.size() != rank) {
    return Broken("has no order of its dimensions");
  }
  Layout transposed = *layout;
  std::vector<bool> is_used(rank);
  for (size_t i = 0; i < rank; ++i) {
    const auto* integer = tuple->items[i]->As<pickle::Int>();
    const std::optional<uint64_t> axis =
        integer != nullptr ? integer->value.ToUint64() : std::nullopt;
    if (!axis.has_value() || *axis >= rank || is_used[*axis]) {
      return Broken("has no order of its dimensions");
    }
    is_used[*axis] = true;
    transposed.shape[i] = layout->shape[*axis];
    transposed.strides[i] = layout->strides[*axis];
  }
  transposed.is_in_order_of_c = false;
  *layout = std::move(transposed);
  return absl::OkStatus();
}

// The items of `data` as they follow each other in C's order.
std::string InOrderOfC(const Layout& layout, size_t item_size,
                       const std::string& data) {
  std::string out;
  out.reserve(data.size());
  std::vector<int64_t> index(layout.shape.size());
  int64_t at = 0;
  for (int64_t i = 0; i < layout.size; ++i) {
    out.append(data, at * item_size, item_size);
    for (size_t d = index.size(); d-- > 0;) {
      at += layout.strides[d];
      if (++index[d] < layout.shape[d]) break;
      at -= layout.strides[d] * layout.shape[d];
      index[d] = 0;
    }
  }
  return out;
}

absl::StatusOr<Value> ArrayOf(const Layout& layout, const NumpyDType& dtype,
                              const Object& buffer) {
  CPPET_ASSIGN_OR_RETURN(std::string data, BufferBytes(buffer));
  const bool is_text =
      dtype.dtype == DType::kString || dtype.dtype == DType::kBytes;
  if (dtype.item_size == 0 && layout.size > 0) {
    return absl::UnimplementedError(
        "a pickled array of texts without letters cannot be read here");
  }
  const size_t items = dtype.item_size == 0 ? 0 : data.size() / dtype.item_size;
  if (items != layout.size || items * dtype.item_size != data.size()) {
    return Broken(absl::StrCat("has ", data.size(), " bytes of data for ",
                               layout.size, " items of ", dtype.item_size));
  }
  if (!layout.is_in_order_of_c) {
    data = InOrderOfC(layout, dtype.item_size, data);
  }
  if (!is_text) {
    return Value::Collection(layout.form, dtype.dtype, Flavor::kNumpy,
                             layout.shape, NativeItems(dtype, data));
  }
  std::vector<std::string> texts;
  texts.reserve(items);
  for (size_t i = 0; i < items; ++i) {
    CPPET_ASSIGN_OR_RETURN(
        std::string text,
        NativeText(dtype, absl::string_view(data).substr(i * dtype.item_size,
                                                         dtype.item_size)));
    texts.push_back(std::move(text));
  }
  return Value::TextCollection(layout.form, dtype.dtype, Flavor::kNumpy,
                               layout.shape, std::move(texts));
}

// Objects are in C's order in any case.
absl::StatusOr<Value> ArrayOfObjects(const Layout& layout, const Object& data) {
  const auto* list = data.As<pickle::List>();
  if (list == nullptr || list->items.size() != layout.size) {
    return Broken("has other objects than its shape tells");
  }
  if (pickle::ExpandedSize(data, kMaxTextBytes) > kMaxTextBytes) {
    return absl::UnimplementedError(
        "a pickled array of objects is too large to be read here");
  }
  std::vector<std::string> texts;
  texts.reserve(list->items.size());
  for (const ObjectPtr& item : list->items) {
    const auto* text = item->As<pickle::Text>();
    if (text == nullptr) {
      return absl::UnimplementedError(
          absl::StrCat("a pickled array of objects of type ",
                       pickle::TypeName(*item), " cannot be read here"));
    }
    texts.push_back(text->utf8);
  }
  return Value::TextCollection(layout.form, DType::kString, Flavor::kNumpy,
                               layout.shape, std::move(texts));
}

absl::StatusOr<Value> ScalarOf(const std::vector<ObjectPtr>& arguments) {
  if (arguments.size() != 2) return Broken("is no whole scalar");
  CPPET_ASSIGN_OR_RETURN(const NumpyDType dtype, NumpyDTypeOf(*arguments[0]));
  if (dtype.is_object) {
    return absl::UnimplementedError(
        "a pickled object scalar of numpy's cannot be read here");
  }
  CPPET_ASSIGN_OR_RETURN(const std::string data, BufferBytes(*arguments[1]));
  if (data.size() != dtype.item_size) {
    return Broken(absl::StrCat("is a scalar of ", dtype.item_size,
                               " bytes and has ", data.size()));
  }
  if (dtype.dtype == DType::kString || dtype.dtype == DType::kBytes) {
    CPPET_ASSIGN_OR_RETURN(std::string text, NativeText(dtype, data));
    return Value::Text(dtype.dtype, Flavor::kNumpy, std::move(text));
  }
  const std::vector<char> bytes = NativeItems(dtype, data);
  return Value::Scalar(dtype.dtype, Flavor::kNumpy,
                       {bytes.data(), bytes.size()});
}

// An empty array that gets its contents as a state: version, shape, dtype,
// whether it is in Fortran's order, and data.
absl::StatusOr<Value> Reconstructed(const pickle::Call& call) {
  if (call.args().empty()) return Broken("has no class");
  const Object& type = *call.args()[0];
  const bool is_matrix =
      pickle::IsGlobal(type, "numpy", "matrix") ||
      pickle::IsGlobal(type, "numpy.matrixlib.defmatrix", "matrix");
  if (!is_matrix && !pickle::IsGlobal(type, "numpy", "ndarray")) {
    return absl::UnimplementedError(absl::StrCat(
        "a pickled ", pickle::TypeName(type), " cannot be read here"));
  }
  const auto* state =
      call.state == nullptr ? nullptr : call.state->As<pickle::Tuple>();
  if (state == nullptr || state->items.size() != 5 ||
      state->items[3]->As<bool>() == nullptr) {
    return Broken("has no state");
  }
  CPPET_ASSIGN_OR_RETURN(
      const Layout layout,
      LayoutOf(is_matrix ? Form::kMatrix : Form::kArray, *state->items[1],
               *state->items[3]->As<bool>()));
  CPPET_ASSIGN_OR_RETURN(const NumpyDType dtype,
                         NumpyDTypeOf(*state->items[2]));
  if (dtype.is_object) return ArrayOfObjects(layout, *state->items[4]);
  return ArrayOf(layout, dtype, *state->items[4]);
}

// Protocol 5: a buffer, dtype, shape and order, in newer numpy also which
// dimension comes when, if the order is neither C's nor Fortran's.
absl::StatusOr<Value> FromBuffer(const std::vector<ObjectPtr>& arguments) {
  const bool has_order = arguments.size() == 4 || arguments.size() == 5;
  const auto* order = has_order ? arguments[3]->As<pickle::Text>() : nullptr;
  if (order == nullptr) return Broken("has no order");
  CPPET_ASSIGN_OR_RETURN(
      Layout layout, LayoutOf(Form::kArray, *arguments[2], order->utf8 == "F"));
  if (order->utf8 == "K" && arguments.size() == 5) {
    CPPET_RETURN_IF_ERROR(Transpose(*arguments[4], &layout));
  }
  CPPET_ASSIGN_OR_RETURN(const NumpyDType dtype, NumpyDTypeOf(*arguments[1]));
  if (dtype.is_object) return Broken("has objects in a buffer");
  return ArrayOf(layout, dtype, *arguments[0]);
}

}  // namespace

absl::StatusOr<std::optional<Value>> NumpyValueOf(const pickle::Call& call) {
  if (IsCore(*call.callable, "multiarray", "_reconstruct")) {
    return Reconstructed(call);
  }
  if (IsCore(*call.callable, "multiarray", "scalar")) {
    return ScalarOf(call.args());
  }
  if (IsCore(*call.callable, "numeric", "_frombuffer")) {
    return FromBuffer(call.args());
  }
  return std::nullopt;
}

ObjectPtr NumpyArrayOfObjects(const Value& array) {
  using ::cppet::pickle::Make;
  const auto integer = [](int64_t i) { return Make(pickle::Int{i}); };
  const auto text = [](absl::string_view utf8) {
    return Make(pickle::Text{std::string(utf8)});
  };
  const ObjectPtr none = Make(pickle::None{});
  const ObjectPtr no = Make(false);
  pickle::Call dtype;
  dtype.callable = Make(pickle::Global{"numpy", "dtype"});
  dtype.arguments = Make(pickle::Tuple{{text("O8"), no, Make(true)}});
  // Its version, order of bytes, parts, sizes that are not known, and flags.
  dtype.state = Make(pickle::Tuple{{integer(3), text("|"), none, none, none,
                                    integer(-1), integer(-1), integer(63)}});
  pickle::Tuple shape;
  for (const int64_t length : array.shape()) {
    shape.items.push_back(integer(length));
  }
  pickle::List texts;
  for (const std::string& item : array.texts()) {
    texts.items.push_back(text(item));
  }
  pickle::Call call;
  call.callable = Make(pickle::Global{"numpy.core.multiarray", "_reconstruct"});
  call.arguments = Make(pickle::Tuple{{Make(pickle::Global{"numpy", "ndarray"}),
                                       Make(pickle::Tuple{{integer(0)}}),
                                       Make(pickle::Bytes{"b"})}});
  call.state =
      Make(pickle::Tuple{{integer(1), Make(std::move(shape)),
                          Make(std::move(dtype)), no, Make(std::move(texts))}});
  return Make(std::move(call));
}

absl::StatusOr<std::vector<int64_t>> ShapeOf(const Object& object) {
  const auto* tuple = object.As<pickle::Tuple>();
  if (tuple == nullptr) return Broken("has no shape");
  std::vector<int64_t> shape;
  int64_t product = 1;  // of all that are not 0
  for (const ObjectPtr& item : tuple->items) {
    const auto* integer = item->As<pickle::Int>();
    const std::optional<int64_t> length =
        integer != nullptr ? integer->value.ToInt64() : std::nullopt;
    if (!length.has_value() || *length < 0 ||
        *length > std::numeric_limits<int64_t>::max() / product) {
      return Broken("has no possible shape");
    }
    if (*length > 0) product *= *length;
    shape.push_back(*length);
  }
  return shape;
}

}  // namespace cppet::hdf5
