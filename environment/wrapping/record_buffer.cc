#include "cppet/environment/wrapping/record_buffer.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "cppet/base/status_macros.h"
#include "cppet/environment/wrapping/batch.h"

namespace cppet {
namespace {

using Clock = std::chrono::steady_clock;  // the same in all processes

constexpr size_t kHalfBytes = 4 << 20;
constexpr size_t kOutcomesBytes = 4 << 20;
constexpr size_t kMaxFailure = 1000;

// Bytes that only grow, by parts with their size before them. A part counts
// when all of it is there, whatever happens to who adds it.
template <size_t kSize>
struct Parts {
  std::atomic<uint64_t> size;
  std::atomic<uint64_t> count;
  char bytes[kSize];

  bool Add(absl::string_view part) {
    const uint64_t part_size = part.size();
    const uint64_t end = size + sizeof(part_size) + part_size;
    if (end > kSize) return false;
    char* out = bytes + size;
    std::memcpy(out, &part_size, sizeof(part_size));
    std::memcpy(out + sizeof(part_size), part.data(), part_size);
    size = end;
    ++count;
    return true;
  }

  std::vector<std::string> All() const {
    std::vector<std::string> parts;
    for (uint64_t at = 0; at < size;) {
      uint64_t part_size;
      std::memcpy(&part_size, bytes + at, sizeof(part_size));
      at += sizeof(part_size);
      parts.emplace_back(bytes + at, part_size);
      at += part_size;
    }
    return parts;
  }

  void Clear() {
    size = 0;
    count = 0;
  }
};

}  // namespace

// New memory is zero. Pages that nobody uses are never there.
struct RecordBuffer::Shared {
  // One half takes what is added; the other has what is being stored.
  std::atomic<int> adding;
  std::atomic<Clock::rep> finished;  // when something was the last time
  Parts<kHalfBytes> halves[2];
  Parts<kOutcomesBytes> outcomes;
};

absl::StatusOr<std::unique_ptr<RecordBuffer>> RecordBuffer::Create() {
  CPPET_ASSIGN_OR_RETURN(std::unique_ptr<ProcessMutex> mutex,
                         ProcessMutex::Create());
  void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "memory for runs that are not stored");
  }
  return absl::WrapUnique(
      new RecordBuffer(std::move(mutex), static_cast<Shared*>(memory)));
}

RecordBuffer::RecordBuffer(std::unique_ptr<ProcessMutex> mutex, Shared* shared)
    : mutex_(std::move(mutex)), shared_(shared) {}

RecordBuffer::~RecordBuffer() { munmap(shared_, sizeof(Shared)); }

bool RecordBuffer::Add(absl::string_view record) {
  const ProcessMutexLock lock(mutex_.get());
  return shared_->halves[shared_->adding].Add(record);
}

bool RecordBuffer::IsDue() const {
  const auto& half = shared_->halves[shared_->adding];
  if (half.count == 0) return false;
  return half.count >= kBatchRecords || half.size >= kHalfBytes / 2 ||
         Clock::now().time_since_epoch() >=
             Clock::duration(shared_->finished) + kBatchTime;
}

RecordBuffer::Batch RecordBuffer::Take() {
  const ProcessMutexLock lock(mutex_.get());
  const int other = 1 - shared_->adding;
  Batch batch;
  batch.again = shared_->halves[other].count > 0;
  if (!batch.again) shared_->adding = other;
  batch.records = shared_->halves[1 - shared_->adding].All();
  return batch;
}

void RecordBuffer::Finish(const std::vector<Outcome>& outcomes) {
  const ProcessMutexLock lock(mutex_.get());
  for (const Outcome& outcome : outcomes) Append(outcome);
  shared_->halves[1 - shared_->adding].Clear();
  shared_->finished = Clock::now().time_since_epoch().count();
}

void RecordBuffer::Append(const Outcome& outcome) {
  std::string part(reinterpret_cast<const char*>(&outcome.index),
                   sizeof(outcome.index));
  part += static_cast<char>(outcome.kind);
  part += outcome.failure.substr(0, kMaxFailure);
  // As many as were added at most, for who takes them takes the reports of
  // runs, too.
  shared_->outcomes.Add(part);
}

std::vector<RecordBuffer::Outcome> RecordBuffer::TakeOutcomes() {
  if (shared_->outcomes.count == 0) return {};
  const ProcessMutexLock lock(mutex_.get());
  std::vector<Outcome> outcomes;
  for (const std::string& part : shared_->outcomes.All()) {
    Outcome& outcome = outcomes.emplace_back();
    std::memcpy(&outcome.index, part.data(), sizeof(outcome.index));
    outcome.kind = static_cast<Outcome::Kind>(part[sizeof(outcome.index)]);
    outcome.failure = part.substr(sizeof(outcome.index) + 1);
  }
  shared_->outcomes.Clear();
  return outcomes;
}

}  // namespace cppet
