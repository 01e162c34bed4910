#pragma once
#include <stdexcept>
#include <string>

namespace qkv {

/// The one exception that qkv throws. Its message names the operation, the values and the rule that they break:
/// `matmul: (3, 4) @ (5, 6): inner sizes 4 and 5 differ`.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message);
  ~Error() override;  // in check.cpp, so that the library and a notebook agree on what an Error is
};

}  // namespace qkv
