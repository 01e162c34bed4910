#include "explorers.h"

// The explorers' functions for JavaScript: a name and JSON text in, JSON text out. It stays where it is until the next call.
extern "C" const char* explore(const char* name, const char* arguments) {
  static std::string result;
  result = qkv::book::explore(name, arguments);
  return result.c_str();
}
