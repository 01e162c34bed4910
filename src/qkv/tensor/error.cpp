#include <qkv/tensor/error.h>

namespace qkv {

Error::Error(const std::string& message) : std::runtime_error(message) {}
Error::~Error() = default;

}  // namespace qkv
