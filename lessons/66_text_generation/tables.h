#pragma once
#include <qkv/qkv.h>

// What came next, counted: the oldest model of a language (Markov 1913, Shannon 1948).

using namespace qkv;

/// Numbers by a key of 64 bits, all in one array: an std::unordered_map takes many times as long to count millions.
template <class Value>
class ByKey {
 public:
  Value& operator[](std::uint64_t key) {
    if (2 * used_ >= slots_.size()) grow();
    Slot& slot = slots_[place(key)];
    if (slot.key == 0) ++used_;
    slot.key = key;
    return slot.value;
  }
  const Value* find(std::uint64_t key) const {
    const Slot& slot = slots_[place(key)];
    return slot.key == key ? &slot.value : nullptr;
  }
  std::size_t size() const { return used_; }

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: free
    Value value{};
  };
  std::size_t place(std::uint64_t key) const {
    std::size_t at = key & (slots_.size() - 1);
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    std::vector<Slot> before(2 * slots_.size());
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.key != 0) slots_[place(slot.key)] = slot;
  }
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::size_t used_ = 0;
};

/// Tables of n-grams for every n up to an order. An n-gram is n characters in a row; the table of n-grams says what followed the n - 1
/// characters before. What is rare is mixed with what the next smaller table says (Witten and Bell 1991):
///
///     p_n(c | h) = (count(h c) + kinds(h) p_{n-1}(c | h without its first character)) / (count(h) + kinds(h)),   p_0 = 1 / characters
///
/// count(h): how often h was followed by something; kinds(h): by how many different characters.
class Tables {
 public:
  Tables(const std::vector<Index>& text, Index order, Index characters)
      : characters_(characters), tables_(static_cast<std::size_t>(order)) {
    for (std::size_t n = 1; n <= tables_.size(); ++n)  // one table after the other: each fits the cache better than all
      for (std::size_t at = n - 1; at < text.size(); ++at) {
        std::uint64_t history = nothing;
        for (std::size_t back = 1; back < n; ++back) history = joined(history, text[at - back]);
        After& after = tables_[n - 1].after[history];
        ++after.count;
        if (++tables_[n - 1].count[joined(history, text[at])] == 1) ++after.kinds;
      }
  }

  /// p_1, p_2, ... up to the order, of character c behind `before` numbers that end where `end` points.
  std::vector<double> p(const Index* end, std::size_t before, Index c) const {
    std::vector<double> result;
    double p = 1 / static_cast<double>(characters_);
    std::uint64_t history = nothing;
    for (std::size_t n = 1; n <= tables_.size() && n <= before + 1; ++n) {
      if (n > 1) history = joined(history, end[1 - static_cast<Index>(n)]);
      const After* after = tables_[n - 1].after.find(history);
      if (!after) break;  // never seen: longer ones neither
      const std::int32_t* seen = tables_[n - 1].count.find(joined(history, c));
      p = ((seen ? *seen : 0) + after->kinds * p) / (after->count + after->kinds);
      result.push_back(p);
    }
    result.resize(tables_.size(), p);
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
    std::vector<double> sum(tables_.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::vector<double> each = p(text.data() + at, at, text[at]);
      for (std::size_t n = 0; n < each.size(); ++n) sum[n] -= std::log2(each[n]) / static_cast<double>(text.size());
    }
    return sum;
  }
  /// How many different n-grams were counted.
  Index size(Index n) const { return static_cast<Index>(tables_[static_cast<std::size_t>(n - 1)].count.size()); }

 private:
  struct After {
    std::int32_t count = 0, kinds = 0;
  };
  struct Table {
    ByKey<After> after;         // what is known of a history
    ByKey<std::int32_t> count;  // of an n-gram
  };
  /// A history is a number that stands for its characters, the last of them first.
  static constexpr std::uint64_t nothing = 0x243F6A8885A308D3;
  static std::uint64_t joined(std::uint64_t history, Index c) {
    history = (history ^ static_cast<std::uint64_t>(c + 1)) * 0x9E3779B97F4A7C15;
    return (history ^ history >> 29) | 1;
  }

  Index characters_;
  std::vector<Table> tables_;
};
