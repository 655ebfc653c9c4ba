#include "cppet/storage/hdf5/direct/file_window.h"

#include <algorithm>

namespace cppet::hdf5 {
namespace {

constexpr uint64_t kFirstStep = 4 << 10;
constexpr uint64_t kLargestStep = 256 << 10;

}  // namespace

absl::string_view FileWindow::Bytes(uint64_t address, uint64_t size) {
  if (size == 0 || address > file_size_ || size > file_size_ - address) {
    return {};
  }
  const uint64_t end = begin_ + window_.size();
  if (address < begin_ || address + size > end) {
    const bool follows = address >= begin_ && address <= end + kFirstStep;
    step_ = follows ? std::min(kLargestStep, std::max(kFirstStep, 2 * step_))
                    : kFirstStep;
    window_.resize(std::min(std::max(size, step_), file_size_ - address));
    begin_ = address;
    if (!read_(address, window_.data(), window_.size())) {
      window_.clear();
      return {};
    }
  }
  return {window_.data() + (address - begin_), size};
}

}  // namespace cppet::hdf5
