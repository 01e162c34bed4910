#pragma once
#include <qkv/fit.h>
#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/format.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include <filesystem>

// Section 7: two models that read a picture row by row, and their answers once more after their weights went through a file.

using namespace qkv;

/// A layer of a Transformer over the 28 rows; the mean of what comes out gives the answer.
struct AttentionReader : nn::Module {
  nn::Linear rows;
  nn::LearnedPosition places;
  nn::TransformerEncoderLayer layer;
  nn::Linear read;

  explicit AttentionReader(Rng& rng)
      : rows(add_module("rows", nn::Linear(28, 32, rng))),
        places(add_module("places", nn::LearnedPosition(28, 32, rng))),
        layer(add_module("layer", nn::TransformerEncoderLayer(32, 2, 64, rng))),
        read(add_module("read", nn::Linear(32, 10, rng))) {}
  Tensor operator()(const Tensor& x) const { return read(mean(layer(places(rows(x))), 1)); }
};

struct LstmReader : nn::SequenceClassifier<nn::LSTM> {
  explicit LstmReader(Rng& rng) : SequenceClassifier(28, 48, 10, rng) {}
};

struct Pictures {
  datasets::ImageSet train, test;
  explicit Pictures(bool quick)
      : train(datasets::fashion_mnist(datasets::Part::train, quick ? 1000 : 4000)),
        test(datasets::fashion_mnist(datasets::Part::test, quick ? 1000 : 5000)) {}
};

/// One way to keep the weights: bytes of the file, the largest relative change of a weight, accuracy, and the share of answers that are not
/// those of the trained model.
struct Kept {
  double bytes, change, accuracy, other_answers;
};

double largest_relative_change(const nn::Module& before, const nn::Module& after) {
  double largest = 0;
  for (std::size_t p = 0; p < before.parameters().size(); ++p) {
    const Tensor a = before.parameters()[p], b = after.parameters()[p];
    for (Index i = 0; i < a.size(); ++i)
      if (std::abs(a.data()[i]) > 1e-4) largest = std::max(largest, double(std::abs(b.data()[i] / a.data()[i] - 1)));
  }
  return largest;
}

/// x with so many bits of fraction, rounded to the nearest: 10 as in F16, 7 as in BF16. The exponent keeps its range.
Tensor rounded(const Tensor& x, int bits) {
  Tensor result = x.clone();
  for (Index i = 0; i < x.size(); ++i) {
    int exponent;
    std::frexp(x.data()[i], &exponent);
    const Scalar unit = std::ldexp(Scalar(1), exponent - 1 - bits);
    result.mutable_data()[i] = std::nearbyint(x.data()[i] / unit) * unit;
  }
  return result;
}

double share_different(const Indices& a, const Indices& b) {
  double count = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) count += a.values[i] != b.values[i];
  return count / double(a.values.size());
}

const std::vector<int> fraction_bits{0, 1, 2, 3, 4, 5, 6, 7, 10};

struct Run {
  std::vector<Kept> kept;               // F32, F16, BF16
  std::vector<double> other, accuracy;  // for each of fraction_bits, asked about the first 1,000 pictures
};

/// Trains a model, writes it in each precision, reads it back into another model, and asks again. Then with fewer and fewer bits.
template <class Reader>
Run train_and_keep(const Pictures& pictures, const std::string& path, std::uint64_t seed) {
  Rng rng(seed);
  Reader trained(rng);
  FitOptions options;
  options.epochs = 5;
  options.lr = 3e-3;
  fit(trained, pictures.train.images, pictures.train.labels, options, rng, [](double) {});
  const auto asked = [&](const Reader& reader) { return argmax(scores_of(std::cref(reader), pictures.test.images)); };
  const Indices answers = asked(trained);
  Run run;
  Reader read(rng);
  for (io::Precision precision : {io::Precision::own, io::Precision::half, io::Precision::bfloat}) {
    io::save_safetensors(path, trained.named_parameters(), {}, precision);
    read.load(io::load_safetensors(path));
    const Indices again = asked(read);
    run.kept.push_back({double(std::filesystem::file_size(path)), largest_relative_change(trained, read),
                        1 - share_different(again, pictures.test.labels), share_different(again, answers)});
  }
  const Tensor some = slice(pictures.test.images, 0, 0, 1000 < answers.shape[0] ? 1000 : answers.shape[0]);
  const auto first = [&](const Indices& all) {
    return Indices({some.size(0)}, std::vector<Index>(all.values.begin(), all.values.begin() + some.size(0)));
  };
  for (int bits : fraction_bits) {
    io::Named state;
    for (const auto& [name, weight] : trained.named_parameters()) state.emplace_back(name, rounded(weight, bits));
    read.load(state);
    const Indices again = argmax(scores_of(std::cref(read), some));
    run.other.push_back(100 * share_different(again, first(answers)));
    run.accuracy.push_back(1 - share_different(again, first(pictures.test.labels)));
  }
  return run;
}

/// A curve over the bits of the fraction: median of the runs and range of one of Run's lists.
show::Series over_bits(const std::string& name, const std::vector<Run>& runs, std::vector<double> Run::*list) {
  show::Series series{name, {fraction_bits.begin(), fraction_bits.end()}, {}};
  for (std::size_t b = 0; b < fraction_bits.size(); ++b) {
    std::vector<double> values;
    for (const Run& run : runs) values.push_back((run.*list)[b]);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    series.y.push_back(show::median(values));
    series.low.push_back(*low), series.high.push_back(*high);
  }
  return series;
}

/// All seeds of one model: three rows of the table, F32, F16 and BF16.
template <class Reader>
std::vector<Run> keep(const show::Lesson& lesson, const Pictures& pictures, const std::string& path, const std::string& name,
                      show::Table& table) {
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i) runs.push_back(train_and_keep<Reader>(pictures, path, lesson.seed() + std::uint64_t(i)));
  const char* kinds[] = {"F32", "F16", "BF16"};
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<double> accuracy, other;
    double change = 0;
    for (const Run& run : runs) {
      accuracy.push_back(run.kept[k].accuracy), other.push_back(100 * run.kept[k].other_answers);
      change = std::max(change, run.kept[k].change);
    }
    table.add_row({name, kinds[k], show::whole(Index(runs[0].kept[k].bytes)), show::number(change, 4), show::median_and_range(accuracy, 3),
                   show::median_and_range(other, 2)});
  }
  return runs;
}
