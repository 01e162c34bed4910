#pragma once
#include <qkv/show/picture.h>

namespace qkv::show {

/// What a terminal can show, from its environment: COLORTERM (truecolor, 24bit), NO_COLOR.
enum class Palette { none, colours_256, colours_24_bit };
/// What stands behind a stream: none unless it is std::cout or std::cerr and that is a terminal.
Palette palette_of(const std::ostream& out);
/// The sequence that sets the colour of what follows / of what lies behind it; empty with Palette::none. `plain` goes back.
std::string foreground(Colour colour, Palette palette);
std::string background(Colour colour, Palette palette);
std::string plain(Palette palette);

/// From dark violet (0) over green to yellow (1): viridis. Brightness grows evenly, so it reads in grey and for the colour-blind.
Colour sequential(double fraction);
/// From blue (-1) over white (0) to red (1).
Colour diverging(double fraction);
/// Black or white: which reads better on `colour`.
Colour readable_on(Colour colour);
/// The colours of lines: tell apart by the colour-blind too (Okabe and Ito 2008). Starts again after the seventh.
Colour line_colour(std::size_t index);

}  // namespace qkv::show
