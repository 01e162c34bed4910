#pragma once
#include <qkv/qkv.h>

#include <unordered_map>

// What came next, counted: the oldest model of a language (Markov 1913, Shannon 1948).

using namespace qkv;

/// Tables of n-grams for every n up to `order`. An n-gram is n characters in a row; the table of n-grams says what followed the n - 1
/// characters before. What is rare is mixed with what the next smaller table says (Witten and Bell 1991):
///
///     p_n(c | h) = (count(h c) + kinds(h) p_{n-1}(c | h without its first character)) / (count(h) + kinds(h)),   p_0 = 1 / characters
///
/// count(h): how often h was followed by something; kinds(h): by how many different characters.
class Tables {
 public:
  struct After {
    Index count = 0, kinds = 0;
  };

  Tables(const std::vector<Index>& text, Index order, Index characters) : order_(order), characters_(characters) {
    for (std::size_t at = 0; at < text.size(); ++at)
      each_history(text.data() + at, at, [&](std::uint64_t history) {
        After& after = after_[history];
        ++after.count;
        if (++count_[joined(history, text[at])] == 1) ++after.kinds;
        return true;
      });
  }

  /// p_1, p_2, ... up to the order, of character c behind `before` numbers that end where `end` points.
  std::vector<double> p(const Index* end, std::size_t before, Index c) const {
    std::vector<double> result;
    double p = 1 / static_cast<double>(characters_);
    each_history(end, before, [&](std::uint64_t history) {
      const auto after = after_.find(history);
      if (after == after_.end()) return false;  // never seen: longer ones neither
      const auto seen = count_.find(joined(history, c));
      const double kinds = static_cast<double>(after->second.kinds), count = seen == count_.end() ? 0 : seen->second;
      p = (count + kinds * p) / (static_cast<double>(after->second.count) + kinds);
      result.push_back(p);
      return true;
    });
    result.resize(static_cast<std::size_t>(order_), p);
    return result;
  }
  /// log p_n of each character after the text so far, to draw the next one from: (characters).
  Tensor scores(const std::vector<Index>& text, Index n) const {
    std::vector<Scalar> result;
    for (Index c = 0; c < characters_; ++c)
      result.push_back(static_cast<Scalar>(std::log(p(text.data() + text.size(), text.size(), c)[static_cast<std::size_t>(n - 1)])));
    return tensor({characters_}, result);
  }
  /// -log2 p_n, the mean over a text, for n = 1, 2, ...
  std::vector<double> bits(const std::vector<Index>& text) const {
    std::vector<double> sum(static_cast<std::size_t>(order_));
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::vector<double> each = p(text.data() + at, at, text[at]);
      for (std::size_t n = 0; n < each.size(); ++n) sum[n] -= std::log2(each[n]) / static_cast<double>(text.size());
    }
    return sum;
  }
  /// How many different n-grams were counted, of all lengths.
  Index size() const { return static_cast<Index>(count_.size()); }

 private:
  /// f(history) for the empty one, the last character, the last two, ... until f returns false. A history is a number that stands for its characters.
  template <class F>
  void each_history(const Index* end, std::size_t before, F f) const {
    std::uint64_t history = 1;
    for (Index n = 1; f(history) && n < order_ && n <= static_cast<Index>(before); ++n) history = joined(history, end[-n]);
  }
  static std::uint64_t joined(std::uint64_t history, Index c) {
    history = (history ^ static_cast<std::uint64_t>(c + 1)) * 0x9E3779B97F4A7C15;
    return history ^ history >> 29;
  }

  Index order_, characters_;
  std::unordered_map<std::uint64_t, After> after_;
  std::unordered_map<std::uint64_t, std::int32_t> count_;
};
