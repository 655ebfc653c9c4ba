// Random trajectories come back from a file as they were.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cppet/base/status_matchers.h"
#include "cppet/base/testing.h"
#include "cppet/storage/durability.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/storage/storage_conformance_values.h"
#include "cppet/storage/storage_service.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/node.h"
#include "cppet/trajectory/range.h"
#include "cppet/trajectory/run_record.h"
#include "cppet/trajectory/trajectory.h"
#include "cppet/trajectory/tree.h"
#include "cppet/trajectory/value.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

constexpr int kTrajectories = 2000;
constexpr char kBranches[][20] = {"config", "parameters", "derived_parameters",
                                  "results", "other"};

// Of moderate size, as there will be many of them.
std::vector<NamedValue> Moderate(std::vector<NamedValue> values) {
  std::vector<NamedValue> moderate;
  for (NamedValue& value : values) {
    if (EncodeValue(value.second).size() < 10000) {
      moderate.push_back(std::move(value));
    }
  }
  return moderate;
}

class RandomTrajectory {
 public:
  explicit RandomTrajectory(uint32_t seed) : random_(seed) {}

  std::unique_ptr<Trajectory> Make() {
    auto trajectory = std::make_unique<Trajectory>("random", Comment());
    const int leaves = Number(1, 12);
    for (int i = 0; i < leaves; ++i) AddLeaf(*trajectory);
    AddNote(trajectory->tree().root());
    for (int i = Number(0, 3); i > 0; --i) AddLink(*trajectory);
    Explore(*trajectory);
    EXPECT_THAT(trajectory->status(), IsOk());
    return trajectory;
  }

