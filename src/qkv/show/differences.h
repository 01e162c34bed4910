#pragma once
#include <iosfwd>
#include <string>

namespace qkv::show {

/// Prints what differs between two outputs of a lesson, section by section: the lines of `before` marked -, those of `after` marked +, with the
/// lines around them and the heads of their tables; and at the end which sections are the same. Times ("0.8 s") may differ.
void print_differences(std::ostream& out, const std::string& before, const std::string& after);

}  // namespace qkv::show
