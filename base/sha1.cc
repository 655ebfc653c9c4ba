#include "cppet/base/sha1.h"

#include <nettle/sha1.h>

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace cppet {

std::string Sha1Hex(absl::string_view data) {
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, data.size(),
              reinterpret_cast<const uint8_t*>(data.data()));
  std::string digest(SHA1_DIGEST_SIZE, '\0');
  sha1_digest(&context, digest.size(),
              reinterpret_cast<uint8_t*>(digest.data()));
  return absl::BytesToHexString(digest);
}

}  // namespace cppet
