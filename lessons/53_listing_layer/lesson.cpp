#include "text_model.h"

#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include <algorithm>

namespace {

/// The listing's layer on three words of width 2, with four hidden numbers.
struct Example {
  show::Words words{"documentation", "for", "Perl"};
  Tensor inputs = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}}});  // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// scores = v(tanh(W1(inputs) + W2(inputs))): (B, T, 1).
  Tensor scores(const Tensor& x) const { return linear(tanh(linear(x, W1) + linear(x, W2)), v); }
};

/// The listing on three words: what it prints, and why it cannot learn.
void as_printed(const Example& x, show::Lesson& lesson) {
  lesson.section("The layer as printed", "softmax(scores, axis=-1)");
  lesson.name_columns(33);
  Tensor scores = x.scores(x.inputs), weights = softmax(scores, -1);
  lesson.show("inputs (1, 3, 2)", select(x.inputs, 0, 0));
  lesson.show("scores (1, 3, 1)", select(scores, 0, 0));
  lesson.show("softmax over the last axis", select(weights, 0, 0));
  lesson.show("their sum over the words", sum(weights).item());
  lesson.show_error("matmul(attention_weights, inputs)", [&] { matmul(weights, x.inputs); });
  lesson.say(
      "The last axis of the scores has one number, and softmax makes of one number 1, whatever it is. Then the product is refused. It fits "
      "only a text of a single word, and gives that word back:");
  Tensor one_word = slice(x.inputs, 1, 0, 1);
  lesson.show("the text 'documentation'", select(one_word, 0, 0));
  lesson.show("context_vector", select(matmul(softmax(x.scores(one_word), -1), one_word), 0, 0));

  lesson.section("Two layers that are one", "W1 x + W2 x = (W1 + W2) x");
  lesson.say("W1 and W2 are for two different things, a query and a key (lesson 31). Here both get the same inputs:");
  lesson.compare("W1(inputs) + W2(inputs) and (W1 + W2)(inputs)", linear(x.inputs, x.W1) + linear(x.inputs, x.W2),
                 linear(x.inputs, x.W1 + x.W2));

  lesson.section("Patched until it runs");
  lesson.say("Two patches that make the shapes fit. With either, the weights are still 1:");
  Tensor W1 = x.W1.clone().requires_grad(true), inputs = x.inputs.clone().requires_grad(true);
  weights = softmax(linear(tanh(linear(inputs, W1) + linear(inputs, x.W2)), x.v), -1);
  Tensor patched = weights * inputs;
  lesson.compare("attention_weights * inputs and inputs", patched, inputs);
  lesson.compare("attention_weights^T @ inputs and the sum of the words", matmul(transpose(weights), inputs), sum(inputs, 1, true));
  sum(patched * patched).backward();
  lesson.name_columns(33);
  lesson.show("gradient of W1", W1.grad());
  lesson.show("gradient of inputs", select(inputs.grad(), 0, 0));
  lesson.say(
      "Not small: exactly 0. The gradient of softmax is alpha_i (dy_i - sum_j alpha_j dy_j), and with a single alpha = 1 that is dy - dy. "
      "No "
      "message says so, and the loss will fall all the same, for the layers around it do learn.");

  lesson.section("One answer a word");
  lesson.say("The output still has a vector for every word, so Dense(10) gives ten numbers a word. The labels are one a text:");
  lesson.name_columns(33);
  Rng rng(lesson.seed());
  Tensor answers = nn::Linear(2, 10, rng)(patched);
  lesson.show("Dense(10) of a text of 3 words", answers.shape().text());
  lesson.show_error("the loss", [&] { cross_entropy(transpose(answers), Indices({1}, {3})); });
}

