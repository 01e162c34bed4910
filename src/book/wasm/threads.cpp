#include <pthread.h>

// A page in a browser has one thread. Work that a lesson gives to others is done at once, before the giver goes on.

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t*, void* (*work)(void*), void* argument) {
  *thread = 1;  // 0 would be no thread
  work(argument);
  return 0;
}

int pthread_join(pthread_t, void**) { return 0; }
}
