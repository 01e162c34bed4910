#include <qkv/tensor/list_members.h>
#include <qkv/tensor/tensor.h>

namespace qkv {

template struct List<double>;
template struct List<Index>;
template struct List<std::uint8_t>;
template struct List<std::string>;
template struct List<Tensor>;

}  // namespace qkv
