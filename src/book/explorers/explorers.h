#pragma once
#include <string>
#include <vector>

// What the explorers of the book compute: functions of the library, called by name, with arguments and results as JSON text. A page in the
// browser has no C++ types; explorers.js makes JavaScript functions of these.

namespace qkv::book {

/// Calls one of functions(): explore("softmax", R"({"scores": [2, 1], "temperature": 1})") -> R"({"entropy":0.58,...})".
/// What is wrong with the arguments comes back as R"({"error":"softmax: ..."})", in the library's words.
std::string explore(const std::string& name, const std::string& arguments);
std::vector<std::string> functions();

}  // namespace qkv::book
