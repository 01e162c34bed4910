#pragma once
#include <qkv/qkv.h>
#include <qkv/translator.h>

// The numbers of section 2: the lesson prints them, and the exercise is checked by them.

using namespace qkv;

namespace {

const char* const said_by_a_person = "fast viewer for sound files";
const char* const said_by_programs[] = {"fast viewer for sound files", "viewer for files", "viewer fast sound for files",
                                        "viewer viewer viewer viewer viewer",
                                        "a fast viewer with which one can look at sound files and other files"};

/// ROUGE-1 with a pencil: how many words of either are in both, 2 both / (those written + those of the reference). `clipped`: a word of the
/// reference is found once only.
inline double rouge_1(datasets::Words written, datasets::Words reference, bool clipped) {
  const double all = static_cast<double>(written.size() + reference.size());
  double both = 0;
  for (const std::string& word : written) {
    const auto found = std::find(reference.begin(), reference.end(), word);
    if (found == reference.end()) continue;
    ++both;
    if (clipped) reference.erase(found);
  }
  return 100 * 2 * both / all;
}

}  // namespace
