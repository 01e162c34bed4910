#pragma once

/// The version of these headers, by semver.org. It is said here and nowhere else: the libraries' names, pkg-config and CMake read it from this line.
#define QKV_VERSION "0.2.0"

namespace qkv {

/// The version of the library that the program runs with.
const char* version();

}  // namespace qkv
