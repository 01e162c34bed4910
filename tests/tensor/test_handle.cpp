#include <doctest/doctest.h>
#include <qkv/tensor/counted.h>

#include <utility>

using namespace qkv;

namespace {

/// Counts how many of its kind are alive.
struct Watched : Counted {
  int& alive;

  explicit Watched(int& count) : alive(count) { ++alive; }
  Watched(const Watched& other) : Counted(other), alive(other.alive) { ++alive; }
  ~Watched() { --alive; }
};

}  // namespace

TEST_CASE("handle: the last one deletes what all share") {
  int alive = 0;
  {
    Handle<Watched> empty, first(new Watched(alive));
    CHECK(empty.get() == nullptr);
    CHECK(first->handles == 1);
    {
      Handle<Watched> second = first;
      CHECK(second == first);
      CHECK(first->handles == 2);
      empty = second;
      CHECK(first->handles == 3);
    }
    CHECK(first->handles == 2);
    first = Handle<Watched>();
    CHECK(alive == 1);
    CHECK(empty->handles == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("handle: moved, given to itself, put in place of another") {
  int alive = 0;
  Handle<Watched> a(new Watched(alive)), b(new Watched(alive));
  CHECK(a != b);
  Handle<Watched>& same = a;
  a = same;
  CHECK(a->handles == 1);
  Watched* at = a.get();
  Handle<Watched> moved = std::move(a);
  CHECK(moved.get() == at);
  CHECK(moved->handles == 1);
  b = std::move(moved);
  CHECK(b.get() == at);
  CHECK(alive == 1);
}

TEST_CASE("handle: a copy of what is shared has handles of its own") {
  int alive = 0;
  Handle<Watched> a(new Watched(alive)), same = a, copy(new Watched(*a));
  CHECK(copy->handles == 1);
  static_cast<Counted&>(*copy) = *a;
  CHECK(copy->handles == 1);
  CHECK(a->handles == 2);
  CHECK(alive == 2);
}
