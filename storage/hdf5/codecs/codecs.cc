#include "cppet/storage/hdf5/codecs/codecs.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cppet/storage/hdf5/codecs/blosc_codec.h"
#include "cppet/storage/hdf5/codecs/bzip2_codec.h"
#include "cppet/storage/hdf5/codecs/codec.h"
#include "cppet/storage/hdf5/codecs/decoded_size.h"
#include "cppet/storage/hdf5/codecs/lzo_codec.h"

namespace cppet::hdf5 {
namespace {

const Codec* const kCodecs[] = {&kLzoCodec, &kBzip2Codec, &kBloscCodec};

// Puts the error where HDF5 has its own, for LastReason().
void ReportDamage(const Codec& codec) {
  const std::string text =
      absl::StrCat("a chunk of ", codec.name, " is damaged");
  H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_PLINE,
           H5E_CANTFILTER, "%s", text.c_str());
}

bool Encode(const Codec& codec, absl::Span<const unsigned> values,
            absl::string_view chunk, ChunkBuffer* stored) {
  return codec.compress(values, chunk, stored) && stored->size() < chunk.size();
}

// A filter function of HDF5, which returns 0 for failure. What cannot be
// compressed is stored as it is then.
template <const Codec& codec>
size_t Filter(unsigned flags, size_t num_values, const unsigned* values,
              size_t num_bytes, size_t* capacity, void** chunk) {
  const absl::string_view input(static_cast<const char*>(*chunk), num_bytes);
  const bool decode = (flags & H5Z_FLAG_REVERSE) != 0;
  const DecodedSize allowed =
      decode ? AllowedDecodedSize(num_bytes, codec.max_expansion)
             : DecodedSize{1, SIZE_MAX};
  ChunkBuffer output(allowed.most);
  const bool done =
      !input.empty() &&
      (decode ? codec.decompress(input, &output)
              : Encode(codec, {values, num_values}, input, &output));
  if (!done || output.size() < allowed.least) {
    if (decode) ReportDamage(codec);
    return 0;
  }
  H5free_memory(*chunk);
  *capacity = output.capacity();
  *chunk = output.Release();
  return output.size();
}

template <const Codec& codec>
void Register() {
  if (H5Zfilter_avail(codec.id) > 0) return;
  H5Z_class2_t filter = {};
  filter.version = H5Z_CLASS_T_VERS;
  filter.id = codec.id;
  filter.encoder_present = true;
  filter.decoder_present = true;
  filter.name = codec.name;
  filter.set_local = codec.set_local;
  filter.filter = Filter<codec>;
  H5Zregister(&filter);
}

}  // namespace

void RegisterCodecs() {
  static const bool registered = [] {
    Register<kLzoCodec>();
    Register<kBzip2Codec>();
    Register<kBloscCodec>();
    return true;
  }();
  (void)registered;
}

const Codec* FindCodec(H5Z_filter_t filter) {
  for (const Codec* codec : kCodecs) {
    if (codec->id == filter) return codec;
  }
  return nullptr;
}

uint64_t CodecExpansion(H5Z_filter_t filter) {
  const Codec* codec = FindCodec(filter);
  return codec == nullptr ? 0 : codec->max_expansion;
}

}  // namespace cppet::hdf5
