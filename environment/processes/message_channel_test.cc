#include "cppet/environment/processes/message_channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "cppet/base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cppet {
namespace {

using Result = MessageReader::Result;

class MessageChannelTest : public ::testing::Test {
 protected:
  MessageChannelTest() { std::tie(here_, there_) = MakeSocketPair().value(); }

  UniqueFd here_;
  UniqueFd there_;
};

TEST_F(MessageChannelTest, MessagesArriveInOrder) {
  ASSERT_THAT(SendMessage(there_.get(), 1, "first"), IsOk());
  ASSERT_THAT(SendMessage(there_.get(), 2, ""), IsOk());
  ASSERT_THAT(SendMessage(there_.get(), 255, std::string("\0\n", 2)), IsOk());
  MessageReader reader(here_.get());
  EXPECT_THAT(reader.ReadSome(), IsOkAndHolds(Result::kDrained));
  std::optional<Message> message = reader.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, 1);
  EXPECT_EQ(message->body, "first");
  message = reader.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, 2);
  EXPECT_EQ(message->body, "");
  message = reader.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->type, 255);
  EXPECT_EQ(message->body, std::string("\0\n", 2));
  EXPECT_FALSE(reader.Next().has_value());
}

TEST_F(MessageChannelTest, AMessageMayArriveByteByByte) {
  const auto [in, out] = MakeSocketPair().value();
  ASSERT_THAT(SendMessage(out.get(), 7, "slow"), IsOk());
  MessageReader reader(here_.get());
  char byte;
  while (recv(in.get(), &byte, 1, MSG_DONTWAIT) == 1) {
    EXPECT_FALSE(reader.Next().has_value());
    ASSERT_EQ(send(there_.get(), &byte, 1, 0), 1);
    EXPECT_THAT(reader.ReadSome(), IsOkAndHolds(Result::kDrained));
  }
  const std::optional<Message> message = reader.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->body, "slow");
}

TEST_F(MessageChannelTest, LargeMessagesArriveWhole) {
  const std::string body(10 << 20, 'x');
  std::thread sender([&] {
    EXPECT_THAT(SendMessage(there_.get(), 1, body), IsOk());
    EXPECT_THAT(SendMessage(there_.get(), 2, body), IsOk());
  });
  MessageReader reader(here_.get());
  for (const int type : {1, 2}) {
    const auto message = reader.WaitForMessage();
    ASSERT_THAT(message, IsOk());
    ASSERT_TRUE(message->has_value());
    EXPECT_EQ((*message)->type, type);
    EXPECT_EQ((*message)->body, body);
  }
  sender.join();
}

TEST_F(MessageChannelTest, TheWriterNeverWaits) {
  MessageWriter writer(there_.get());
  const std::string body(10 << 20, 'x');
  writer.Add(1, body);
  writer.Add(2, body);
  ASSERT_THAT(writer.WriteSome(), IsOk());
  EXPECT_GT(writer.pending_bytes(), 0);
  MessageReader reader(here_.get());
  int messages = 0;
  while (messages < 2) {
    ASSERT_THAT(writer.WriteSome(), IsOk());
    ASSERT_THAT(reader.ReadSome(), IsOk());
    if (const auto message = reader.Next()) {
      EXPECT_EQ(message->type, ++messages);
      EXPECT_EQ(message->body, body);
    }
  }
  EXPECT_EQ(writer.pending_bytes(), 0);
}

TEST_F(MessageChannelTest, KnowsAboutTheClosedEnd) {
  ASSERT_THAT(SendMessage(there_.get(), 1, "last"), IsOk());
  there_.Reset();
  MessageReader reader(here_.get());
  EXPECT_THAT(reader.ReadSome(), IsOkAndHolds(Result::kClosed));
  EXPECT_TRUE(reader.Next().has_value());
  const auto message = reader.WaitForMessage();
  ASSERT_THAT(message, IsOk());
  EXPECT_FALSE(message->has_value());
  EXPECT_THAT(SendMessage(here_.get(), 1, "nobody"),
              StatusIs(absl::StatusCode::kUnavailable));
  MessageWriter writer(here_.get());
  writer.Add(1, "nobody");
  EXPECT_THAT(writer.WriteSome(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(MessageChannelTest, HalfAMessageIsAnError) {
  std::string bytes(9, '\0');
  bytes[1] = 5;
  bytes += "abc";
  ASSERT_EQ(send(there_.get(), bytes.data(), bytes.size(), 0), bytes.size());
  there_.Reset();
  MessageReader reader(here_.get());
  EXPECT_THAT(reader.ReadSome(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(MessageChannelTest, WhatIsNoMessageTakesNoMemory) {
  const std::string bytes(100, '\xff');
  ASSERT_EQ(send(there_.get(), bytes.data(), bytes.size(), 0), bytes.size());
  MessageReader reader(here_.get());
  EXPECT_THAT(reader.ReadSome(), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace cppet
