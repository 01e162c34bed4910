#include <qkv/qkv.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace qkv;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The listing's layer on three words of width 2, with four hidden numbers.
struct Example {
  std::vector<std::string> words{"documentation", "for", "Perl"};
  Tensor inputs = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}}});  // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// scores = v(tanh(W1(inputs) + W2(inputs))): (B, T, 1).
  Tensor scores(const Tensor& x) const { return linear(tanh(linear(x, W1) + linear(x, W2)), v); }
};

/// The listing's model. `repaired`: softmax over the words, padding hidden. Otherwise as printed, with the least change that lets it run: the
/// weights multiply the words, and the mean of the words is the text.
struct TextModel : nn::Module {
  nn::Embedding embedding;  // (vocabulary, 128)
  nn::Linear W1, W2, v;     // AttentionLayer(units = 64)
  nn::Linear dense;         // (10, 128)
  nn::Dropout drop;
  bool repaired;

  TextModel(Index vocabulary, Rng& rng, bool repaired_)
      : embedding(vocabulary, 128, rng), W1(128, 64, rng), W2(128, 64, rng), v(64, 1, rng), dense(128, 10, rng), drop(0.5, rng), repaired(repaired_) {
    embedding.weight.copy_from(rand(embedding.weight.shape(), rng, -0.05, 0.05));  // where TensorFlow's Embedding starts
    adopt("embedding", embedding);
    adopt("W1", W1);
    adopt("W2", W2);
    adopt("v", v);
    adopt("dense", dense);
  }
  /// tokens (B, T) -> weights (B, T) and the text as one vector (B, 128).
  Attended attend(const Indices& tokens) const {
    Tensor x = drop(embedding(tokens));      // (B, T, 128)
    Tensor e = v(tanh(W1(x) + W2(x)));       // (B, T, 1)
    Mask padding = data::padding_of(tokens);
    Tensor fair = softmax(masked_fill(zeros(tokens.shape), padding, -infinity));  // 1/n for each of n words
    if (!repaired) x = softmax(e, -1) * x;
    Tensor alpha = repaired ? softmax(masked_fill(squeeze(e, 2), padding, -infinity)) : fair;
    return {squeeze(matmul(unsqueeze(alpha, 1), x), 1), alpha};
  }
  Tensor operator()(const Indices& tokens) const { return dense(attend(tokens).output); }
};

/// The share of texts whose section is found.
double accuracy_on(const TextModel& model, const Indices& tokens, const Indices& labels) {
  NoGrad no_graph;
  EvalMode no_dropout;
  double right = 0;
  for (const std::vector<Index>& which : data::Batches(labels.shape[0], 500))
    right += accuracy(model(data::rows(tokens, which)), data::rows(labels, which)) * which.size();
  return right / labels.shape[0];
}

/// Trains with Adam, and returns the accuracy on the test texts after each epoch.
std::vector<double> train(const TextModel& model, const data::PackageText& text, Index epochs, Rng& rng) {
  Index texts = text.train.labels.shape[0], step = 0, steps = epochs * data::Batches(texts, 64).size();
  optim::Adam adam(model.parameters());
  optim::Cosine schedule(0.002, steps);
  show::Progress progress(steps, model.repaired ? "repaired" : "as printed");
  std::vector<double> accuracies;
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    for (const std::vector<Index>& which : data::Batches(texts, 64, rng)) {
      Tensor loss = cross_entropy(model(data::rows(text.train.tokens, which)), data::rows(text.train.labels, which));
      adam.zero_grad();
      loss.backward();
      adam.lr = schedule.lr(step++);
      adam.step();
      progress.step("loss " + show::number(loss.item()));
    }
    accuracies.push_back(accuracy_on(model, text.test.tokens, text.test.labels));
  }
  return accuracies;
}

/// The length of a gradient; an exact 0 is written 0.
show::Word length(const Tensor& gradient) {
  double square = sum(gradient * gradient).item();
  return square == 0 ? "0" : show::scientific(std::sqrt(square));
}

