#pragma once
#include <qkv/tensor/tensor.h>

#include <cstdint>

namespace qkv::show {

/// A number as text: number(0.61) is "0.6100". Never "-0.0000"; what is not finite is nan, inf, -inf; from 1e7 on with an exponent.
std::string number(double value, int digits = 4);
/// scientific(0.00032) is "3.2e-04": for numbers of very different sizes.
std::string scientific(double value, int digits = 1);
/// The value in the middle: as many are smaller as are larger. Of an even number of values the mean of the middle two; NaN with a NaN among
/// them.  Throws Error without values.
double median(std::vector<double> values);
/// The results of several seeds: the median and, in brackets, the smallest and the largest: "0.93 (0.90 to 0.95)". With a NaN among them all
/// three are nan.  Throws Error without values.
std::string median_and_range(const std::vector<double>& values, int digits = 4);
/// whole(12345) is "12,345". (Not an Index, which ends at 2,147,483,647 where addresses have 32 bits.)
std::string whole(std::int64_t value);
/// `value` of `full` as horizontal blocks, to an eighth of a column: bar(0.61, 10) is ██████▏. At most all columns; for nan, none.
std::string bar(double value, std::size_t columns, double full = 1);

/// The numbers of a tensor, to four places and aligned on the point; without decimals if all are whole (but for rounding).
/// A single number or a vector makes one line, a matrix a line for each row, more axes one such group for each matrix.
/// If an axis has more than 12 entries, only the first and last three are shown.
///     [  0.1000  -0.2000 ]
std::vector<std::string> lines(const Tensor& x);
/// The same behind a name, which takes `name_columns` or more and stands before the first line; with more than two axes before each
/// matrix: alpha[0].
std::vector<std::string> named_lines(const std::string& name, const Tensor& x, std::size_t name_columns = 8);

}  // namespace qkv::show