/// The repaired layer on three words, with a pencil and by matrices.
void repair(const Example& x, show::Lesson& lesson) {
  lesson.section("The repair", "alpha = softmax over the words,  context = sum_j alpha_j x_j");
  Tensor W = x.W1 + x.W2, context = zeros({1, 2});
  List<double> e(3), alpha(3);
  double total = 0;
  for (Index j = 0; j < 3; ++j) {  // e_j = v . tanh(W x_j)
    for (Index i = 0; i < 4; ++i)
      e[j] += x.v.at({0, i}) * tanh(W.at({i, 0}) * x.inputs.at({0, j, 0}) + W.at({i, 1}) * x.inputs.at({0, j, 1}));
    total += exp(e[j]);
  }
  show::Table table({"word", "e_j", "exp(e_j)", "alpha_j"});
  for (Index j = 0; j < 3; ++j) {
    alpha[j] = exp(e[j]) / total;
    for (Index d = 0; d < 2; ++d) context.set({0, d}, context.at({0, d}) + alpha[j] * x.inputs.at({0, j, d}));
    table.add_row({x.words[j], show::number(e[j]), show::number(exp(e[j])), show::number(alpha[j])});
  }
  lesson.show(table);
  lesson.show("context", select(context, 0, 0));
  auto repaired = [&](const Tensor& text, const Mask& padding) {
    Tensor weights = softmax(masked_fill(x.scores(text), lesson.broken("no-mask") ? Mask() : padding, -infinity), 1);  // (1, T, 1)
    return select(matmul(transpose(weights), text), 1, 0);                                                             // (1, d)
  };
  lesson.compare("by the loop and by matrices", context, repaired(x.inputs, {}));
  Tensor longer = concat({x.inputs, zeros({1, 2, 2})}, 1);
  lesson.compare("with two places of padding behind it, hidden", context, repaired(longer, Mask({1, 5, 1}, {0, 0, 0, 1, 1})));
}

/// What gradient reaches the parameters of both models, and where training takes them.
void train_both(const TextModel& bag, const TextModel& attention, const data::PackageText& text, show::Lesson& lesson) {
  lesson.section("What can learn", "the gradient of the loss, for 64 texts");
  std::vector<Index> first = data::Batches(64, 64)[0];
  Indices few = data::rows(text.train.tokens, first), labels = data::rows(text.train.labels, first);
  show::Words wrong = lengths(gradients(bag, few, labels)), right = lengths(gradients(attention, few, labels));
  Tensors before;
  for (const Tensor& parameter : bag.parameters()) before.push_back(parameter.clone());
  Index epochs = lesson.quick() ? 8 : 6;
  List<double> bag_right = train(bag, text, epochs, lesson.seed()), attention_right = train(attention, text, epochs, lesson.seed());
  show::Table table({"parameter", "as printed, patched", "moved in training", "repaired"});
  for (Index i = 0; i < static_cast<Index>(before.size()); ++i) {
    Tensor parameter = bag.parameters()[i].detach();
    table.add_row(
        {bag.named_parameters()[i].first + " " + parameter.shape().text(), wrong[i], lengths({parameter - before[i]})[0], right[i]});
  }
  lesson.show(table);
  lesson.say(
      "As printed, the three layers that are the attention get no gradient and stay where they started. In the repaired one W1 and W2 get "
      "the "
      "same gradient, two layers that are one, and the bias of v gets none but rounding: it adds the same number to every score.");

  lesson.section("Trained", "Adam, cross-entropy, 64 texts a step");
  EvalMode no_dropout;
  NoGrad no_graph;
  Tensor mean = matmul(unsqueeze(bag.attend(few).weights, 1), bag.embedding(few));  // (64, 1, 128)
  lesson.compare("the patched listing and a bag of words", bag(few), bag.dense(squeeze(mean, 1)));
  show::Table curve({"right, of the test texts", "patched = bag of words", "attention, repaired"});
  Tensor always = one_hot(Indices(text.test.labels.shape, std::vector<Index>(text.test.texts.size())), 10);
  show::Word majority = show::number(accuracy(always, text.test.labels), 3);
  curve.add_row({"chance", show::number(0.1, 3), show::number(0.1, 3)}).add_row({"always " + text.class_names[0], majority, majority});
  for (Index epoch = 0; epoch < epochs; ++epoch)
    curve.add_row({"epoch " + std::to_string(epoch + 1), show::number(bag_right[epoch], 3), show::number(attention_right[epoch], 3)});
  lesson.show(curve);
}

