#include "cppet/storage/hdf5/api/types.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "cppet/base/status_macros.h"
#include "cppet/storage/hdf5/api/error.h"

namespace cppet::hdf5 {
namespace {

// Longer strings are rare and each of another length.
constexpr size_t kMaxCachedString = 1024;

hid_t MakeComplexType(hid_t part) {
  const size_t size = H5Tget_size(part);
  const hid_t type = H5Tcreate(H5T_COMPOUND, 2 * size);
  H5Tinsert(type, "r", 0, part);
  H5Tinsert(type, "i", size, part);
  return type;
}

// IEEE half precision, little endian.
hid_t MakeHalfType() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, /*spos=*/15, /*epos=*/10, /*esize=*/5, /*mpos=*/0,
                /*msize=*/10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

// The same in this machine's order.
hid_t MakeNativeHalfType() {
  const hid_t type = MakeHalfType();
  H5Tset_order(type, H5Tget_order(H5T_NATIVE_FLOAT));
  return type;
}

hid_t MakeStringType(size_t size, H5T_cset_t charset) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_strpad(type, H5T_STR_NULLTERM);
  H5Tset_cset(type, charset);
  return type;
}

// String types by size.
class StringTypeCache {
 public:
  hid_t Get(size_t size, H5T_cset_t charset) {
    absl::MutexLock lock(&mutex_);
    hid_t& id =
        types_.try_emplace({size, charset}, H5I_INVALID_HID).first->second;
    if (id < 0) id = MakeStringType(size, charset);
    return id;
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::pair<size_t, int>, hid_t> types_
      ABSL_GUARDED_BY(mutex_);
};

absl::Status NoTypeOfOurs(hid_t type, absl::string_view what) {
  return StatusAt(type,
                  absl::StrCat("data of type ", what, " cannot be read here"),
                  absl::StatusCode::kUnimplemented);
}

ElementType Number(DType dtype) {
  ElementType element;
  element.dtype = dtype;
  element.size = ItemSize(dtype);
  element.memory = Handle(H5Tcopy(MemoryType(dtype)));
  return element;
}

absl::StatusOr<ElementType> IntegerElement(hid_t type) {
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  switch (H5Tget_size(type)) {
    case 1:
      return Number(is_signed ? DType::kInt8 : DType::kUInt8);
    case 2:
      return Number(is_signed ? DType::kInt16 : DType::kUInt16);
    case 4:
      return Number(is_signed ? DType::kInt32 : DType::kUInt32);
    case 8:
      return Number(is_signed ? DType::kInt64 : DType::kUInt64);
    default:
      return NoTypeOfOurs(type, "integer of unusual size");
  }
}

bool FitsInHalf(hid_t type) {
  size_t sign, exponent, exponent_size, mantissa, mantissa_size;
  return H5Tget_fields(type, &sign, &exponent, &exponent_size, &mantissa,
                       &mantissa_size) >= 0 &&
         exponent_size <= 5 && mantissa_size <= 10;
}

absl::StatusOr<ElementType> FloatElement(hid_t type) {
  const size_t size = H5Tget_size(type);
  if (size > 8) return NoTypeOfOurs(type, "float of more than 64 bits");
  if (size > 4) return Number(DType::kFloat64);
  // Whatever is no more precise than half precision is half precision.
  return Number(size > 2 || !FitsInHalf(type) ? DType::kFloat32
                                              : DType::kFloat16);
}

// A type that is read as it is.
ElementType Verbatim(hid_t type, DType dtype) {
  ElementType element;
  element.dtype = dtype;
  element.size = H5Tget_size(type);
  element.memory = Handle(H5Tcopy(type));
  return element;
}

absl::StatusOr<ElementType> CompoundElement(hid_t type) {
  if (H5Tget_nmembers(type) == 2 && H5Tget_member_index(type, "r") == 0 &&
      H5Tget_member_index(type, "i") == 1) {
    const Handle part(H5Tget_member_type(type, 0));
    const Handle other(H5Tget_member_type(type, 1));
    const size_t size = H5Tget_size(part.get());
    const size_t total = H5Tget_size(type);
    // HDF5 itself does not see that a part lies outside of the whole.
    const bool inside = H5Tget_member_offset(type, 0) + size <= total &&
                        H5Tget_member_offset(type, 1) + size <= total;
    if (inside && H5Tget_class(part.get()) == H5T_FLOAT &&
        (size == 4 || size == 8) && H5Tequal(part.get(), other.get()) > 0) {
      return Number(size == 4 ? DType::kComplex64 : DType::kComplex128);
    }
  }
  return NoTypeOfOurs(type, "record");
}

absl::StatusOr<ElementType> ArrayElement(hid_t type) {
  const Handle base(H5Tget_super(type));
  if (H5Tget_class(base.get()) == H5T_ARRAY) {
    return NoTypeOfOurs(type, "array of arrays");
  }
  CPPET_ASSIGN_OR_RETURN(ElementType element, ElementType::Of(base.get()));
  const int rank = H5Tget_array_ndims(type);
  if (rank < 0) return ErrorAt(type, "a type cannot be read");
  std::vector<hsize_t> dims(rank);
  H5Tget_array_dims2(type, dims.data());
  element.shape.assign(dims.begin(), dims.end());
  element.memory =
      Handle(H5Tarray_create2(element.memory.get(), rank, dims.data()));
  if (!element.memory.ok()) return ErrorAt(type, "a type cannot be read");
  return element;
}

}  // namespace

hid_t FileType(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return H5T_STD_B8LE;
    case DType::kInt8:
      return H5T_STD_I8LE;
    case DType::kInt16:
      return H5T_STD_I16LE;
    case DType::kInt32:
      return H5T_STD_I32LE;
    case DType::kInt64:
    case DType::kDatetime64:
      return H5T_STD_I64LE;
    case DType::kUInt8:
      return H5T_STD_U8LE;
    case DType::kUInt16:
      return H5T_STD_U16LE;
    case DType::kUInt32:
      return H5T_STD_U32LE;
    case DType::kUInt64:
      return H5T_STD_U64LE;
    case DType::kFloat16: {
      static const hid_t type = MakeHalfType();
      return type;
    }
    case DType::kFloat32:
      return H5T_IEEE_F32LE;
    case DType::kFloat64:
      return H5T_IEEE_F64LE;
    case DType::kComplex64: {
      static const hid_t type = MakeComplexType(H5T_IEEE_F32LE);
      return type;
    }
    case DType::kComplex128: {
      static const hid_t type = MakeComplexType(H5T_IEEE_F64LE);
      return type;
    }
    case DType::kString:
    case DType::kBytes:
      break;
  }
  return H5I_INVALID_HID;
}

