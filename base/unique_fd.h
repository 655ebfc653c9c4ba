#ifndef CPPET_BASE_UNIQUE_FD_H_
#define CPPET_BASE_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace cppet {

// Owns a file descriptor, or none (-1).
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  // Returns the descriptor, which is the caller's from now on.
  int Release() { return std::exchange(fd_, -1); }

  // Closes the descriptor and owns `fd` in its place.
  void Reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace cppet

#endif  // CPPET_BASE_UNIQUE_FD_H_