 private:
  int Number(int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random_);
  }

  template <typename T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[Number(0, static_cast<int>(choices.size()) - 1)];
  }

  std::string Name() {
    constexpr char kLetters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const int length = Number(0, 50) == 0 ? 127 : Number(1, 9);
    // No name begins with an underscore.
    std::string name(1, kLetters[Number(0, 61)]);
    while (static_cast<int>(name.size()) < length) {
      name += kLetters[Number(0, 63)];
    }
    return name;
  }

  std::string Text() {
    static const auto& kParts = *new std::vector<std::string>{
        "a", "Z", " ", ".", "\n", "'", "\\", "\u00e4", "\u2603", "\U0001F600"};
    std::string text;
    for (int i = Number(0, 12); i > 0; --i) text += OneOf(kParts);
    return text;
  }

  std::string Comment() { return Number(0, 2) == 0 ? "" : Text(); }

  template <typename T>
  std::vector<T> Numbers(int64_t count) {
    std::vector<T> numbers;
    for (int64_t i = 0; i < count; ++i) {
      numbers.push_back(static_cast<T>(static_cast<int64_t>(random_())) /
                        static_cast<T>(Number(1, 9)));
    }
    return numbers;
  }

  template <typename T>
  Value Array() {
    std::vector<int64_t> shape;
    int64_t size = 1;
    for (int rank = Number(1, 4); rank > 0; --rank) {
      shape.push_back(Number(1, 4));
      size *= shape.back();
    }
    return NdArray<T>{shape, Numbers<T>(size)};
  }

  // One of `choices`, or something new.
  Value AnyOf(const std::vector<NamedValue>& choices) {
    switch (Number(0, 9)) {
      case 0:
        return Array<double>();
      case 1:
        return Array<int64_t>();
      case 2:
        return Array<float>();
      case 3:
        return Array<uint8_t>();
      case 4:
        return Text();
      case 5:
        return Value::List<std::string>({Text() + "x", Text() + "y"});
      case 6:
        return Value::Tuple<int64_t>(Numbers<int64_t>(Number(1, 5)));
      case 7:
        return static_cast<int64_t>(random_()) *
               static_cast<int32_t>(random_());
      default:
        return OneOf(choices).second;
    }
  }

  void AddNote(Node& node) {
    for (int i = Number(0, 2); i > 0; --i) {
      node.Annotate(Name(), OneOf(annotation_values_).second);
    }
  }

  // What is added where something is already, or a name breaks a rule, is left
  // out.
  void AddLeaf(Trajectory& trajectory) {
    const std::string branch = kBranches[Number(0, 4)];
    std::string parent = branch;
    for (int i = Number(0, 3); i > 0; --i) {
      absl::StrAppend(&parent, ".", OneOf(groups_));
    }
    std::unique_ptr<Node> leaf;
    if (branch == "results") {
      Items items;
      for (int i = Number(0, 3); i > 0; --i) {
        items.emplace_back(absl::StrCat(Name(), i), AnyOf(item_values_));
      }
      leaf = std::make_unique<Result>(Name(), std::move(items));
    } else {
      leaf = std::make_unique<Parameter>(Name(), AnyOf(parameter_values_));
    }
    leaf->set_comment(Comment());
    AddNote(*leaf);
    const auto added = trajectory.tree().Add(parent, std::move(leaf));
    if (!added.ok()) return;
    if (Number(0, 3) == 0) (*added)->parent()->set_comment(Comment());
    AddNote(*(*added)->parent());
    nodes_.push_back(*added);
  }

  void AddLink(Trajectory& trajectory) {
    if (nodes_.empty()) return;
    Node* const target = OneOf(nodes_);
    const std::string parent =
        Number(0, 1) == 0 ? "" : OneOf(nodes_)->parent()->full_name() + ".";
    trajectory.tree().AddLink(parent + "l" + Name(), *target).IgnoreError();
  }

  void Explore(Trajectory& trajectory) {
    const int runs = Number(1, 6);
    std::vector<Axis> axes;
    for (Node* const node : nodes_) {
      if (node->kind() != Node::Kind::kParameter || Number(0, 2) != 0) continue;
      const Value first = *static_cast<Parameter*>(node)->value();
      std::vector<Value> values(runs, first);
      for (const auto& [name, other] : parameter_values_) {
        const bool fits = first.form() == Form::kTuple
                              ? other.SameType(first)
                              : other.SameElementType(first);
        if (fits && Number(0, 3) == 0) {
          values[Number(0, runs - 1)] = other;
        }
      }
      axes.push_back({node->full_name(), Range(std::move(values))});
    }
    if (!axes.empty()) {
      EXPECT_THAT(trajectory.Explore(Zip(std::move(axes))), IsOk());
    }
  }

  std::mt19937 random_;
  const std::vector<std::string> groups_ = {"g", "Group", "a-b_c", "1"};
  static const inline std::vector<NamedValue>& parameter_values_ =
      *new std::vector<NamedValue>(Moderate(ParameterValues()));
  static const inline std::vector<NamedValue>& item_values_ =
      *new std::vector<NamedValue>(Moderate(ItemValues()));
  static const inline std::vector<NamedValue>& annotation_values_ =
      *new std::vector<NamedValue>(Moderate(AnnotationValues()));
  std::vector<Node*> nodes_;
};

// Whether a scalar is Python's or numpy's does not show in an attribute.
bool SameNote(const Value& a, const Value& b) {
  return a == b || (a.is_scalar() && b.is_scalar() && a.dtype() == b.dtype() &&
                    a.bytes() == b.bytes());
}

void ExpectSameNotes(const Node& actual, const Node& expected) {
  ASSERT_EQ(actual.annotations().size(), expected.annotations().size())
      << expected.full_name();
  for (const auto& [name, value] : expected.annotations()) {
    const Value* const found = actual.Annotation(name);
    ASSERT_NE(found, nullptr) << expected.full_name() << " " << name;
    EXPECT_TRUE(SameNote(*found, value))
        << expected.full_name() << " " << name << ": " << PythonRepr(*found)
        << " instead of " << PythonRepr(value);
  }
}

void ExpectSameParameter(const Parameter& actual, const Parameter& expected) {
  EXPECT_TRUE(actual.value() == expected.value())
      << expected.full_name() << ": " << actual.value()->TypeDescription()
      << " " << PythonRepr(*actual.value(), 80) << " instead of "
      << expected.value()->TypeDescription() << " "
      << PythonRepr(*expected.value(), 80);
  ASSERT_EQ(actual.explored(), expected.explored()) << expected.full_name();
  if (!expected.explored()) return;
  ASSERT_EQ(actual.range()->size(), expected.range()->size());
  for (int64_t i = 0; i < expected.range()->size(); ++i) {
    EXPECT_TRUE(actual.ValueAt(i) == expected.ValueAt(i))
        << expected.full_name() << " in run " << i << ": "
        << actual.ValueAt(i).TypeDescription() << " "
        << PythonRepr(actual.ValueAt(i), 80) << " instead of "
        << expected.ValueAt(i).TypeDescription() << " "
        << PythonRepr(expected.ValueAt(i), 80);
  }
}

