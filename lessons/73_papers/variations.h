#pragma once
#include <qkv/qkv.h>

// The Transformer of Vaswani et al. 2017 with every number of their table 3 free, small, on the reversal task; and that table.

using namespace qkv;
using datasets::ReversalBatch;

/// A row of the table. The base model, in small: their 6, 512, 2048, 8, 64, 0.1, 0.1 are these.
struct Sizes {
  Index layers = 1, d_model = 32, d_ff = 64, heads = 4, d_k = 8;  // a head's keys and queries have d_k numbers, its values d_model / heads
  double dropout = 0.1, smoothing = 0.1;
  bool learned_places = false;
};

struct Row {
  std::string group, what;
  Sizes sizes;
  double bleu;  // theirs, on the development set
};

std::vector<Row> table_3() {
  std::vector<Row> rows{{"", "base", {}, 25.8}};
  const auto add = [&](const char* group, const std::string& what, double bleu, auto change) {
    Row row{group, what, {}, bleu};
    change(row.sizes);
    rows.push_back(row);
  };
  add("A", "1 head, d_k 32", 24.9, [](Sizes& s) { s.heads = 1, s.d_k = 32; });
  add("A", "2 heads, d_k 16", 25.5, [](Sizes& s) { s.heads = 2, s.d_k = 16; });
  add("A", "8 heads, d_k 4", 25.8, [](Sizes& s) { s.heads = 8, s.d_k = 4; });
  add("A", "16 heads, d_k 2", 25.4, [](Sizes& s) { s.heads = 16, s.d_k = 2; });
  add("B", "d_k 2", 25.1, [](Sizes& s) { s.d_k = 2; });
  add("B", "d_k 4", 25.4, [](Sizes& s) { s.d_k = 4; });
  add("C", "2 layers", 25.5, [](Sizes& s) { s.layers = 2; });
  add("C", "d_model 16, d_k 4", 24.5, [](Sizes& s) { s.d_model = 16, s.d_k = 4; });
  add("C", "d_model 64, d_k 16", 26.0, [](Sizes& s) { s.d_model = 64, s.d_k = 16; });
  add("C", "d_ff 32", 25.4, [](Sizes& s) { s.d_ff = 32; });
  add("C", "d_ff 128", 26.2, [](Sizes& s) { s.d_ff = 128; });
  add("D", "dropout 0", 24.6, [](Sizes& s) { s.dropout = 0; });
  add("D", "dropout 0.2", 25.5, [](Sizes& s) { s.dropout = 0.2; });
  add("D", "smoothing 0", 25.3, [](Sizes& s) { s.smoothing = 0; });
  add("D", "smoothing 0.2", 25.7, [](Sizes& s) { s.smoothing = 0.2; });
  add("E", "learned places", 25.7, [](Sizes& s) { s.learned_places = true; });
  return rows;
}

/// h heads with keys of any width: softmax(q k^T / sqrt(d_k)) v, concatenated, projected.  Their §3.2.2.
struct Heads : nn::Module {
  Index heads;
  nn::Linear q, k, v, out;

  Heads(const Sizes& s, Rng& rng)
      : heads(s.heads),
        q(add_module("q", nn::Linear(s.d_model, s.heads * s.d_k, rng))),
        k(add_module("k", nn::Linear(s.d_model, s.heads * s.d_k, rng))),
        v(add_module("v", nn::Linear(s.d_model, s.d_model, rng))),
        out(add_module("out", nn::Linear(s.d_model, s.d_model, rng))) {}
  Tensor operator()(const Tensor& x, const Tensor& source, bool causal) const {
    AttentionOptions options;
    options.causal = causal;
    options.need_weights = false;
    return out(multi_head_attention(q(x), k(source), v(source), heads, options));
  }
};

/// A layer of the encoder or, with `crossing`, of the decoder: each part with dropout, residual and norm behind it.  Their §3.1, §5.4.
struct Layer : nn::Module {
  Heads self, cross;
  nn::Linear linear1, linear2;
  nn::LayerNorm norm1, norm2, norm3;
  nn::Dropout dropout;

  Layer(const Sizes& s, bool crossing, Rng& rng)
      : self(add_module("self", Heads(s, rng))),
        cross(s, rng),
        linear1(add_module("linear1", nn::Linear(s.d_model, s.d_ff, rng))),
        linear2(add_module("linear2", nn::Linear(s.d_ff, s.d_model, rng))),
        norm1(add_module("norm1", nn::LayerNorm(s.d_model))),
        norm2(add_module("norm2", nn::LayerNorm(s.d_model))),
        norm3(s.d_model),
        dropout(s.dropout, rng) {
    if (crossing) adopt("cross", cross), adopt("norm3", norm3);
  }
  Tensor read(Tensor x) const {
    x = norm1(x + dropout(self(x, x, false)));
    return norm2(x + dropout(linear2(relu(linear1(x)))));
  }
  Tensor write(Tensor x, const Tensor& memory) const {
    x = norm1(x + dropout(self(x, x, true)));
    x = norm3(x + dropout(cross(x, memory, false)));
    return norm2(x + dropout(linear2(relu(linear1(x)))));
  }
};

