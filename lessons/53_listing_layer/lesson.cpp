#include "text_model.h"

#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

namespace {

/// A row of a name and its numbers.
void add_row(show::Table& table, const std::string& name, const std::vector<double>& numbers, int digits) {
  std::vector<std::string> cells{name};
  for (double number : numbers) cells.push_back(show::number(number, digits));
  table.add_row(cells);
}

constexpr std::string_view words[] = {"documentation", "for", "Perl"};

/// The listing's layer on three words of width 2, with four hidden numbers.
struct Example {
  Tensor padded = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}, {0, 0}, {0, 0}}});  // with two places of padding: (1, 5, 2)
  Tensor inputs = slice(padded, 1, 0, 3);                                            // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// W1(inputs) + W2(inputs): (B, T, 4).
  Tensor hidden(const Tensor& x) const;
  /// scores = v(tanh(W1(inputs) + W2(inputs))): (B, T, 1).
  Tensor scores(const Tensor& x) const;
};

Tensor Example::hidden(const Tensor& x) const { return linear(x, W1) + linear(x, W2); }
Tensor Example::scores(const Tensor& x) const { return linear(tanh(hidden(x)), v); }

/// One text (1, T, d), without its first axis.
void show_text(show::Lesson& lesson, const char* name, const Tensor& x) { lesson.show(name, select(x, 0, 0)); }

void the_layer_as_printed(show::Lesson& lesson, const Example& x) {
  lesson.section("The layer as printed", "softmax(scores, axis=-1)");
  lesson.name_columns(33);
  Tensor scores = x.scores(x.inputs), weights = softmax(scores, -1);
  show_text(lesson, "inputs (1, 3, 2)", x.inputs);
  show_text(lesson, "scores (1, 3, 1)", scores);
  show_text(lesson, "softmax over the last axis", weights);
  lesson.show("their sum over the words", sum(weights).item());
  lesson.show_error("matmul(attention_weights, inputs)", [&] { matmul(weights, x.inputs); });
  lesson.say(
      "The last axis of the scores has one number, and softmax makes of one number 1, whatever it is. Then the product is refused. It fits "
      "only a text of a single word, and gives that word back:");
  Tensor one_word = slice(x.inputs, 1, 0, 1);
  show_text(lesson, "the text 'documentation'", one_word);
  show_text(lesson, "context_vector", matmul(softmax(x.scores(one_word), -1), one_word));
}

void two_layers_that_are_one(show::Lesson& lesson, const Example& x) {
  lesson.section("Two layers that are one", "W1 x + W2 x = (W1 + W2) x");
  lesson.say("W1 and W2 are for two different things, a query and a key (lesson 31). Here both get the same inputs:");
  lesson.compare("W1(inputs) + W2(inputs) and (W1 + W2)(inputs)", x.hidden(x.inputs), linear(x.inputs, x.W1 + x.W2));
}

void patched_until_it_runs(show::Lesson& lesson, Example& x) {
  lesson.section("Patched until it runs");
  lesson.say("Two patches that make the shapes fit. With either, the weights are still 1:");
  x.W1.requires_grad(true);
  x.inputs.requires_grad(true);
  Tensor weights = softmax(x.scores(x.inputs), -1), patched = weights * x.inputs;
  lesson.compare("attention_weights * inputs and inputs", patched, x.inputs);
  lesson.compare("attention_weights^T @ inputs and the sum of the words", matmul(transpose(weights), x.inputs), sum(x.inputs, 1, true));
  sum(patched * patched).backward();
  lesson.name_columns(33);
  lesson.show("gradient of W1", x.W1.grad());
  show_text(lesson, "gradient of inputs", x.inputs.grad());
  lesson.say(
      "Not small: exactly 0. The gradient of softmax is alpha_i (dy_i - sum_j alpha_j dy_j), and with a single alpha = 1 that is dy - dy. "
      "No message says so, and the loss will fall all the same, for the layers around it do learn.");
}

void one_answer_a_word(show::Lesson& lesson, const Example& x) {
  lesson.section("One answer a word");
  lesson.say("The output still has a vector for every word, so Dense(10) gives ten numbers a word. The labels are one a text:");
  lesson.name_columns(33);
  Rng rng(lesson.seed());
  Tensor answers = nn::Linear(2, 10, rng)(x.inputs);  // which is what the patched layer gives back
  lesson.show("Dense(10) of a text of 3 words", answers.shape().text());
  lesson.show_error("the loss", [&] { cross_entropy(transpose(answers), Indices{3}); });
}

