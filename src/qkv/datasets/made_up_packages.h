#pragma once
#include <qkv/datasets/package_text.h>
#include <qkv/tensor/rng.h>

namespace qkv::datasets {

/// `count` made-up packages of ten sections, the same on every machine: a text set for where apt knows none, and for a quick look. What a
/// description is about stands in few of its words ("documentation for the Python module for parsing logs" belongs to doc, not to python) and
/// now and then in their order ("Python code for use from Perl"). One in ten is in a section that its text does not speak of, so that nothing
/// can be right every time.  Throws Error if count is negative.
std::vector<Package> made_up_packages(Integer count, Rng& rng);

}  // namespace qkv::datasets
