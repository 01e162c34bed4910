#include <qkv/datasets/batches.h>
#include <qkv/tensor/check.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ostream>

namespace qkv::datasets {
namespace {

void require_sizes(Index count, Index size) {
  require(count >= 0, "Batches: count is ", count, ": must not be negative");
  require(size >= 1, "Batches: size is ", size, ": must be at least 1");
  Shape{count}.count();  // throws beyond any memory
}

}  // namespace

Batches::Batches(Integer count, Integer size, Last last) {
  require_sizes(count, size);
  std::vector<Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Index{0});
  cut(order, size, last);
}

Batches::Batches(Integer count, Integer size, Rng& rng, Last last) {
  require_sizes(count, size);
  cut(rng.permutation(count), size, last);
}

Batches Batches::by_length(const std::vector<Index>& lengths, Integer size, Rng& rng) {
  require_sizes(static_cast<Index>(lengths.size()), size);
  std::vector<Index> order = rng.permutation(static_cast<Index>(lengths.size()));
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return lengths[a] < lengths[b]; });
  Batches sorted, result;
  sorted.cut(order, size, Last::keep);
  for (Index i : rng.permutation(sorted.size())) result.batches_.push_back(std::move(sorted.batches_[i]));
  return result;
}

void Batches::cut(const std::vector<Index>& order, Index size, Last last) {
  for (auto first = order.begin(); first != order.end();) {
    Index taken = std::min<Index>(size, order.end() - first);
    if (taken == size || last == Last::keep) batches_.emplace_back(first, first + taken);
    first += taken;
  }
}

const std::vector<Index>& Batches::operator[](Integer i) const {
  require(i >= 0 && i < size(), "Batches: batch ", i, " of ", size(), ": there is none");
  return batches_[i];
}

Split split(Integer n, double fraction, Rng& rng) {
  require(n >= 0, "split: n is ", n, ": must not be negative");
  require(fraction >= 0 && fraction <= 1, "split: fraction is ", fraction, ": must be from 0 to 1");
  std::vector<Index> order = rng.permutation(n);
  auto middle = order.end() - std::llround(fraction * static_cast<double>(n));
  return {{order.begin(), middle}, {middle, order.end()}};
}

std::ostream& operator<<(std::ostream& out, const Batches& batches) {
  std::size_t rows = 0;
  for (const std::vector<Index>& batch : batches) rows += batch.size();
  return out << "Batches(" << batches.size() << " of " << (batches.size() ? batches[0].size() : 0) << ", " << rows << " rows)";
}

std::ostream& operator<<(std::ostream& out, const Split& split) {
  return out << "Split(train " << split.train.size() << ", validation " << split.validation.size() << ")";
}

}  // namespace qkv::datasets
