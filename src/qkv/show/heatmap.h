#pragma once
#include <qkv/show/picture.h>
#include <qkv/tensor/tensor.h>

namespace qkv::show {

/// A matrix as a picture, a coloured cell for each number: who (row) attends to what (column).
///     HeatMap map{alpha, {"le", "chat"}, {"the", "cat", "sat"}, "alpha"};
///     std::cout << map;                  // colours in a terminal, shades of grey elsewhere
///     draw(map).save("alpha.svg");
struct HeatMap {
  Tensor values;                     ///< (rows, columns)
  std::vector<std::string> rows;     ///< what each row stands for; none: its number
  std::vector<std::string> columns;  ///< the same for the columns
  std::string title;
  /// The numbers at the ends of the scale; set both to compare maps. If equal: from 0 to the largest number or, if some are negative, as
  /// far below 0 as above. A scale from -x to x passes through white, any other goes from dark to light. What is not finite is grey.
  double low = 0, high = 0;
};

/// Up to 12 columns are drawn with their numbers to two places, more columns without numbers.
/// Throws Error unless the values are a matrix with a label for each row and column, or none.
std::ostream& operator<<(std::ostream& out, const HeatMap& map);
Picture draw(const HeatMap& map);
/// Its cells alone, `cell` pixels a side, without labels and scale: (rows * cell, columns * cell, 3), red, green and blue from 0 to 1.
Tensor pixels(const HeatMap& map, Integer cell = 16);

}  // namespace qkv::show
