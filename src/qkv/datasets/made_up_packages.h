#pragma once
#include <qkv/datasets/package_text.h>
#include <qkv/tensor/rng.h>

namespace qkv::datasets {

/// `count` made-up packages of ten sections, the same on every machine: a text set for when apt knows none, and for a quick look. Only a
/// few words of a description tell its subject ("documentation for the Python module for parsing logs" belongs to doc, not to python), and
/// sometimes their order does ("Python code for use from Perl"). One in ten is in a section that its text does not mention, so that no
/// model can always be right.  Throws Error if count is negative.
std::vector<Package> made_up_packages(Integer count, Rng& rng);

}  // namespace qkv::datasets
