// Headers of objects, as a reader that does without HDF5 finds them. Their
// checksums are put right, as who means harm would.

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cppet/base/file_util.h"
#include "cppet/base/testing.h"
#include "cppet/storage/hdf5/api/checksum.h"
#include "cppet/storage/hdf5/api/little_endian.h"
#include "cppet/storage/hdf5/direct/file_window.h"
#include "cppet/storage/hdf5/direct/object_image.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/hdf5_storage.h"
#include "cppet/trajectory/trajectory.h"

namespace cppet {
namespace {

constexpr char kHeader[] = "OHDR";
constexpr size_t kMaxObjects = 100;

void Require(bool holds) {
  if (!holds) abort();
}

// Puts the checksum at the end of the header at `address`, if that is whole.
void PutChecksum(size_t address, std::string* file) {
  hdf5::LittleEndianReader reader(absl::string_view(*file).substr(address));
  reader.Bytes(5);
  const uint64_t flags = reader.Number(1);
  if ((flags & 0x10) != 0) reader.Bytes(4);
  const uint64_t size = reader.Number(size_t{1} << (flags & 0x03));
  reader.Bytes(size);
  if (!reader.ok() || reader.rest().size() < 4) return;
  const size_t end = file->size() - reader.rest().size();
  hdf5::PutLittleEndian(hdf5::MetadataChecksum(absl::string_view(*file).substr(
                            address, end - address)),
                        4, file->data() + end);
}

void ReadObject(const std::string& bytes, uint64_t address) {
  hdf5::FileWindow window(
      bytes.size(), [&](uint64_t offset, char* buffer, size_t size) {
        Require(offset <= bytes.size() && size <= bytes.size() - offset);
        memcpy(buffer, bytes.data() + offset, size);
        return true;
      });
  hdf5::ObjectImage image;
  if (!hdf5::ReadObjectImage(address, &window, &image)) return;
  for (const hdf5::AttributeImage& attribute : image.attributes) {
    Require(image.Find(attribute.name) != nullptr);
    attribute.Text();
    attribute.Flag();
  }
  if (image.data_address != 0) {
    window.Bytes(image.data_address, image.data_size);
  }
}

}  // namespace

std::vector<std::string> FuzzSeeds() {
  const TempDirectory directory;
  const std::string path = directory.Path("file.hdf5");
  Trajectory trajectory("t", "A comment");
  trajectory.AddResult("number", Value(1.5), "A comment").IgnoreError();
  trajectory.AddResult("text", Value("text")).IgnoreError();
  const auto storage = OpenHdf5Storage(path).value();
  if (!storage->Store(trajectory).ok() || !storage->Close().ok()) abort();
  // Pieces, as a whole file is long.
  const std::string file = ReadFile(path).value();
  std::vector<std::string> seeds;
  for (size_t at = file.find(kHeader); at != std::string::npos;
       at = file.find(kHeader, at + 1)) {
    seeds.push_back(file.substr(at, 1024));
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  std::vector<size_t> objects;
  for (size_t at = bytes.find(cppet::kHeader);
       at != std::string::npos && objects.size() < cppet::kMaxObjects;
       at = bytes.find(cppet::kHeader, at + 1)) {
    objects.push_back(at);
  }
  for (const size_t at : objects) cppet::PutChecksum(at, &bytes);
  for (const size_t at : objects) cppet::ReadObject(bytes, at);
  return 0;
}