hid_t MemoryType(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return H5T_NATIVE_B8;
    case DType::kInt8:
      return H5T_NATIVE_INT8;
    case DType::kInt16:
      return H5T_NATIVE_INT16;
    case DType::kInt32:
      return H5T_NATIVE_INT32;
    case DType::kInt64:
    case DType::kDatetime64:
      return H5T_NATIVE_INT64;
    case DType::kUInt8:
      return H5T_NATIVE_UINT8;
    case DType::kUInt16:
      return H5T_NATIVE_UINT16;
    case DType::kUInt32:
      return H5T_NATIVE_UINT32;
    case DType::kUInt64:
      return H5T_NATIVE_UINT64;
    case DType::kFloat16: {
      static const hid_t type = MakeNativeHalfType();
      return type;
    }
    case DType::kFloat32:
      return H5T_NATIVE_FLOAT;
    case DType::kFloat64:
      return H5T_NATIVE_DOUBLE;
    case DType::kComplex64: {
      static const hid_t type = MakeComplexType(H5T_NATIVE_FLOAT);
      return type;
    }
    case DType::kComplex128: {
      static const hid_t type = MakeComplexType(H5T_NATIVE_DOUBLE);
      return type;
    }
    case DType::kString:
    case DType::kBytes:
      break;
  }
  return H5I_INVALID_HID;
}

hid_t ScalarSpace() {
  static const hid_t space = H5Screate(H5S_SCALAR);
  return space;
}

hid_t NullSpace() {
  static const hid_t space = H5Screate(H5S_NULL);
  return space;
}

StringType::StringType(size_t size, H5T_cset_t charset) {
  static auto& cache = *new StringTypeCache;
  if (size <= kMaxCachedString) {
    id_ = cache.Get(size, charset);
  } else {
    owned_ = Handle(MakeStringType(size, charset));
    id_ = owned_.get();
  }
}

size_t ElementType::total_size() const { return size * NumElements(shape); }

absl::StatusOr<ElementType> ElementType::Of(hid_t file_type) {
  switch (H5Tget_class(file_type)) {
    case H5T_INTEGER:
      return IntegerElement(file_type);
    case H5T_FLOAT:
      return FloatElement(file_type);
    case H5T_BITFIELD:
      if (H5Tget_size(file_type) == 1) return Number(DType::kBool);
      return NoTypeOfOurs(file_type, "bit field");
    case H5T_ENUM:
      // How h5py keeps truth values.
      if (H5Tget_size(file_type) == 1 && H5Tget_nmembers(file_type) == 2) {
        return Verbatim(file_type, DType::kBool);
      }
      return NoTypeOfOurs(file_type, "enumeration");
    case H5T_STRING:
      if (H5Tis_variable_str(file_type) > 0) {
        return NoTypeOfOurs(file_type, "string of variable length");
      }
      return Verbatim(file_type, DType::kBytes);
    case H5T_COMPOUND:
      return CompoundElement(file_type);
    case H5T_ARRAY:
      return ArrayElement(file_type);
    case H5T_VLEN:
      return NoTypeOfOurs(file_type, "sequence of variable length");
    default:
      return NoTypeOfOurs(file_type, "opaque or reference");
  }
}

int64_t NumElements(const std::vector<int64_t>& shape) {
  int64_t product = 1;
  for (const int64_t length : shape) product *= length;
  return product;
}

}  // namespace cppet::hdf5