/// Where the trained attention looks, and whether that matters.
void look(const TextModel& bag, const TextModel& attention, const data::PackageText& text, Rng& rng, show::Lesson& lesson) {
  lesson.section("What it looks at");
  EvalMode no_dropout;
  NoGrad no_graph;
  const data::TextSet& test = text.test;
  Tensor alpha = attention.attend(test.tokens).weights;  // (N, T)
  for (Index part : {0, 2, 3}) {
    Index n = part * alpha.size(0) / 4;
    Index said = argmax(attention(data::rows(test.tokens, {n})), 1).values[0];
    show::Table table({"said: " + text.class_names[said] + ", is: " + text.class_names[test.labels.values[n]], "alpha", ""});
    show::Words words = data::words_of(test.texts[n]);
    for (Index t = 0; t < static_cast<Index>(words.size()) && t < alpha.size(1); ++t)
      table.add_row({words[t], show::number(alpha.at({n, t}), 2), lesson.quick() ? show::Word() : show::bar(alpha.at({n, t}), 30)});
    lesson.show(table);
  }
  std::vector<data::WordWeight> weights = data::word_weights(alpha, test.tokens, 30);
  show::Table frequent({"the most frequent words", "times", "weight, of a fair share"});
  for (Index word = 2; word < 14; ++word)
    for (const data::WordWeight& w : weights)
      if (w.word == word) frequent.add_row({text.vocabulary.word(word), show::whole(w.count), show::number(w.times_fair, 2)});
  lesson.show(frequent);
  std::string most = text.vocabulary.word(weights[0].word);
  for (Index i = 1; i < 12; ++i) most += ", " + text.vocabulary.word(weights[i].word);
  if (!lesson.quick()) lesson.show("most", most);
  lesson.say("A fair share is 1/n in a text of n words.");

  auto scores_of_text = [&](const char* one) { return attention(text.vocabulary.encode({one}, 16)); };
  lesson.compare("'Perl code from Python' and 'Python code from Perl'", scores_of_text("Perl code from Python"),
                 scores_of_text("Python code from Perl"));
  lesson.say("A weighted sum knows no order: only weights that look at neighbours, or positions, can tell the two apart (lesson 55).");

  lesson.section("Does it matter what it looks at?");
  show::Table hidden({"hidden in each text", "bag of words", "attention"});
  auto add_row = [&](const char* what, const Indices& tokens) {
    hidden.add_row(
        {what, show::number(accuracy_on(bag, tokens, test.labels), 3), show::number(accuracy_on(attention, tokens, test.labels), 3)});
  };
  add_row("nothing", test.tokens);
  add_row("the word with the least weight", without_one(test.tokens, -alpha));
  add_row("a word by lot", without_one(test.tokens, rand(alpha.shape(), rng)));
  add_row("the word with the most weight", without_one(test.tokens, alpha));
  lesson.show(hidden);
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "A layer that gives each word of a text a weight, an embedding before it, ten classes behind it: a small model for texts, and the "
      "listing "
      "says how to train it. Does it run? And does it learn what to look at?");
  Example example;
  as_printed(example, lesson);
  repair(example, lesson);

  lesson.section("Real text", "Embedding(10000, 128), AttentionLayer(64), Dense(10)");
  data::PackageText text = lesson.quick() ? data::made_up_package_text() : data::debian_package_text();
  lesson.say(
      "One-line descriptions of Debian's packages: which section does each belong to? All packages of one source stand on the same side. "
      "The texts: " +
      text.source + (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  show::Table sections({"section", "to learn from", "test", "for instance"});
  for (Index c = 0; c < 10; ++c) {
    auto count = [&](const Indices& labels) { return show::whole(std::count(labels.values.begin(), labels.values.end(), c)); };
    Index first = std::find(text.train.labels.values.begin(), text.train.labels.values.end(), c) - text.train.labels.values.begin();
    sections.add_row({text.class_names[c], count(text.train.labels), count(text.test.labels), text.train.texts[first]});
  }
  lesson.show(sections);
  lesson.show("words known", show::whole(text.vocabulary.size()));
  Rng rng(lesson.seed()), same = rng;
  TextModel bag(text.vocabulary.size(), rng, false), attention(text.vocabulary.size(), same, true);
  train_both(bag, attention, text, lesson);
  look(bag, attention, text, rng, lesson);

  lesson.section("What to notice");
  lesson.say(
      "The listing does not run. Patched until it does, it is a bag of words with an attention that never moves, and its accuracy looks "
      "fine: "
      "only the gradients tell. The repair is one axis. Whether attention then pays is a question for the table: where a word or two say "
      "everything, a bag of words is hard to beat. What attention adds is that one sees where it looked, and hiding words shows that the "
      "answer hangs on it.");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "53";
  info.title = "A listing of a layer";
  info.chinese = "注意力层的代码";
  info.mirrors = "《专注力》 §5.2";
  info.about =
      "The article's AttentionLayer: why it cannot run and, patched, cannot learn; then repaired and trained on descriptions of Debian's "
      "packages.";
  info.breaks = {{"no-mask", "padding is attended to"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}