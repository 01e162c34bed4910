#pragma once

// What a notebook begins with: loads the library, and includes all of qkv and its printing. Calls into the library start in the next cell.
//     #include <iostream>
//     #include <qkv/notebook.h>
//     #include <qkv/show/display.h>       // pictures
//     #include <qkv/show/live_chart.h>    // a chart that grows while a cell trains
// Works in xeus-cling, xeus-cpp and the project's own kernel; in a compiled program it only includes.

#if __cplusplus < 201703L
#error "qkv needs C++17: in Jupyter choose the kernel C++17 (Kernel, Change kernel)"
#else

#ifdef __CLING__
#pragma cling load("libqkv")
#endif

#include <qkv/ostream.h>
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/format.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#if (defined(__CLANG_REPL__) || defined(__CLING__)) && !defined(QKV_OWN_KERNEL)
#define QKV_FLUSH_LINES
#endif

#if defined(__CLANG_REPL__) || defined(QKV_FLUSH_LINES)
#include <dlfcn.h>

#include <cstdlib>
#endif

#ifdef __CLANG_REPL__
namespace qkv::notebook {

/// Opens $QKV_LIBRARY, or else libqkv.so where the system looks.  Throws std::runtime_error that says what to do if there is none.
inline void* load_library() {
  const char* path = std::getenv("QKV_LIBRARY");
  void* library = dlopen(path && *path ? path : "libqkv.so", RTLD_NOW | RTLD_GLOBAL);
  if (library) return library;
  throw std::runtime_error(
      std::string("the qkv library cannot be loaded: ") + dlerror() +
      "\nBuild it (make lib), and say where it is: QKV_LIBRARY=.../build/lib/libqkv.so, or LD_LIBRARY_PATH=.../build/lib"
      "\nor install it where this kernel looks (make install PREFIX=$CONDA_PREFIX); then restart the kernel.");
}

void* const library = load_library();

}  // namespace qkv::notebook
#endif

#ifdef QKV_FLUSH_LINES
namespace qkv::notebook {

/// In kernels that show std::cout only where it is flushed: line by line from now on (qkv/show/line_flush.h).
inline bool flush_lines() {
  const auto start =
      reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "qkv_flush_lines"));  // a plain call would want the library before it is there
  if (start) start();
  return start != nullptr;
}

const bool lines_are_flushed = flush_lines();

}  // namespace qkv::notebook
#endif
#endif
