#include "cppet/base/pickle/object.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cppet::pickle {
namespace {

std::string QualifiedName(const Global& global) {
  if (global.module == "builtins") return global.name;
  return absl::StrCat(global.module, ".", global.name);
}

struct TypeNamer {
  std::string operator()(None) const { return "NoneType"; }
  std::string operator()(bool) const { return "bool"; }
  std::string operator()(const Int&) const { return "int"; }
  std::string operator()(double) const { return "float"; }
  std::string operator()(const Bytes&) const { return "bytes"; }
  std::string operator()(const ByteArray&) const { return "bytearray"; }
  std::string operator()(const Text&) const { return "str"; }
  std::string operator()(const List&) const { return "list"; }
  std::string operator()(const Tuple&) const { return "tuple"; }
  std::string operator()(const Dict&) const { return "dict"; }
  std::string operator()(const Set&) const { return "set"; }
  std::string operator()(const FrozenSet&) const { return "frozenset"; }
  std::string operator()(const Global& global) const {
    return QualifiedName(global);
  }
  std::string operator()(const Call& call) const {
    const Global* callable = call.callable->As<Global>();
    if (callable == nullptr) return "object";
    if (callable->name == "_frombuffer" &&
        absl::StartsWith(callable->module, "numpy.")) {
      return "numpy.ndarray";
    }
    // Ways to make an instance of the class that comes first.
    const bool is_generic =
        IsGlobal(*call.callable, "copyreg", "_reconstructor") ||
        (callable->name == "_reconstruct" &&
         absl::StartsWith(callable->module, "numpy."));
    if (is_generic && !call.args().empty()) {
      const Global* type = call.args()[0]->As<Global>();
      if (type != nullptr) return QualifiedName(*type);
    }
    return QualifiedName(*callable);
  }
};

class Meter {
 public:
  explicit Meter(int64_t limit) : limit_(limit) {}

  int64_t size() const { return size_; }

  void Add(const Object& object) {
    ++size_;
    if (size_ <= limit_) std::visit(*this, object.data);
  }

  void operator()(None) {}
  void operator()(bool) {}
  void operator()(double) {}
  void operator()(const Int& integer) { size_ += integer.value.bytes().size(); }
  void operator()(const Bytes& bytes) { size_ += bytes.data.size(); }
  void operator()(const ByteArray& bytes) { size_ += bytes.data.size(); }
  void operator()(const Text& text) { size_ += text.utf8.size(); }
  void operator()(const List& list) { AddAll(list.items); }
  void operator()(const Tuple& tuple) { AddAll(tuple.items); }
  void operator()(const Dict& dict) { AddAll(dict.items); }
  void operator()(const Set& set) { AddAll(set.items); }
  void operator()(const FrozenSet& set) { AddAll(set.items); }
  void operator()(const Global& global) {
    size_ += global.module.size() + global.name.size();
  }
  void operator()(const Call& call) {
    Add(*call.callable);
    Add(*call.arguments);
    if (call.keywords != nullptr) Add(*call.keywords);
    AddAll(call.appended);
    AddAll(call.set_items);
    if (call.state != nullptr) Add(*call.state);
  }

 private:
  void AddAll(const std::vector<ObjectPtr>& items) {
    for (const ObjectPtr& item : items) {
      if (size_ > limit_) return;
      Add(*item);
    }
  }

  void AddAll(const std::vector<ObjectPair>& items) {
    for (const auto& [key, value] : items) {
      if (size_ > limit_) return;
      Add(*key);
      Add(*value);
    }
  }

  const int64_t limit_;
  int64_t size_ = 0;
};

}  // namespace

const std::vector<ObjectPtr>& Call::args() const {
  return std::get<Tuple>(arguments->data).items;
}

ObjectPtr Make(decltype(Object::data) data) {
  return std::make_shared<const Object>(Object{std::move(data)});
}

ObjectPtr MakeCall(absl::string_view module, absl::string_view name,
                   std::vector<ObjectPtr> arguments) {
  Call call;
  call.callable = Make(Global{std::string(module), std::string(name)});
  call.arguments = Make(Tuple{std::move(arguments)});
  return Make(std::move(call));
}

bool IsGlobal(const Object& object, absl::string_view module,
              absl::string_view name) {
  const Global* global = object.As<Global>();
  return global != nullptr && global->module == module && global->name == name;
}

std::optional<std::complex<double>> AsComplex(const Object& object) {
  const Call* call = object.As<Call>();
  if (call == nullptr || !IsGlobal(*call->callable, "builtins", "complex") ||
      call->args().size() != 2) {
    return std::nullopt;
  }
  const double* real = call->args()[0]->As<double>();
  const double* imag = call->args()[1]->As<double>();
  if (real == nullptr || imag == nullptr) return std::nullopt;
  return std::complex<double>(*real, *imag);
}

std::string TypeName(const Object& object) {
  return std::visit(TypeNamer(), object.data);
}

int64_t ExpandedSize(const Object& object, int64_t limit) {
  Meter meter(limit);
  meter.Add(object);
  return meter.size();
}

}  // namespace cppet::pickle