void ExpectSameItems(const Result& actual, const Result& expected) {
  ASSERT_EQ(actual.items().size(), expected.items().size())
      << expected.full_name();
  for (const auto& [name, value] : expected.items()) {
    const Value* const found = actual.Item(name);
    ASSERT_NE(found, nullptr) << expected.full_name() << "." << name;
    EXPECT_TRUE(*found == value) << expected.full_name() << "." << name << ": "
                                 << found->TypeDescription() << " instead of "
                                 << value.TypeDescription();
  }
}

void ExpectSameLinks(const Group& actual, const Group& expected) {
  ASSERT_EQ(actual.links().size(), expected.links().size());
  for (const auto& [name, target] : expected.links()) {
    const Node* const found = actual.Link(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->full_name(), target->full_name());
  }
}

void ExpectSameNode(const Node& actual, const Node& expected) {
  ASSERT_EQ(actual.kind(), expected.kind()) << expected.full_name();
  EXPECT_EQ(actual.comment(), expected.comment()) << expected.full_name();
  ExpectSameNotes(actual, expected);
  switch (expected.kind()) {
    case Node::Kind::kGroup:
      return ExpectSameLinks(static_cast<const Group&>(actual),
                             static_cast<const Group&>(expected));
    case Node::Kind::kParameter:
      return ExpectSameParameter(static_cast<const Parameter&>(actual),
                                 static_cast<const Parameter&>(expected));
    case Node::Kind::kResult:
      return ExpectSameItems(static_cast<const Result&>(actual),
                             static_cast<const Result&>(expected));
  }
}

void ExpectSame(const Trajectory& actual, const Trajectory& expected) {
  EXPECT_EQ(actual.comment(), expected.comment());
  EXPECT_EQ(actual.length(), expected.length());
  EXPECT_THAT(actual.explored_names(),
              ::testing::UnorderedElementsAreArray(expected.explored_names()));
  ExpectSameNotes(actual.root(), expected.root());
  ExpectSameLinks(actual.root(), expected.root());
  int nodes = 0;
  VisitNodes(expected.root(), [&](const Node& node) {
    ++nodes;
    const Node* const found = actual.tree().FindExact(node.full_name());
    ASSERT_NE(found, nullptr) << node.full_name() << " is missing";
    ExpectSameNode(*found, node);
  });
  VisitNodes(actual.root(), [&](const Node&) { --nodes; });
  EXPECT_EQ(nodes, 0) << "there are more nodes than there were";
}

class RandomTreesTest : public ::testing::TestWithParam<int> {};

TEST_P(RandomTreesTest, ComeBackAsTheyWere) {
  const TempDirectory directory;
  constexpr const char* kComplibs[] = {"zlib", "blosc", "lzo", "bzip2"};
  for (uint32_t seed = GetParam(); seed < kTrajectories; seed += 8) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Hdf5StorageOptions options;
    options.durability = Durability::kNone;
    options.purge_duplicate_comments = false;
    options.complib = kComplibs[seed % 4];
    options.complevel = seed / 4 % 10;
    options.fletcher32 = seed % 3 == 0;
    options.pandas_format = seed % 2 == 0 ? "fixed" : "table";
    // Checksums are not possible beside data of variable length.
    if (options.pandas_format == "fixed") options.fletcher32 = false;
    const std::unique_ptr<Trajectory> trajectory =
        RandomTrajectory(seed).Make();
    const auto service =
        OpenHdf5Storage(directory.Path(absl::StrCat(seed, ".hdf5")), options)
            .value();
    ASSERT_THAT(service->Store(*trajectory), IsOk());
    const auto loaded = service->Load("random", LoadAll());
    ASSERT_THAT(loaded, IsOk());
    ExpectSame(**loaded, *trajectory);
    ASSERT_THAT(service->Close(), IsOk());
    std::remove(directory.Path(absl::StrCat(seed, ".hdf5")).c_str());
    if (HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RandomTreesTest, ::testing::Range(0, 8));

}  // namespace
}  // namespace cppet
