#ifndef CPPET_SUMATRA_RECORD_SCRIPT_H_
#define CPPET_SUMATRA_RECORD_SCRIPT_H_

namespace cppet {

// What record_script.py holds: a program for `python3 -c`.
extern const char kRecordScript[];

}  // namespace cppet

#endif  // CPPET_SUMATRA_RECORD_SCRIPT_H_
