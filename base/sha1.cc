#include "cppet/base/sha1.h"

#include <fcntl.h>
#include <nettle/sha1.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "cppet/base/unique_fd.h"

namespace cppet {
namespace {

constexpr size_t kBlock = 1 << 18;

std::string Digest(sha1_ctx* context) {
  std::string digest(SHA1_DIGEST_SIZE, '\0');
  sha1_digest(context, digest.size(),
              reinterpret_cast<uint8_t*>(digest.data()));
  return absl::BytesToHexString(digest);
}

}  // namespace

std::string Sha1Hex(absl::string_view data) {
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, data.size(),
              reinterpret_cast<const uint8_t*>(data.data()));
  return Digest(&context);
}

absl::StatusOr<std::string> Sha1HexOfFile(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return absl::ErrnoToStatus(errno, path);
  sha1_ctx context;
  sha1_init(&context);
  std::vector<uint8_t> block(kBlock);
  while (true) {
    const ssize_t got = read(fd.get(), block.data(), block.size());
    if (got == 0) return Digest(&context);
    if (got > 0) {
      sha1_update(&context, got, block.data());
    } else if (errno != EINTR) {
      return absl::ErrnoToStatus(errno, path);
    }
  }
}

}  // namespace cppet