/// The repaired layer on three words with a pencil: e_j = v . tanh(W x_j), then softmax and the weighted sum, (1, 2).
Tensor context_by_hand(show::Lesson& lesson, const Example& x) {
  Tensor W = x.W1 + x.W2;
  double e[3] = {}, total = 0, context[2] = {};
  for (Index j = 0; j < 3; ++j) {
    const Scalar* x_j = x.inputs.data() + 2 * j;
    for (Index i = 0; i < 4; ++i) {
      const Scalar* W_i = W.data() + 2 * i;
      e[j] += x.v.at({0, i}) * tanh(W_i[0] * x_j[0] + W_i[1] * x_j[1]);
    }
    total += exp(e[j]);
  }
  show::Table table({"word", "e_j", "exp(e_j)", "alpha_j"});
  for (Index j = 0; j < 3; ++j) {
    double alpha = exp(e[j]) / total;
    for (Index d = 0; d < 2; ++d) context[d] += alpha * x.inputs.at({0, j, d});
    add_row(table, std::string(words[j]), {e[j], exp(e[j]), alpha}, 4);
  }
  lesson.show(table);
  return tensor({{context[0], context[1]}});
}

/// The repaired layer by matrices: a text (1, T, 2), of which so many words are seen -> its context (1, 2).
Tensor repaired(const Example& x, const Tensor& text, Index seen) {
  Tensor scores = squeeze(x.scores(text), 2);  // (1, T)
  Tensor weights = softmax(masked_fill(scores, padding_mask(std::vector<Index>{seen}, text.size(1)), -infinity));
  return matmul(weights, select(text, 0, 0));
}

void the_repair(show::Lesson& lesson, const Example& x) {
  lesson.section("The repair", "alpha = softmax over the words,  context = sum_j alpha_j x_j");
  Tensor context = context_by_hand(lesson, x);
  lesson.show("context", select(context, 0, 0));
  lesson.compare("by the loop and by matrices", context, repaired(x, x.inputs, 3));
  lesson.compare("with two places of padding behind it, hidden", context, repaired(x, x.padded, lesson.broken("no-mask") ? 5 : 3));
}

