#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// A sound: the air's pressure, measured so many times a second.
struct Sound {
  Tensor samples;  ///< (N), from -1 to 1
  Index rate = 0;  ///< how many of them are a second

  double seconds() const { return static_cast<double>(samples.size()) / static_cast<double>(rate); }
};

/// Reads a WAV or AU file with libsndfile. Several channels become one, their mean.
/// Throws Error, naming the file, if it cannot be read, is of another kind or packed in a way other than whole or floating-point numbers and
/// the telephone's 8 bits (mu-law, A-law), is cut off, holds a number that is not finite, is beyond 64 MiB or 8 channels, or has a rate outside
/// 1,000 to 200,000. Without libsndfile it says how to install it.
Sound read_sound(const std::string& path);

/// Writes a WAV file of one channel and 16 bits; numbers beyond -1 and 1 are cut.  Throws Error if the samples are no vector, one of them is not
/// finite, or writing fails.
void write_wav(const std::string& path, const Sound& sound);

/// The same sound measured at another rate: each new sample is a weighted sum of the old ones around it. The weights are a sinc under a Hann
/// window, which keeps what lies below half of the lower rate and removes the rest.  Throws Error unless both rates are at least 1.
Sound resample(const Sound& sound, Integer rate);

/// The part from the first to the last place where the sound is louder than `share` of its loudest 10 milliseconds. A sound that is silent
/// all through stays as it is.
Sound trim(const Sound& sound, double share = 0.02);

/// How long, and the rate.
std::ostream& operator<<(std::ostream& out, const Sound& sound);

}  // namespace qkv::datasets
