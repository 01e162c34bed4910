#pragma once

namespace qkv {

/// One of several pointers to a T: the last one deletes it. Like std::shared_ptr, but the count lies in the T itself, which derives from
/// tensor/counted.h, so that a handle is a single pointer; and a program need not compile <memory>. T may be incomplete until one is made,
/// copied or ended.
template <class T>
class Handle {
 public:
  Handle() = default;
  /// Takes over what `new` returned.
  explicit Handle(T* made) noexcept : at_(made) { hold(); }
  Handle(const Handle& other) noexcept : at_(other.at_) { hold(); }
  Handle(Handle&& other) noexcept : at_(other.at_) { other.at_ = nullptr; }
  Handle& operator=(Handle other) noexcept {
    T* mine = at_;
    at_ = other.at_;
    other.at_ = mine;
    return *this;
  }
  ~Handle() {
    if (at_ && --at_->handles == 0) delete at_;
  }

  T* get() const { return at_; }
  T* operator->() const { return at_; }
  T& operator*() const { return *at_; }
  friend bool operator==(const Handle& a, const Handle& b) { return a.at_ == b.at_; }
  friend bool operator!=(const Handle& a, const Handle& b) { return a.at_ != b.at_; }

 private:
  void hold() {
    if (at_) ++at_->handles;
  }

  T* at_ = nullptr;
};

}  // namespace qkv
