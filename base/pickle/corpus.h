#ifndef CPPET_BASE_PICKLE_CORPUS_H_
#define CPPET_BASE_PICKLE_CORPUS_H_

#include <string>
#include <vector>

namespace cppet::pickle {

// A pickle that Python wrote, and a description of what is in it.
struct CorpusEntry {
  std::string name;
  int protocol = 0;
  std::string pickle;
  std::string description;
};

// Returns the lines of testdata/corpus.txt. Fails the test if it cannot.
std::vector<CorpusEntry> ReadCorpus();

}  // namespace cppet::pickle

#endif  // CPPET_BASE_PICKLE_CORPUS_H_
