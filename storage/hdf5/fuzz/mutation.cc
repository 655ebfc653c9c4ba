#include "cppet/storage/hdf5/fuzz/mutation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <utility>

namespace cppet {
namespace {

class Damager {
 public:
  Damager(std::string bytes, std::mt19937* random)
      : bytes_(std::move(bytes)), random_(*random) {}

  std::string Run() {
    for (size_t edits = 1 + Below(6); edits > 0 && !bytes_.empty(); --edits) {
      Edit();
    }
    return std::move(bytes_);
  }

 private:
  size_t Below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }

  void Edit() {
    const size_t at = Below(bytes_.size());
    switch (Below(9)) {
      case 0:
        bytes_[at] = static_cast<char>(bytes_[at] ^ (1 << Below(8)));
        return;
      case 1:
        bytes_[at] = static_cast<char>(Below(256));
        return;
      case 2:
      case 3:
        return ChangeNumber(at);
      case 4:
        return SwapBlocks();
      case 5:
        return CopyBlock();
      case 6: {
        const size_t size = Size(at);
        std::fill_n(bytes_.begin() + at, size, Below(2) == 0 ? '\0' : '\xff');
        return;
      }
      case 7:
        if (Below(4) == 0) bytes_.resize(at);
        return;
      default:
        if (Below(2) == 0) {
          bytes_.erase(at, Size(at));
        } else {
          bytes_.insert(at, bytes_.substr(at, Size(at)));
        }
    }
  }

  // Of a block at `at`.
  size_t Size(size_t at) {
    return std::min(bytes_.size() - at, size_t{1} << Below(9));
  }

  // What may be a length, a place or a count, of 1, 2, 4 or 8 bytes.
  void ChangeNumber(size_t at) {
    const size_t size = size_t{1} << Below(4);
    if (bytes_.size() < size) return;
    at = std::min(at, bytes_.size() - size);
    uint64_t number = 0;
    std::memcpy(&number, &bytes_[at], size);
    switch (Below(6)) {
      case 0:
        number = 0;
        break;
      case 1:
        number = ~uint64_t{0};
        break;
      case 2:
        number = uint64_t{1} << Below(8 * size);
        break;
      case 3:
        number = bytes_.size() + Below(17) - 8;
        break;
      default:
        number += Below(33) - 16;
    }
    std::memcpy(&bytes_[at], &number, size);
  }

  void SwapBlocks() {
    const size_t size = std::min(bytes_.size() / 2, size_t{1} << Below(9));
    const size_t first = Below(bytes_.size() - 2 * size + 1);
    const size_t second =
        first + size + Below(bytes_.size() - first - 2 * size + 1);
    std::swap_ranges(bytes_.begin() + first, bytes_.begin() + first + size,
                     bytes_.begin() + second);
  }

  void CopyBlock() {
    const size_t from = Below(bytes_.size());
    const size_t to = Below(bytes_.size());
    const size_t size = std::min(Size(from), bytes_.size() - to);
    std::memmove(&bytes_[to], &bytes_[from], size);
  }

  std::string bytes_;
  std::mt19937& random_;
};

}  // namespace

std::string Damaged(std::string bytes, std::mt19937* random) {
  return Damager(std::move(bytes), random).Run();
}

}  // namespace cppet
