#include <emscripten/fiber.h>
#include <pthread.h>

#include <memory>
#include <vector>

// Threads that take turns, for the lesson whose threads wait for each other: who waits hands over to the next. (Linked with -sASYNCIFY, which makes
// a program larger and slower, and --wrap=pthread_cond_wait.)

namespace {

struct Fiber {
  emscripten_fiber_t self;
  void* (*work)(void*) = nullptr;
  void* argument = nullptr;
  bool done = false;
  alignas(16) char stack[1 << 18];
  char saved[1 << 16];
};

std::vector<std::unique_ptr<Fiber>> fibers;  // the first is main's
std::size_t running = 0;

void hand_over() {
  std::size_t next = running;
  do next = (next + 1) % fibers.size();
  while ((!fibers[next] || fibers[next]->done) && next != running);
  if (next == running) return;
  Fiber& before = *fibers[running];
  running = next;
  emscripten_fiber_swap(&before.self, &fibers[next]->self);
}

void begin(void* argument) {
  Fiber& mine = *static_cast<Fiber*>(argument);
  mine.work(mine.argument);
  mine.done = true;
  hand_over();  // for good
}

}  // namespace

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t*, void* (*work)(void*), void* argument) {
  if (fibers.empty()) {
    fibers.push_back(std::make_unique<Fiber>());
    emscripten_fiber_init_from_current_context(&fibers[0]->self, fibers[0]->saved, sizeof fibers[0]->saved);
  }
  fibers.push_back(std::make_unique<Fiber>());
  Fiber& fiber = *fibers.back();
  fiber.work = work;
  fiber.argument = argument;
  emscripten_fiber_init(&fiber.self, begin, &fiber, fiber.stack, sizeof fiber.stack, fiber.saved, sizeof fiber.saved);
  *thread = fibers.size() - 1;
  return 0;
}

int pthread_join(pthread_t number, void**) {
  while (!fibers[number]->done) hand_over();
  fibers[number].reset();
  while (!fibers.back()) fibers.pop_back();
  return 0;
}

// May return before there is news: who waits looks again.
int __wrap_pthread_cond_wait(pthread_cond_t*, pthread_mutex_t*) {
  hand_over();
  return 0;
}
}
