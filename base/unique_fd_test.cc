#include "cppet/base/unique_fd.h"

#include <fcntl.h>

#include <utility>

#include "gtest/gtest.h"

namespace cppet {
namespace {

int OpenNull() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) != -1; }

TEST(UniqueFdTest, ClosesItsDescriptorAtTheEndOfItsLife) {
  const int fd = OpenNull();
  {
    const UniqueFd owner(fd);
    EXPECT_TRUE(owner.is_open());
    EXPECT_TRUE(IsOpen(owner.get()));
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(UniqueFdTest, ClosesTheOldDescriptorWhenItGetsAnother) {
  UniqueFd owner(OpenNull());
  const int old = owner.get();
  UniqueFd other(OpenNull());
  const int fresh = other.get();
  owner = std::move(other);
  EXPECT_FALSE(IsOpen(old));
  EXPECT_EQ(owner.get(), fresh);
  EXPECT_TRUE(IsOpen(fresh));
}

TEST(UniqueFdTest, LeavesAReleasedDescriptorOpen) {
  UniqueFd owner(OpenNull());
  const int fd = owner.Release();
  EXPECT_FALSE(owner.is_open());
  EXPECT_TRUE(IsOpen(fd));
  close(fd);
}

}  // namespace
}  // namespace cppet
