#ifndef CPPET_ENVIRONMENT_FAULTS_DISK_FULL_SUBJECT_H_
#define CPPET_ENVIRONMENT_FAULTS_DISK_FULL_SUBJECT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cppet/environment/faults/sweep_mode.h"
#include "cppet/storage/durability.h"

namespace cppet {

// A program that sweeps, whose disk is to be full.
class DiskFullSubject {
 public:
  struct State {
    std::string damage;  // of the file; empty if there is none
    std::string digest;  // of all results
    // Runs that were acknowledged but are not there with their results.
    int64_t lost = 0;
  };

  virtual ~DiskFullSubject() = default;

  // "faulty_sweep pool_lock"
  virtual std::string name() const = 0;
  // Puts into `folder` what the program needs there.
  virtual absl::Status Prepare(const std::string& /*folder*/) {
    return absl::OkStatus();
  }
  // The program and its arguments, to sweep with the HDF5 file `file`, or to go
  // on with what is in it. It starts in `folder`.
  virtual std::vector<std::string> Command(const std::string& folder,
                                           const std::string& file,
                                           bool go_on) const = 0;
  virtual State Examine(const std::string& folder,
                        const std::string& file) const = 0;
};

// The program faulty_sweep, at the path `program`.
class FaultySweepSubject : public DiskFullSubject {
 public:
  FaultySweepSubject(std::string program, const SweepMode& mode,
                     Durability durability, int64_t runs);

  std::string name() const override;
  std::vector<std::string> Command(const std::string& folder,
                                   const std::string& file,
                                   bool go_on) const override;
  State Examine(const std::string& folder,
                const std::string& file) const override;

 private:
  const std::string program_;
  const SweepMode mode_;
  const Durability durability_;
  const int64_t runs_;
};

// The tool explore, at the path `explore`, whose results the tool at `inspect`
// reads. It tells nobody which runs are stored.
class ExploreSubject : public DiskFullSubject {
 public:
  ExploreSubject(std::string explore, std::string inspect,
                 const SweepMode& mode, Durability durability, int64_t runs);

  std::string name() const override;
  absl::Status Prepare(const std::string& folder) override;
  std::vector<std::string> Command(const std::string& folder,
                                   const std::string& file,
                                   bool go_on) const override;
  State Examine(const std::string& folder,
                const std::string& file) const override;

 private:
  const std::string explore_;
  const std::string inspect_;
  const SweepMode mode_;
  const Durability durability_;
  const int64_t runs_;
};

}  // namespace cppet

#endif  // CPPET_ENVIRONMENT_FAULTS_DISK_FULL_SUBJECT_H_
