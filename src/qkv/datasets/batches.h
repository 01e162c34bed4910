#pragma once
#include <qkv/tensor/tensor.h>

namespace qkv::datasets {

/// The numbers 0 to count - 1 cut into batches: one pass over a data set.
///
///     for (const std::vector<Index>& which : Batches(n, 32, rng)) loss(take_rows(x, which), take_rows(y, which));
class Batches {
 public:
  /// What happens to a last batch that is smaller than the others.
  enum class Last { keep, drop };

  /// In order / in random order, which is drawn anew for each pass.  Throw Error if count < 0 or size < 1.
  Batches(Integer count, Integer size, Last last = Last::keep);
  Batches(Integer count, Integer size, Rng& rng, Last last = Last::keep);
  /// Rows of about equal length together, so that little of a batch is padding: row i has lengths[i] steps. Rows of one length meet in random
  /// order, and the batches come in random order.  Throws Error if size < 1.
  static Batches by_length(const std::vector<Index>& lengths, Integer size, Rng& rng);

  /// How many batches; one of them; and all, for a range-based for.
  Index size() const { return static_cast<Index>(batches_.size()); }
  const std::vector<Index>& operator[](Integer i) const;
  std::vector<std::vector<Index>>::const_iterator begin() const { return batches_.begin(); }
  std::vector<std::vector<Index>>::const_iterator end() const { return batches_.end(); }

 private:
  Batches() = default;
  void cut(const std::vector<Index>& order, Index size, Last last);

  std::vector<std::vector<Index>> batches_;
};

/// Which rows to train on and which to hold back.
struct Split {
  std::vector<Index> train, validation;
};

/// Divides n rows at random; `fraction` of them, rounded, are held back.  Throws Error if n < 0 or fraction is outside [0, 1].
Split split(Integer n, double fraction, Rng& rng);

/// How many batches, the size of the first, and rows in all / how many rows on either side.
std::ostream& operator<<(std::ostream& out, const Batches& batches);
std::ostream& operator<<(std::ostream& out, const Split& split);

}  // namespace qkv::datasets
