#include "tensor/npy.h"

#include "data/format.h"

namespace mltk {
namespace {

constexpr std::string_view kSuffixes[] = {"npy"};
constexpr std::string_view kSignatures[] = {"\x93NUMPY"};

Tensor decode(std::span<const std::uint8_t> bytes) { return parse_npy(bytes); }

}  // namespace

extern const FormatDef npy_def;
const FormatDef npy_def = {"NumPy", kSuffixes, kSignatures, decode};

}  // namespace mltk
