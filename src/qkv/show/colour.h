#pragma once
#include <qkv/show/picture.h>

namespace qkv::show {

/// What a terminal can show, from its environment: COLORTERM (truecolor, 24bit), NO_COLOR.
enum class Palette { none, colours_256, colours_24_bit };
/// The palette for a stream: none unless it is std::cout or std::cerr and that is a terminal.
Palette palette_of(const std::ostream& out);
/// The sequence that sets the colour of the text / of the background; empty with Palette::none. `plain` resets it.
std::string foreground(Colour colour, Palette palette);
std::string background(Colour colour, Palette palette);
std::string plain(Palette palette);

/// From dark violet (0) through green to yellow (1): viridis. Brightness rises evenly, so it works in grey and for the colour-blind.
Colour sequential(double fraction);
/// From blue (-1) through white (0) to red (1).
Colour diverging(double fraction);
/// Black or white, whichever is easier to read on `colour`.
Colour readable_on(Colour colour);
/// The colours of lines, which colour-blind readers can tell apart too (Okabe and Ito 2008). After the seventh they start again.
Colour line_colour(std::size_t index);

}  // namespace qkv::show
