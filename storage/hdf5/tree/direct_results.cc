#include "cppet/storage/hdf5/tree/direct_results.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cppet/storage/hdf5/api/handle.h"
#include "cppet/storage/hdf5/api/text.h"
#include "cppet/storage/hdf5/api/types.h"
#include "cppet/storage/hdf5/values/class_names.h"
#include "cppet/storage/journal/hdf5_driver.h"
#include "cppet/trajectory/names.h"
#include "cppet/trajectory/node.h"

namespace cppet::hdf5 {
namespace {

constexpr int kMaxDepth = 32;
// More objects in one group of results: HDF5 reads some of them.
constexpr int kMaxObjects = 10000;
// Larger data are read as fast by HDF5.
constexpr uint64_t kMaxDataBytes = 1 << 20;

// Names of items with these mean something to ReadItems.
constexpr absl::string_view kSpecialName = "__";

// The text of an attribute; empty if there is none. Returns false if it is
// something else.
bool TextOf(const ObjectImage& image, absl::string_view name,
            std::string* text) {
  const AttributeImage* attribute = image.Find(name);
  if (attribute == nullptr) return true;
  std::optional<std::string> value = attribute->Text();
  if (!value.has_value()) return false;
  *text = *std::move(value);
  return true;
}

void SortByName(std::vector<LinkImage>* links) {
  std::sort(
      links->begin(), links->end(),
      [](const LinkImage& a, const LinkImage& b) { return a.name < b.name; });
}

// The type in the file as HDF5 has it; none if it is not one of numbers, truth
// values or texts. HDF5 believes that a type is all there, and reads beyond it.
Handle TypeOf(absl::string_view message) {
  // Bytes of each class at least: whole numbers, floats, -, texts, bit fields.
  constexpr size_t kSizes[] = {12, 20, 0, 8, 12};
  const size_t type_class = message[0] & 0x0f;
  if (type_class >= std::size(kSizes) || kSizes[type_class] == 0 ||
      message.size() < kSizes[type_class]) {
    return Handle();
  }
  // H5Tdecode wants the type of the message and the version of H5Tencode first.
  const std::string encoded =
      absl::StrCat(absl::string_view("\x03\x00", 2), message);
  return Handle(H5Tdecode(encoded.data()));
}

}  // namespace

std::unique_ptr<DirectResults> DirectResults::Of(hid_t object) {
  const Handle file(H5Iget_file_id(object));
  journal::TransactionalFile* const bytes = journal::JournaledFile(file.get());
  unsigned intent = 0;
  if (bytes == nullptr || H5Fget_intent(file.get(), &intent) < 0 ||
      (intent & H5F_ACC_RDWR) != 0) {
    return nullptr;
  }
  return absl::WrapUnique(new DirectResults(FileWindow(
      bytes->size(), [bytes](uint64_t offset, char* buffer, size_t size) {
        return bytes->Read(offset, buffer, size).ok();
      })));
}

bool DirectResults::Read(uint64_t address, const std::string& full_name,
                         const Options& options, std::vector<NodeRead>* read) {
  const size_t before = read->size();
  objects_ = 0;
  if (ReadNode(address, full_name, 0, options, read)) return true;
  read->resize(before);
  return false;
}

bool DirectResults::ReadNode(uint64_t address, const std::string& full_name,
                             int depth, const Options& options,
                             std::vector<NodeRead>* read) {
  const LoadLevel level = options.level(full_name);
  if (level == LoadLevel::kNothing) return true;
  ObjectImage image;
  if (depth > kMaxDepth || ++objects_ > kMaxObjects ||
      !ReadObjectImage(address, &file_, &image) || !image.is_group ||
      image.Find("SRVC_ANNOTATED") != nullptr ||
      !CheckNodeName(full_name).ok()) {
    return false;
  }
  std::string class_name, comment;
  if (!TextOf(image, "SRVC_INIT_CLASS_NAME", &class_name) ||
      !TextOf(image, "SRVC_INIT_COMMENT", &comment)) {
    return false;
  }
  SortByName(&image.links);
  NodeRead node;
  node.parent = std::string(ParentPart(full_name));
  const AttributeImage* const leaf = image.Find("SRVC_LEAF");
  const std::optional<bool> is_leaf = leaf == nullptr ? false : leaf->Flag();
  if (!is_leaf.has_value()) return false;
  if (*is_leaf) {
    node.node =
        ReadLeaf(image, full_name, class_name, level, options, &node.left_out);
    if (node.node == nullptr) return false;
  } else {
    auto group = std::make_unique<Group>(std::string(LastPart(full_name)));
    group->set_class_name(class_name);
    node.node = std::move(group);
  }
  node.node->set_comment(CleanUtf8(comment));
  read->push_back(std::move(node));
  if (*is_leaf) return true;
  for (const LinkImage& link : image.links) {
    if (!ReadNode(link.address, JoinName(full_name, link.name), depth + 1,
                  options, read)) {
      return false;
    }
  }
  return true;
}

std::unique_ptr<Node> DirectResults::ReadLeaf(
    const ObjectImage& image, const std::string& full_name,
    absl::string_view class_name, LoadLevel level, const Options& options,
    std::vector<std::string>* left_out) {
  if (IsParameter(class_name, full_name) || class_name == "PickleResult" ||
      options.classes->Find(class_name) != nullptr) {
    return nullptr;
  }
  const bool with_data = level >= LoadLevel::kData;
  Items items;
  if (with_data) {
    for (const LinkImage& link : image.links) {
      if (absl::StrContains(link.name, kSpecialName)) return nullptr;
      // What is not wanted has to be an item all the same.
      std::optional<Value> value = ReadItem(link.address);
      if (!value.has_value()) return nullptr;
      if (*options.wanted != nullptr && !(*options.wanted)(link.name)) {
        left_out->push_back(link.name);
      } else {
        items.emplace_back(link.name, *std::move(value));
      }
    }
  }
  auto result = std::make_unique<Result>(
      std::string(LastPart(full_name)), std::move(items),
      class_name.empty() ? "Result" : std::string(class_name));
  if (!left_out->empty()) result->set_in_memory(InMemory::kPart);
  if (!with_data) result->set_in_memory(InMemory::kNothing);
  return result;
}

std::optional<Value> DirectResults::ReadItem(uint64_t address) {
  ObjectImage image;
  std::string store = "ARRAY";
  Recall recall;
  if (++objects_ > kMaxObjects || !ReadObjectImage(address, &file_, &image) ||
      image.is_group || image.extent.is_null ||
      image.data_size > kMaxDataBytes || !TextOf(image, "SRVC_STORE", &store) ||
      store != "ARRAY" ||
      !TextOf(image, "SRVC_DATA_COLL_TYPE", &recall.collection) ||
      !TextOf(image, "SRVC_DATA_SCALAR_TYPE", &recall.scalar) ||
      recall.collection == "COLL_EMPTY_DICT") {
    return std::nullopt;
  }
  const Decoder* const decoder = DecoderOf(image, recall);
  if (decoder == nullptr || decoder->value_size() != image.data_size) {
    return std::nullopt;
  }
  absl::string_view bytes = image.data;
  if (image.data_address != 0) {
    bytes = file_.Bytes(image.data_address, image.data_size);
  }
  if (bytes.size() != image.data_size || !decoder->Check(bytes).ok()) {
    return std::nullopt;
  }
  return decoder->Decode(bytes);
}

const Decoder* DirectResults::DecoderOf(const ObjectImage& image,
                                        const Recall& recall) {
  std::string key = absl::StrCat(image.type.size(), ":", image.type,
                                 recall.collection, ":", recall.scalar);
  for (const int64_t length : image.extent.shape) {
    absl::StrAppend(&key, ":", length);
  }
  const auto [found, is_new] = decoders_.try_emplace(std::move(key));
  if (!is_new) return found->second.get();
  const Handle type = TypeOf(image.type);
  if (!type.ok()) return nullptr;
  const absl::StatusOr<ElementType> element = ElementType::Of(type.get());
  // Without HDF5, nothing is converted.
  if (!element.ok() || H5Tequal(type.get(), element->memory.get()) <= 0) {
    return nullptr;
  }
  // The product must not overflow.
  uint64_t size = std::max<uint64_t>(1, element->total_size());
  for (const int64_t length : image.extent.shape) {
    if (length == 0 || size > kMaxDataBytes / length) return nullptr;
    size *= length;
  }
  absl::StatusOr<Decoder> decoder =
      Decoder::Create(*element, image.extent.shape, recall);
  if (!decoder.ok()) return nullptr;
  found->second = std::make_unique<Decoder>(*std::move(decoder));
  return found->second.get();
}

}  // namespace cppet::hdf5