void real_text(show::Lesson& lesson, const datasets::PackageText& text) {
  lesson.section("Real text", "Embedding(10000, 128), AttentionLayer(64), Dense(10)");
  const std::string source = text.source;
  lesson.say(
      "One-line descriptions of Debian's packages: which section does each belong to? All packages of one source stand on the same side. "
      "The texts: " +
      source + (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  struct {
    Index learn = 0, test = 0, first = 0;  // so many texts, and the first of those to learn from
  } sections[10];
  Index n = 0;
  for (Index label : text.train.labels.values) {
    if (sections[label].learn++ == 0) sections[label].first = n;
    ++n;
  }
  for (Index label : text.test.labels.values) ++sections[label].test;
  show::Table table({"section", "to learn from", "test", "for instance"});
  for (Index c = 0; c < 10; ++c)
    table.add_row(
        {text.class_names[c], show::whole(sections[c].learn), show::whole(sections[c].test), text.train.texts[sections[c].first]});
  lesson.show(table);
  lesson.show("words known", show::whole(text.vocabulary.size()));
}

/// The share of test texts that are right after each epoch.
struct Curves {
  std::vector<double> bag, attention;
};

/// What gradient reaches the parameters of both models, and where training takes them.
Curves what_can_learn(show::Lesson& lesson, const TextModel& bag, const TextModel& attention, const datasets::PackageText& text) {
  lesson.section("What can learn", "the gradient of the loss, for 64 texts");
  Tensors printed = gradients(bag, text.train), repaired = gradients(attention, text.train);
  Index epochs = lesson.quick() ? 8 : 6;
  Curves right{train(bag, text, epochs, lesson.seed()), {}};
  show::Table table({"parameter", "as printed, patched", "moved in training", "repaired"});
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const auto& [name, learned] = bag.named_parameters()[i];
    const Tensor& start = attention.named_parameters()[i].second;  // the same numbers, and not yet trained
    table.add_row({std::string(name) + " " + learned.shape().text(), length(printed[i]), length(learned - start), length(repaired[i])});
  }
  right.attention = train(attention, text, epochs, lesson.seed());
  lesson.show(table);
  lesson.say(
      "As printed, the three layers that are the attention get no gradient and stay where they started. In the repaired one W1 and W2 get "
      "the same gradient, two layers that are one, and the bias of v gets none but rounding: it adds the same number to every score.");
  return right;
}

void trained(show::Lesson& lesson, const TextModel& bag, const datasets::PackageText& text, const Curves& right) {
  lesson.section("Trained", "Adam, cross-entropy, 64 texts a step");
  Indices few = first_64(text.train.tokens);
  Attended patched = bag.attend(few);
  lesson.compare("the patched listing and a bag of words", patched.output, sum(unsqueeze(patched.weights, 2) * bag.embedding(few), 1));
  show::Table curve({"right, of the test texts", "patched = bag of words", "attention, repaired"});
  double largest = mean(one_hot(text.test.labels, 10), 0).at({0});  // the share of the largest section
  add_row(curve, "chance", {0.1, 0.1}, 3);
  add_row(curve, "always " + std::string(text.class_names[0]), {largest, largest}, 3);
  for (std::size_t epoch = 0; epoch < right.bag.size(); ++epoch)
    add_row(curve, "epoch " + show::whole(static_cast<Index>(epoch) + 1), {right.bag[epoch], right.attention[epoch]}, 3);
  lesson.show(curve);
}

/// Three texts, and the weight of each of their words.  alpha (N, T).
void show_weights(show::Lesson& lesson, const TextModel& attention, const datasets::TextSet& test, const std::vector<std::string>& sections,
                  const Tensor& alpha) {
  Indices said = argmax(scores_of(attention, test.tokens), 1);
  for (Index part : {0, 2, 3}) {
    Index n = part * alpha.size(0) / 4, t = 0;
    const std::string guess = sections[said.values[n]], is = sections[test.labels.values[n]];
    show::Table table({"said: " + guess + ", is: " + is, "alpha", ""});
    for (const std::string& word : datasets::words_of(test.texts[n])) {
      if (t == 16) break;
      double weight = alpha.at({n, t++});
      table.add_row({word, show::number(weight, 2), show::bar(lesson.quick() ? 0 : weight, 30)});
    }
    lesson.show(table);
  }
}

void what_it_looks_at(show::Lesson& lesson, const TextModel& attention, const datasets::PackageText& text, const Tensor& alpha) {
  lesson.section("What it looks at");
  show_weights(lesson, attention, text.test, text.class_names, alpha);
  std::vector<datasets::WordWeight> weights = datasets::word_weights(alpha, text.test.tokens, 30);
  show::Table frequent({"the most frequent words", "times", "weight, of a fair share"});
  for (Index word = 2; word < 14; ++word)
    for (const datasets::WordWeight& w : weights)
      if (w.word == word) frequent.add_row({text.vocabulary.word(word), show::whole(w.count), show::number(w.times_fair, 2)});
  lesson.show(frequent);
  std::string most = text.vocabulary.word(weights[0].word);
  for (Index i = 1; i < 12; ++i) most = most + ", " + std::string(text.vocabulary.word(weights[i].word));
  if (!lesson.quick()) lesson.show("most", most);
  lesson.say("A fair share is 1/n in a text of n words.");

  Indices two_texts = text.vocabulary.encode(std::vector<std::string>{"Perl code from Python", "Python code from Perl"}, 16);
  Tensor scores = scores_of(attention, two_texts);
  lesson.compare("'Perl code from Python' and 'Python code from Perl'", select(scores, 0, 0), select(scores, 0, 1));
  lesson.say("A weighted sum knows no order: only weights that look at neighbours, or positions, can tell the two apart (lesson 55).");
}

void does_it_matter(show::Lesson& lesson, const TextModel& bag, const TextModel& attention, const datasets::TextSet& test,
                    const Curves& right, const Tensor& alpha) {
  lesson.section("Does it matter what it looks at?");
  show::Table hidden({"hidden in each text", "bag of words", "attention"});
  add_row(hidden, "nothing", {right.bag.back(), right.attention.back()}, 3);
  Tensor least = -alpha, by_lot = rand(alpha.shape(), *bag.drop.rng);
  const struct {
    const char* what;
    const Tensor& rank;  // the word with the largest number is hidden
  } ways[] = {{"the word with the least weight", least}, {"a word by lot", by_lot}, {"the word with the most weight", alpha}};
  for (const auto& way : ways) {
    Indices tokens = test.tokens;
    hide_one(tokens, way.rank);
    add_row(hidden, way.what, {accuracy_on(bag, tokens, test.labels), accuracy_on(attention, tokens, test.labels)}, 3);
  }
  lesson.show(hidden);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing does not run. Patched until it does, it is a bag of words with an attention that never moves, and its accuracy looks "
      "fine: only the gradients tell. The repair is one axis. Whether attention then pays is a question for the table: where a word or two "
      "say everything, a bag of words is hard to beat. What attention adds is that one sees where it looked, and hiding words shows that "
      "the answer hangs on it.");
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "A layer that gives each word of a text a weight, an embedding before it, ten classes behind it: a small model for texts, and the "
      "listing says how to train it. Does it run? And does it learn what to look at?");
  Example example;
  the_layer_as_printed(lesson, example);
  two_layers_that_are_one(lesson, example);
  patched_until_it_runs(lesson, example);
  one_answer_a_word(lesson, example);
  the_repair(lesson, example);

  datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text() : datasets::debian_package_text();
  real_text(lesson, text);
  TextModel bag(text.vocabulary.size(), lesson.seed(), false), attention(text.vocabulary.size(), lesson.seed(), true);
  Curves right = what_can_learn(lesson, bag, attention, text);

  EvalMode no_dropout;
  NoGrad no_graph;
  trained(lesson, bag, text, right);
  Tensor alpha = attention.attend(text.test.tokens).weights;  // (N, T)
  what_it_looks_at(lesson, attention, text, alpha);
  does_it_matter(lesson, bag, attention, text.test, right, alpha);
  what_to_notice(lesson);
}

const show::LessonInfo info{"53",
                            "A listing of a layer",
                            "注意力层的代码",
                            "《专注力》 §5.2",
                            "The article's AttentionLayer: why it cannot run and, patched, cannot learn; then repaired and trained "
                            "on descriptions of Debian's packages.",
                            {{"no-mask", "padding is attended to"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
