// Pickles, and the values in them.

#include <complex>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cppet/base/pickle/object.h"
#include "cppet/base/pickle/reader.h"
#include "cppet/base/pickle/writer.h"
#include "cppet/storage/hdf5/fuzz/fuzz_target.h"
#include "cppet/storage/hdf5/python/numpy_pickle.h"
#include "cppet/storage/hdf5/python/pickle.h"
#include "cppet/storage/hdf5/python/pickled_value.h"
#include "cppet/trajectory/composite.h"
#include "cppet/trajectory/value.h"

namespace cppet {

std::vector<std::string> FuzzSeeds() {
  const std::vector<Value> values = {
      true,
      int64_t{1} << 40,
      0.1,
      std::complex<double>(1, -2),
      "text \u2603",
      Bytes{"ab"},
      0.1f,
      Value::List<std::string>({"", "\u00e4"}),
      Value::Tuple<double>({1, 2.5}),
      NdArray<std::string>{{2, 2}, {"a", "b", "c", "d"}},
      NdArray<int32_t>{{2, 1, 3}, {1, 2, 3, 4, 5, 6}},
      Dict{{{"a", 1}, {"b", std::vector<double>{1, 2}}}},
      UserObject{"Type", "data"},
  };
  std::vector<std::string> seeds;
  for (const Value& value : values) {
    for (const int protocol : {0, 2, 4}) {
      seeds.push_back(hdf5::PickleOf(value, protocol).value());
    }
  }
  const Value texts = std::vector<std::string>{"a", "b", "a"};
  for (const int protocol : {0, 2, 4}) {
    seeds.push_back(pickle::Write(*hdf5::NumpyArrayOfObjects(texts), protocol));
  }
  return seeds;
}

}  // namespace cppet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace hdf5 = cppet::hdf5;
  namespace pickle = cppet::pickle;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  hdf5::FromPickle(bytes).IgnoreError();
  const absl::StatusOr<pickle::ObjectPtr> object = pickle::Read(bytes);
  constexpr int64_t kSmall = 1 << 16;
  if (!object.ok() || pickle::ExpandedSize(**object, kSmall) > kSmall) return 0;
  hdf5::ValueOf(**object).IgnoreError();
  // What was read can be written and read again, unless it becomes too deep:
  // older protocols have more calls in each other.
  for (const int protocol : {0, 4}) {
    const absl::Status again =
        pickle::Read(pickle::Write(**object, protocol)).status();
    if (!again.ok() && !absl::IsUnimplemented(again)) abort();
  }
  return 0;
}
