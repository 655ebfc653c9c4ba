#include "cppet/storage/journal/page_overlay.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "cppet/base/status_macros.h"

namespace cppet::journal {
namespace {

// Changes are as wide as this at least: the check whether a journal belongs to
// a file compares words, and a word should be of one change.
constexpr uint32_t kAlignment = 8;
// Changes that touch are joined up to this size.
constexpr size_t kJoinedSize = 1 << 20;

// Joins ranges that touch each other and visits them.
class Joiner {
 public:
  explicit Joiner(PageOverlay::Visit visit) : visit_(visit) {}

  absl::Status Add(uint64_t offset, absl::string_view bytes) {
    if (offset != offset_ + joined_.size() || joined_.size() >= kJoinedSize) {
      CPPET_RETURN_IF_ERROR(Flush());
      offset_ = offset;
    }
    joined_.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }

  absl::Status Flush() {
    if (joined_.empty()) return absl::OkStatus();
    const absl::Status status = visit_(offset_, joined_);
    joined_.clear();
    return status;
  }

 private:
  const PageOverlay::Visit visit_;
  uint64_t offset_ = 0;
  std::string joined_;
};

}  // namespace

absl::Status PageOverlay::Write(uint64_t offset, absl::string_view bytes,
                                ReadPage read_page) {
  while (!bytes.empty()) {
    const uint64_t number = offset / kPageSize;
    const uint32_t from = offset % kPageSize;
    const uint32_t size = std::min<uint64_t>(bytes.size(), kPageSize - from);
    auto found = pages_.lower_bound(number);
    if (found == pages_.end() || found->first != number) {
      Page page;
      page.bytes.reset(new char[kPageSize]);
      if (size < kPageSize) {
        CPPET_RETURN_IF_ERROR(read_page(number * kPageSize, page.bytes.get()));
      }
      found = pages_.emplace_hint(found, number, std::move(page));
    }
    Page& page = found->second;
    memcpy(page.bytes.get() + from, bytes.data(), size);
    page.fresh.Add(from, from + size);
    has_new_ = true;
    bytes.remove_prefix(size);
    offset += size;
  }
  return absl::OkStatus();
}

bool PageOverlay::ReadWithin(uint64_t offset, char* buffer, size_t size) const {
  const uint64_t from = offset % kPageSize;
  if (from + size > kPageSize) return false;
  const auto page = pages_.find(offset / kPageSize);
  if (page == pages_.end()) return false;
  memcpy(buffer, page->second.bytes.get() + from, size);
  return true;
}

void PageOverlay::Patch(uint64_t offset, char* buffer, size_t size) const {
  const uint64_t end = offset + size;
  for (auto page = pages_.lower_bound(offset / kPageSize);
       page != pages_.end() && page->first * kPageSize < end; ++page) {
    const uint64_t page_offset = page->first * kPageSize;
    const uint64_t from = std::max(offset, page_offset);
    const uint64_t to = std::min(end, page_offset + kPageSize);
    memcpy(buffer + (from - offset),
           page->second.bytes.get() + (from - page_offset), to - from);
  }
}

uint64_t PageOverlay::NextPage(uint64_t offset) const {
  const auto page = pages_.lower_bound(offset / kPageSize);
  return page == pages_.end() ? std::numeric_limits<uint64_t>::max()
                              : page->first * kPageSize;
}

absl::Status PageOverlay::VisitNew(uint64_t end, Visit visit) const {
  Joiner joiner(visit);
  for (const auto& [number, page] : pages_) {
    if (page.fresh.empty()) continue;
    const uint64_t offset = number * kPageSize;
    const uint64_t from = page.fresh.begin / kAlignment * kAlignment;
    uint64_t to = (page.fresh.end + kAlignment - 1) / kAlignment * kAlignment;
    if (offset + from >= end) break;
    to = std::min(to, end - offset);
    CPPET_RETURN_IF_ERROR(
        joiner.Add(offset + from, {page.bytes.get() + from, to - from}));
  }
  return joiner.Flush();
}

void PageOverlay::Commit(uint64_t end) {
  pages_.erase(pages_.lower_bound((end + kPageSize - 1) / kPageSize),
               pages_.end());
  for (auto& [number, page] : pages_) {
    if (page.fresh.empty()) continue;
    page.pending.Add(page.fresh.begin, page.fresh.end);
    page.fresh = {};
  }
  has_new_ = false;
}

absl::Status PageOverlay::VisitPending(uint64_t old_end, Visit visit) const {
  const auto first_new =
      pages_.lower_bound((old_end + kPageSize - 1) / kPageSize);
  Joiner joiner(visit);
  const auto add = [&joiner](uint64_t number, const Page& page) {
    if (page.pending.empty()) return absl::OkStatus();
    return joiner.Add(number * kPageSize + page.pending.begin,
                      {page.bytes.get() + page.pending.begin,
                       page.pending.end - page.pending.begin});
  };
  for (auto page = first_new; page != pages_.end(); ++page) {
    CPPET_RETURN_IF_ERROR(add(page->first, page->second));
  }
  CPPET_RETURN_IF_ERROR(joiner.Flush());
  // Pages side by side that changed as a whole are data, or new all together:
  // they are one change.
  const auto is_whole = [](const Page& page) {
    return page.pending.begin == 0 && page.pending.end == kPageSize;
  };
  for (auto page = first_new; page != pages_.begin();) {
    --page;
    auto first = page;
    while (first != pages_.begin() && is_whole(first->second)) {
      const auto before = std::prev(first);
      if (before->first + 1 != first->first || !is_whole(before->second)) break;
      first = before;
    }
    for (auto part = first;; ++part) {
      CPPET_RETURN_IF_ERROR(add(part->first, part->second));
      if (part == page) break;
    }
    CPPET_RETURN_IF_ERROR(joiner.Flush());
    page = first;
  }
  return absl::OkStatus();
}

}  // namespace cppet::journal
