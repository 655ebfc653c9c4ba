#ifndef CPPET_SUMATRA_RECORD_H_
#define CPPET_SUMATRA_RECORD_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace cppet {

// What is known of an experiment when it is finished. Bytes of texts that are
// no UTF-8, as a diff may have them, are replaced.
struct SumatraRecord {
  // Empty: one is made as the project says, of the start or a UUID, and
  // numbered
  // (_2, _3) if it is taken.
  std::string label;
  std::string reason;
  std::string outcome;
  double timestamp = 0;  // the start, in seconds of Unix time
  double duration = 0;   // in seconds
  std::string version;   // the commit of the code
  std::string diff;      // of the code from that commit
  // "name <email>" as version control knows it; a username in ~/.smtrc goes
  // before it.
  std::string user;
  std::string script_arguments;
  std::string executable;  // its path; empty: that of this program
  // An object: full names to values.
  nlohmann::json parameters = nlohmann::json::object();
  // Files to note with their digests. Passed over if the project's data store
  // is not a plain folder (but an archive, say), where Sumatra would move them.
  std::vector<std::string> output_files;
};

}  // namespace cppet

#endif  // CPPET_SUMATRA_RECORD_H_
