#ifndef CPPET_STORAGE_JOURNAL_PAGE_OVERLAY_H_
#define CPPET_STORAGE_JOURNAL_PAGE_OVERLAY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cppet::journal {

inline constexpr uint64_t kPageSize = 4096;

// The changes of a file that are not in it yet, by pages. A change is new until
// it is committed, and pending from then on until it is in the file.
class PageOverlay {
 public:
  // Reads kPageSize bytes of the file, with zeros after its end.
  using ReadPage = absl::FunctionRef<absl::Status(uint64_t offset, char* page)>;
  using Visit =
      absl::FunctionRef<absl::Status(uint64_t offset, absl::string_view bytes)>;

  // Puts `bytes` over the file; `read_page` fetches what is around them.
  absl::Status Write(uint64_t offset, absl::string_view bytes,
                     ReadPage read_page);
  // Whether all of [offset, offset + size) is in one page that is here; copies
  // it.
  bool ReadWithin(uint64_t offset, char* buffer, size_t size) const;
  // Puts what is here over what the file has at `offset`.
  void Patch(uint64_t offset, char* buffer, size_t size) const;
  // The offset of the first page here from `offset` on, a multiple of
  // kPageSize; the largest number if there is none.
  uint64_t NextPage(uint64_t offset) const;

  // Visits the new changes before `end`, in order; those that touch are one.
  // They are widened to multiples of 8 bytes.
  absl::Status VisitNew(uint64_t end, Visit visit) const;
  // Commits the new changes in a file of size `end`.
  void Commit(uint64_t end);
  // Visits the pending changes: those from `old_end` on first, and then from
  // the end of the file to its beginning, so that what is already there refers
  // to nothing that is not.
  absl::Status VisitPending(uint64_t old_end, Visit visit) const;
  void Clear() { pages_.clear(); }

  bool has_new() const { return has_new_; }
  bool empty() const { return pages_.empty(); }
  uint64_t bytes() const { return pages_.size() * kPageSize; }

 private:
  struct Range {
    uint32_t begin = kPageSize;
    uint32_t end = 0;

    bool empty() const { return begin >= end; }
    void Add(uint32_t from, uint32_t to) {
      if (from < begin) begin = from;
      if (to > end) end = to;
    }
  };
  struct Page {
    std::unique_ptr<char[]> bytes;
    Range fresh;
    Range pending;
  };

  // By number.
  absl::btree_map<uint64_t, Page> pages_;
  bool has_new_ = false;
};

}  // namespace cppet::journal

#endif  // CPPET_STORAGE_JOURNAL_PAGE_OVERLAY_H_