/// Tokens without one word a text: the one with the largest (sign 1) or smallest (-1) number in `rank` (N, T).
Indices without_one(Indices tokens, const Tensor& rank, int sign) {
  Mask padding = data::padding_of(tokens);
  Indices chosen = argmax(masked_fill(sign * rank, padding, -infinity), 1);
  for (Index n = 0; n < tokens.shape[0]; ++n) tokens.values[n * tokens.shape[1] + chosen.values[n]] = data::Vocabulary::padding;
  return tokens;
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  lesson.section("The question");
  lesson.say(
      "A layer that gives each word of a text a weight, an embedding before it, ten classes behind it: a small model for texts, and the listing "
      "says how to train it. Does it run, and does it learn what to look at?");

  lesson.section("The layer as printed", "softmax(scores, axis=-1)");
  lesson.name_columns(32);
  Tensor scores = x.scores(x.inputs), ones_ = softmax(scores, -1);
  lesson.show("inputs (1, 3, 2)", select(x.inputs, 0, 0));
  lesson.show("scores (1, 3, 1)", select(scores, 0, 0));
  lesson.show("softmax over the last axis", select(ones_, 0, 0));
  lesson.show("their sum over the words", sum(ones_).item());
  lesson.show_error("matmul(attention_weights, inputs)", [&] { matmul(ones_, x.inputs); });
  lesson.say(
      "The last axis of the scores has one number, and softmax makes of one number 1, whatever it is. Then the product is refused. It fits one "
      "kind of text only, that of a single word, and gives that word back:");
  lesson.name_columns(32);
  Tensor one_word = slice(x.inputs, 1, 0, 1);
  lesson.show("the text 'documentation'", select(one_word, 0, 0));
  lesson.show("context_vector", select(matmul(softmax(x.scores(one_word), -1), one_word), 0, 0));

  lesson.section("Two layers that are one", "W1 x + W2 x = (W1 + W2) x");
  lesson.say("W1 and W2 are for two different things, a query and a key (lesson 31). Here both get the same inputs:");
  lesson.compare("W1(inputs) + W2(inputs) and (W1 + W2)(inputs)", linear(x.inputs, x.W1) + linear(x.inputs, x.W2), linear(x.inputs, x.W1 + x.W2));

  lesson.section("Patched until it runs");
  lesson.say("Two small patches make the shapes fit. With both, the weights are still 1:");
  Tensor W1 = x.W1.clone().requires_grad(true), inputs = x.inputs.clone().requires_grad(true);
  Tensor weights = softmax(linear(tanh(linear(inputs, W1) + linear(inputs, x.W2)), x.v), -1), patched = weights * inputs;
  lesson.compare("attention_weights * inputs and inputs", patched, inputs);
  lesson.compare("attention_weights^T @ inputs and the sum of the words", matmul(transpose(weights), inputs), sum(inputs, 1, true));
  sum(patched * patched).backward();
  lesson.name_columns(32);
  lesson.show("gradient of W1", W1.grad());
  lesson.show("gradient of inputs", select(inputs.grad(), 0, 0));
  lesson.say(
      "Not small: exactly 0. The derivative of softmax is alpha_i (dy_i - sum_j alpha_j dy_j), and with a single alpha = 1 that is dy - dy. "
      "No message says so: the loss falls all the same, for the layers around it do learn.");

  lesson.section("One answer a word");
  Rng rng(lesson.seed());
  lesson.say("The layer's output still has a vector for every word, so Dense(10) gives ten numbers a word. The labels are one a text:");
  lesson.name_columns(32);
  Tensor answers = nn::Linear(2, 10, rng)(patched);
  lesson.show("Dense(10) of a text of 3 words", answers.shape().text());
  lesson.show_error("the loss", [&] { cross_entropy(transpose(answers), Indices({1}, {3})); });

  lesson.section("The repair", "alpha = softmax over the words,  context = sum_j alpha_j x_j");
  show::Table table({"word", "e_j", "exp(e_j)", "alpha_j", "alpha_j x_j"});
  Tensor context = zeros({2}), e_by_hand = zeros({3}), W = x.W1 + x.W2;
  double total = 0;
  for (Index j = 0; j < 3; ++j) {  // e_j = v . tanh((W1 + W2) x_j)
    double e = 0;
    for (Index i = 0; i < 4; ++i) e += x.v.at({0, i}) * std::tanh(W.at({i, 0}) * x.inputs.at({0, j, 0}) + W.at({i, 1}) * x.inputs.at({0, j, 1}));
    e_by_hand.set({j}, e);
    total += std::exp(e);
  }
  for (Index j = 0; j < 3; ++j) {
    double e = e_by_hand.at({j}), alpha = std::exp(e) / total, a = alpha * x.inputs.at({0, j, 0}), b = alpha * x.inputs.at({0, j, 1});
    context.set({0}, context.at({0}) + a);
    context.set({1}, context.at({1}) + b);
    table.add_row({x.words[j], show::number(e), show::number(std::exp(e)), show::number(alpha), "(" + show::number(a) + ", " + show::number(b) + ")"});
  }
  lesson.show(table);
  auto repaired = [&](const Tensor& text, const Mask& padding) {
    Tensor alpha = softmax(masked_fill(x.scores(text), lesson.broken("no-mask") ? Mask() : padding, -infinity), 1);  // (1, T, 1)
    return select(matmul(transpose(alpha), text), 1, 0);                                                           // (1, d)
  };
  lesson.show("context", context);
  lesson.compare("by the loop and by matrices", unsqueeze(context, 0), repaired(x.inputs, {}));
  Tensor longer = concat({x.inputs, zeros({1, 2, 2})}, 1);
  lesson.compare("with two places of padding behind it, hidden", unsqueeze(context, 0), repaired(longer, Mask({1, 5, 1}, {0, 0, 0, 1, 1})));

  lesson.section("Real text", "Embedding(10000, 128), AttentionLayer(64), Dense(10)");
  data::PackageText text = lesson.quick() ? data::made_up_package_text() : data::debian_package_text();
  lesson.say("One-line descriptions of Debian's packages; which section does each belong to? The texts: " + text.source +
             (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  show::Table sections({"section", "to learn from", "test", "for instance"});
  for (Index c = 0; c < 10; ++c) {
    auto count = [&](const Indices& labels) { return show::whole(std::count(labels.values.begin(), labels.values.end(), c)); };
    const std::vector<Index>& labels = text.train.labels.values;
    sections.add_row({text.class_names[c], count(text.train.labels), count(text.test.labels),
                      text.train.texts[std::find(labels.begin(), labels.end(), c) - labels.begin()]});
  }
  lesson.show(sections);
  lesson.show("words known", show::whole(text.vocabulary.size()));

  lesson.section("Trained");
  Index epochs = lesson.quick() ? 5 : 6, vocabulary = text.vocabulary.size();
  Rng same(lesson.seed() + 1), again(lesson.seed() + 1);
  TextModel printed(vocabulary, same, false), fixed(vocabulary, again, true);
  Indices few = data::rows(text.train.tokens, data::Batches(64, 64)[0]), few_labels = data::rows(text.train.labels, data::Batches(64, 64)[0]);
  std::vector<Tensor> before;
  for (const Tensor& parameter : printed.parameters()) before.push_back(parameter.clone());
  cross_entropy(printed(few), few_labels).backward();
  cross_entropy(fixed(few), few_labels).backward();
  std::vector<show::Word> gradients_printed, gradients_fixed;
  for (Index i = 0; i < static_cast<Index>(before.size()); ++i) {
    gradients_printed.push_back(length(printed.parameters()[i].grad()));
    gradients_fixed.push_back(length(fixed.parameters()[i].grad()));
  }
  std::vector<double> curve_printed = train(printed, text, epochs, same), curve_fixed = train(fixed, text, epochs, again);
  show::Table moved({"parameter", "gradient, as printed", "moved in training", "gradient, repaired"});
  for (Index i = 0; i < static_cast<Index>(before.size()); ++i)
    moved.add_row({printed.named_parameters()[i].first, gradients_printed[i], length(printed.parameters()[i] - before[i]), gradients_fixed[i]});
  lesson.show(moved);
  {
    NoGrad no_graph;
    EvalMode no_dropout;
    Tensor fair = unsqueeze(printed.attend(few).weights, 1);
    lesson.compare("the patched listing and a bag of words", printed(few), printed.dense(squeeze(matmul(fair, printed.embedding(few)), 1)));
  }
  show::Words headings{"right, of the test"};
  std::vector<std::string> row_printed{"as printed, patched = bag of words"}, row_fixed{"repaired"};
  for (Index epoch = 0; epoch < epochs; ++epoch) {
    headings.push_back("epoch " + std::to_string(epoch + 1));
    row_printed.push_back(show::number(curve_printed[epoch], 3));
    row_fixed.push_back(show::number(curve_fixed[epoch], 3));
  }
  double tests = text.test.labels.shape[0];
  lesson.name_columns(36);
  lesson.show("chance", show::number(0.1, 3));
  lesson.show("always " + text.class_names[0], show::number(std::count(text.test.labels.values.begin(), text.test.labels.values.end(), 0) / tests, 3));
  lesson.show(show::Table(headings).add_row(row_printed).add_row(row_fixed));
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "53";
  return show::run_lesson(argc, argv, info, lesson_body);
}
