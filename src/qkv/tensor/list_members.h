#pragma once
#include <qkv/tensor/check.h>
#include <qkv/tensor/list.h>

#include <utility>

// The members of List, for the few files that compile them for a type: template struct List<double>;

namespace qkv {

/// A negative count would become a huge one.
inline std::size_t checked_count(std::ptrdiff_t count) {
  require(count >= 0, "List: ", count, " items: must not be negative");
  return static_cast<std::size_t>(count);
}

template <class T>
List<T>::List() = default;
template <class T>
List<T>::List(std::initializer_list<T> items) : std::vector<T>(items) {}
template <class T>
List<T>::List(const std::vector<T>& items) : std::vector<T>(items) {}
template <class T>
List<T>::List(std::vector<T>&& items) noexcept : std::vector<T>(std::move(items)) {}
template <class T>
List<T>::List(std::ptrdiff_t count, const T& item) : std::vector<T>(checked_count(count), item) {}
template <class T>
List<T>::List(const List& other) = default;
template <class T>
List<T>::List(List&& other) noexcept = default;
template <class T>
List<T>& List<T>::operator=(const List& other) = default;
template <class T>
List<T>& List<T>::operator=(List&& other) noexcept = default;
template <class T>
List<T>::~List() = default;
template <class T>
void List<T>::push_back(const T& item) {
  std::vector<T>::push_back(item);
}

}  // namespace qkv
