#pragma once
#include <utility>

namespace qkv {

template <class Signature>
class FunctionRef;

/// A function to be called and not to be kept, such as a lambda in an argument list: std::function without owning what it calls, which
/// must last as long as the call it stands in. A plain function goes in as a lambda that calls it.
///     void twice(FunctionRef<void(int)> f) { f(1), f(2); }
template <class Result, class... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  template <class F>
  FunctionRef(const F& f)
      : f_(&f), call_([](const void* what, Arguments... arguments) -> Result {
          return static_cast<Result>((*static_cast<const F*>(what))(std::forward<Arguments>(arguments)...));
        }) {}
  Result operator()(Arguments... arguments) const { return call_(f_, std::forward<Arguments>(arguments)...); }

 private:
  const void* f_;
  Result (*call_)(const void*, Arguments...);
};

}  // namespace qkv
