#pragma once
#include <qkv/fit.h>

#include "graphs.h"

// Layers that let the nodes of a graph exchange something, and what a node may know and see.

constexpr Index d = 16;

enum class Sees { all, edges, mean_of_edges };  // whom a node looks at; the last without weights, all neighbours alike
enum class Knows { kind, edges, slow, fast };   // what it knows besides whether it is the asked one, the goal, or another

struct Design {
  std::string name;  // of a row
  Sees sees;
  Knows knows;
  Index depth;
};

struct GraphReader : nn::Module {
  const Design design;
  nn::Linear in, out;
  std::vector<nn::TransformerEncoderLayer> layers;

  GraphReader(const Design& what, Rng& rng) : design(what), in(width_of(what.knows), d, rng), out(d, 2, rng) {
    adopt("in", in), adopt("out", out);
    nn::TransformerOptions options;
    options.norm_first = true;
    for (Index i = 0; i < what.depth; ++i) {
      layers.emplace_back(d, 2, 2 * d, rng, options);
      adopt("layers." + std::to_string(i), layers.back());
    }
  }
  /// x (B, 12, columns) -> (B, 2): the asked node answers.
  Tensor operator()(const Tensor& x) const {
    const Mask mask = design.sees == Sees::all ? Mask{} : without_edge(x);
    Tensor h = in(known(x));
    for (const nn::TransformerEncoderLayer& layer : layers) {
      if (design.sees == Sees::mean_of_edges) {
        h = h + layer.self_attn.out_proj(neighbours_mean(layer.norm1(h), mask));
        h = h + layer.linear2(relu(layer.linear1(layer.norm2(h))));
      } else {
        nn::MultiheadMasks masks({}, mask);
        masks.need_weights = false;
        h = layer(h, masks);
      }
    }
    return out(select(h, 1, asked));
  }

  /// Hidden: everybody but a node's neighbours and itself. (B, 1, 12, 12)
  static Mask without_edge(const Tensor& x) {
    const Index batch = x.size(0);
    Mask mask({batch, 1, nodes, nodes}, std::vector<std::uint8_t>(batch * nodes * nodes));
    for (Index n = 0; n < batch * nodes; ++n)
      for (Index j = 0; j < nodes; ++j) mask.hidden[n * nodes + j] = x.data()[n * columns + edges_at + j] == 0 && n % nodes != j;
    return mask;
  }

 private:
  static Index width_of(Knows knows) {
    return 3 + (knows == Knows::edges ? nodes : knows == Knows::slow ? position_count : knows == Knows::fast ? 1 : 0);
  }
  Tensor known(const Tensor& x) const {
    const Tensor kind = slice(x, 2, kind_at, kind_at + 3);
    switch (design.knows) {
      case Knows::edges: return concat({kind, slice(x, 2, edges_at, edges_at + nodes)}, 2);
      case Knows::slow: return concat({kind, slice(x, 2, slow_at, slow_at + position_count)}, 2);
      case Knows::fast: return concat({kind, slice(x, 2, fast_at, fast_at + 1)}, 2);
      default: return kind;
    }
  }
  static Tensor neighbours_mean(const Tensor& h, const Mask& mask) {
    const Tensor equal = softmax(masked_fill(zeros({h.size(0), nodes, nodes}), mask.reshaped({h.size(0), nodes, nodes}), -infinity));
    return matmul(equal, h);
  }
};

const std::vector<Design> designs{{"all, no edges", Sees::all, Knows::kind, 4},
                                  {"all, edges as features", Sees::all, Knows::edges, 4},
                                  {"edges as mask", Sees::edges, Knows::kind, 1},
                                  {"edges as mask", Sees::edges, Knows::kind, 2},
                                  {"edges as mask", Sees::edges, Knows::kind, 4},
                                  {"edges as mask", Sees::edges, Knows::kind, 6},
                                  {"mean of neighbours", Sees::mean_of_edges, Knows::kind, 6},
                                  {"all, slow positions", Sees::all, Knows::slow, 2},
                                  {"all, fast position", Sees::all, Knows::fast, 2},
                                  {"edges as mask, fast position", Sees::edges, Knows::fast, 2}};

/// right[design][0, 1, 2]: the share of right answers for 1 and 2 steps, 3 and 4, 5 and 6.
struct Run {
  std::vector<std::vector<double>> right;
  std::vector<Index> parameters;
};

inline Run one_seed(Index to_learn_from, Index epochs, std::uint64_t seed, bool one_way) {
  Rng rng(seed);
  const Questions train = draw(to_learn_from, rng, one_way), test = draw(1200, rng, one_way);
  Run run;
  for (const Design& design : designs) {
    const GraphReader reader(design, rng);
    fit(reader, train.nodes, train.answers, {epochs, 32, 0.005}, rng, [](double) {});
    const Indices answered = argmax(scores_of(std::cref(reader), test.nodes), 1);
    std::vector<double> right(3), count(3);
    for (std::size_t n = 0; n < test.distance.size(); ++n) {
      const Index group = (test.distance[n] - 1) / 2;
      ++count[group], right[group] += answered.values[n] == test.answers.values[n];
    }
    for (std::size_t group = 0; group < 3; ++group) right[group] /= count[group];
    run.right.push_back(right), run.parameters.push_back(reader.parameter_count());
  }
  return run;
}

/// A ring 0 - 1 - ... - 11 whose goal is so many steps from the asked node: (1, 12, columns), positions left out.
inline Tensor ring_with_goal(Index steps) {
  Tensor x = zeros({1, nodes, columns});
  for (Index i = 0; i < nodes; ++i) {
    x.set({0, i, edges_at + (i + 1) % nodes}, 1), x.set({0, i, edges_at + (i + nodes - 1) % nodes}, 1);
    x.set({0, i, kind_at + (i == asked ? 0 : i == steps ? 1 : 2)}, 1);
  }
  return x;
}
