#include "cppet/base/pickle/corpus.h"

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace cppet::pickle {

std::vector<CorpusEntry> ReadCorpus() {
  std::vector<CorpusEntry> entries;
  std::ifstream file("base/pickle/testdata/corpus.txt");
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    CorpusEntry entry;
    if (fields.size() != 4 || !absl::SimpleAtoi(fields[1], &entry.protocol)) {
      ADD_FAILURE() << "a broken line: " << line;
      continue;
    }
    entry.name = fields[0];
    entry.pickle = absl::HexStringToBytes(fields[2]);
    entry.description = fields[3];
    entries.push_back(std::move(entry));
  }
  EXPECT_FALSE(entries.empty());
  return entries;
}

}  // namespace cppet::pickle
