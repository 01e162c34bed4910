#pragma once
#include <cstddef>
#include <initializer_list>
#include <vector>

namespace qkv {

/// A std::vector in every respect but one: what makes, grows, copies and ends it is compiled once, in the library, so that programs full
/// of lists compile quickly. list.cpp says for which types.
template <class T>
struct List : std::vector<T> {
  List();
  List(std::initializer_list<T> items);
  List(const std::vector<T>& items);
  List(std::vector<T>&& items) noexcept;
  /// `count` equal items.
  explicit List(std::ptrdiff_t count, const T& item = T());
  List(const List& other);
  List(List&& other) noexcept;
  List& operator=(const List& other);
  List& operator=(List&& other) noexcept;
  ~List();

  void push_back(const T& item);
};

}  // namespace qkv