struct Model : nn::Module {
  Sizes sizes;
  nn::Embedding words;  // both sides' and, as in their §3.4, the scores' too
  nn::LearnedPosition places;
  std::vector<Layer> encoder, decoder;
  nn::Dropout dropout;

  Model(const Sizes& s, Rng& rng)
      : sizes(s),
        words(add_module("words", nn::Embedding(ReversalBatch::marks, s.d_model, rng))),
        places(12, s.d_model, rng),
        dropout(s.dropout, rng) {
    if (s.learned_places) adopt("places", places);
    for (Index i = 0; i < s.layers; ++i) {
      encoder.emplace_back(s, false, rng), decoder.emplace_back(s, true, rng);
      adopt("encoder." + std::to_string(i), encoder.back()), adopt("decoder." + std::to_string(i), decoder.back());
    }
  }
  Tensor embed(const Indices& marks) const {
    const Tensor x = words(marks);
    return dropout(sizes.learned_places ? places(x) : x + nn::sinusoidal_encoding(x.size(1), sizes.d_model));
  }
  Tensor encode(const Indices& source) const {
    Tensor x = embed(source);
    for (const Layer& layer : encoder) x = layer.read(x);
    return x;
  }
  /// Scores (B, T, 12) of what follows each mark of `input`.
  Tensor decode(const Indices& input, const Tensor& memory) const {
    Tensor x = embed(input);
    for (const Layer& layer : decoder) x = layer.write(x, memory);
    return linear(x, words.weight);
  }
};

ReversalBatch some(const ReversalBatch& all, const std::vector<Index>& which) {
  return {take_rows(all.source, which), take_rows(all.target, which), take_rows(all.input, which)};
}

struct Result {
  double parameters;
  double perplexity;  // exp of the mean of -log p(right mark), while it reads the right answer so far
  double exact;       // share of sequences without a mistake, while it reads what it wrote itself
};

struct Setting {
  Index digits = 5, rows = 1000, steps = 500, batch = 32;
};

/// Trains on a fixed set of sequences, as one has a fixed set of sentences; asks about 500 that are held out.
Result train(const Sizes& sizes, const Setting& setting, std::uint64_t seed) {
  Rng rng(seed), other(seed + 1000);
  const ReversalBatch learned = datasets::reversal(setting.rows, setting.digits, false, rng),
                      test = datasets::reversal(500, setting.digits, true, other);
  Model model(sizes, rng);
  optim::AdamOptions options;
  options.beta2 = 0.98;
  optim::Adam adam(model.parameters(), 0, options);
  const optim::CosineWithWarmup schedule(0.005, setting.steps / 10, setting.steps);
  CrossEntropyOptions smoothed;
  smoothed.label_smoothing = sizes.smoothing;
  for (Index step = 0; step < setting.steps; ++step) {
    std::vector<Index> which;
    for (Index i = 0; i < setting.batch; ++i) which.push_back(rng.below(setting.rows));
    const ReversalBatch batch = some(learned, which);
    const Tensor loss = cross_entropy(transpose(model.decode(batch.input, model.encode(batch.source)), 1, 2), batch.target, smoothed);
    adam.lr = schedule.lr(step);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  NoGrad no_grad;
  const EvalMode evaluating;
  const Tensor memory = model.encode(test.source);
  const double surprise = cross_entropy(transpose(model.decode(test.input, memory), 1, 2), test.target).item();
  const Index T = setting.digits + 1;
  const Indices written = nn::greedy_decode(Indices({500, 1}, std::vector<Index>(500, ReversalBatch::start)), T,
                                            [&](const Indices& so_far) { return select(model.decode(so_far, memory), 1, -1); });
  double exact = 0;
  for (Index b = 0; b < 500; ++b)
    exact +=
        std::equal(test.target.values.begin() + b * T, test.target.values.begin() + (b + 1) * T, written.values.begin() + b * (T + 1) + 1);
  return {double(model.parameter_count()), std::exp(surprise), exact / 500};
}

/// How many numbers Heads learns: four maps with a bias each.
Index count_of_heads(const Sizes& s) {
  const Index d = s.d_model, keys = s.heads * s.d_k;
  return 2 * (d * keys + keys) + 2 * (d * d + d);
}
/// And a model: a layer of the encoder has one Heads, a feed-forward and two norms; one of the decoder a second Heads and a third norm.
Index count_of_model(const Sizes& s) {
  const Index d = s.d_model, feed = d * s.d_ff + s.d_ff + s.d_ff * d + d, norm = 2 * d;
  const Index layer = count_of_heads(s) + feed + 2 * norm, crossing = count_of_heads(s) + norm;
  return ReversalBatch::marks * d + (s.learned_places ? 12 * d : 0) + s.layers * (2 * layer + crossing);
}
