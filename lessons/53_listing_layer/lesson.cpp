#include "text_model.h"

#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

namespace {

/// The listing's layer on three words of width 2, with four hidden numbers.
struct Example {
  show::Words words{"documentation", "for", "Perl"};
  Tensor inputs = tensor({{{0.9, 0.4}, {-0.2, 0.1}, {0.3, -0.8}}});  // (B, T, d) = (1, 3, 2)
  Tensor W1 = tensor({{0.8, -0.1}, {0.3, 0.6}, {-0.5, 0.2}, {0.1, 0.7}});
  Tensor W2 = tensor({{0.4, 0.2}, {0.1, -0.3}, {-0.2, 0.4}, {0.5, -0.2}});
  Tensor v = tensor({{1.2, 0.7, -0.9, 0.4}});

  /// scores = v(tanh(W1(inputs) + W2(inputs))): (B, T, 1).
  Tensor scores(const Tensor& x) const;
};

Tensor Example::scores(const Tensor& x) const { return linear(tanh(linear(x, W1) + linear(x, W2)), v); }

void the_layer_as_printed(show::Lesson& lesson, const Example& x) {
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
}

void two_layers_that_are_one(show::Lesson& lesson, const Example& x) {
  lesson.section("Two layers that are one", "W1 x + W2 x = (W1 + W2) x");
  lesson.say("W1 and W2 are for two different things, a query and a key (lesson 31). Here both get the same inputs:");
  lesson.compare("W1(inputs) + W2(inputs) and (W1 + W2)(inputs)", linear(x.inputs, x.W1) + linear(x.inputs, x.W2),
                 linear(x.inputs, x.W1 + x.W2));
}

/// Returns attention_weights * inputs, (1, 3, 2).
Tensor patched_until_it_runs(show::Lesson& lesson, const Example& x) {
  lesson.section("Patched until it runs");
  lesson.say("Two patches that make the shapes fit. With either, the weights are still 1:");
  Tensor W1 = x.W1.clone().requires_grad(true), inputs = x.inputs.clone().requires_grad(true);
  Tensor weights = softmax(linear(tanh(linear(inputs, W1) + linear(inputs, x.W2)), x.v), -1);
  Tensor patched = weights * inputs;
  lesson.compare("attention_weights * inputs and inputs", patched, inputs);
  lesson.compare("attention_weights^T @ inputs and the sum of the words", matmul(transpose(weights), inputs), sum(inputs, 1, true));
  sum(patched * patched).backward();
  lesson.name_columns(33);
  lesson.show("gradient of W1", W1.grad());
  lesson.show("gradient of inputs", select(inputs.grad(), 0, 0));
  lesson.say(
      "Not small: exactly 0. The gradient of softmax is alpha_i (dy_i - sum_j alpha_j dy_j), and with a single alpha = 1 that is dy - dy. "
      "No message says so, and the loss will fall all the same, for the layers around it do learn.");
  return patched;
}

void one_answer_a_word(show::Lesson& lesson, const Tensor& patched) {
  lesson.section("One answer a word");
  lesson.say("The output still has a vector for every word, so Dense(10) gives ten numbers a word. The labels are one a text:");
  lesson.name_columns(33);
  Rng rng(lesson.seed());
  Tensor answers = nn::Linear(2, 10, rng)(patched);
  lesson.show("Dense(10) of a text of 3 words", answers.shape().text());
  lesson.show_error("the loss", [&] { cross_entropy(transpose(answers), Indices{3}); });
}

/// The repaired layer on three words with a pencil: e_j = v . tanh(W x_j), then softmax and the weighted sum, (1, 2).
Tensor context_by_hand(show::Lesson& lesson, const Example& x) {
  Tensor W = x.W1 + x.W2, e = zeros({3}), context = zeros({1, 2});
  double total = 0;
  for (Index j = 0; j < 3; ++j) {
    double x0 = x.inputs.at({0, j, 0}), x1 = x.inputs.at({0, j, 1}), e_j = 0;
    for (Index i = 0; i < 4; ++i) e_j += x.v.at({0, i}) * tanh(W.at({i, 0}) * x0 + W.at({i, 1}) * x1);
    e.set({j}, e_j);
    total += exp(e_j);
  }
  show::Table table({"word", "e_j", "exp(e_j)", "alpha_j"});
  for (Index j = 0; j < 3; ++j) {
    double e_j = e.at({j}), alpha = exp(e_j) / total;
    for (Index d = 0; d < 2; ++d) context.set({0, d}, context.at({0, d}) + alpha * x.inputs.at({0, j, d}));
    table.add_row({x.words[j], show::number(e_j), show::number(exp(e_j)), show::number(alpha)});
  }
  lesson.show(table);
  return context;
}

/// The repaired layer by matrices: a text (1, T, 2) -> its context (1, 2).
Tensor repaired(const Example& x, const Tensor& text, const Mask& padding) {
  Tensor weights = softmax(masked_fill(x.scores(text), padding, -infinity), 1);  // (1, T, 1)
  return select(matmul(transpose(weights), text), 1, 0);
}

void the_repair(show::Lesson& lesson, const Example& x) {
  lesson.section("The repair", "alpha = softmax over the words,  context = sum_j alpha_j x_j");
  Tensor context = context_by_hand(lesson, x);
  lesson.show("context", select(context, 0, 0));
  lesson.compare("by the loop and by matrices", context, repaired(x, x.inputs, Mask()));
  Tensor longer = concat({x.inputs, zeros({1, 2, 2})}, 1);
  Mask padding{{{0}, {0}, {0}, {1}, {1}}};
  if (lesson.broken("no-mask")) padding = Mask();
  lesson.compare("with two places of padding behind it, hidden", context, repaired(x, longer, padding));
}

void real_text(show::Lesson& lesson, const data::PackageText& text) {
  lesson.section("Real text", "Embedding(10000, 128), AttentionLayer(64), Dense(10)");
  show::Word source = text.source;
  lesson.say(
      "One-line descriptions of Debian's packages: which section does each belong to? All packages of one source stand on the same side. "
      "The texts: " +
      source + (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  Index learn[10] = {}, test[10] = {}, first[10] = {};  // texts of each section, and the first of them
  for (Index n = text.train.labels.shape[0] - 1; n >= 0; --n) {
    Index section = text.train.labels.values[n];
    ++learn[section], first[section] = n;
  }
  for (Index section : text.test.labels.values) ++test[section];
  show::Table sections({"section", "to learn from", "test", "for instance"});
  for (Index c = 0; c < 10; ++c)
    sections.add_row({text.class_names[c], show::whole(learn[c]), show::whole(test[c]), text.train.texts[first[c]]});
  lesson.show(sections);
  lesson.show("words known", show::whole(text.vocabulary.size()));
}

void add_row(show::Table& table, const show::Word& what, double bag, double attention) {
  table.add_row({what, show::number(bag, 3), show::number(attention, 3)});
}

/// The share of test texts that are right after each epoch.
struct Curves {
  List<double> bag, attention;
};

/// What gradient reaches the parameters of both models, and where training takes them.
Curves what_can_learn(show::Lesson& lesson, const TextModel& bag, const TextModel& attention, const data::PackageText& text,
                      const Indices& few) {
  lesson.section("What can learn", "the gradient of the loss, for 64 texts");
  Indices labels = data::rows(text.train.labels, data::Batches(64, 64)[0]);
  show::Words printed = lengths(gradients(bag, few, labels)), repaired = lengths(gradients(attention, few, labels));
  Tensors before, moved;
  for (const Tensor& parameter : bag.parameters()) before.push_back(parameter.clone());
  Index epochs = lesson.quick() ? 8 : 6;
  Curves right{train(bag, text, epochs, lesson.seed()), train(attention, text, epochs, lesson.seed())};
  for (const Tensor& parameter : bag.parameters()) moved.push_back(parameter.detach() - before[moved.size()]);
  show::Words distances = lengths(moved);
  show::Table table({"parameter", "as printed, patched", "moved in training", "repaired"});
  for (std::size_t i = 0; i < moved.size(); ++i) {
    show::Word name = bag.named_parameters()[i].first;
    table.add_row({name + " " + moved[i].shape().text(), printed[i], distances[i], repaired[i]});
  }
  lesson.show(table);
  lesson.say(
      "As printed, the three layers that are the attention get no gradient and stay where they started. In the repaired one W1 and W2 get "
      "the same gradient, two layers that are one, and the bias of v gets none but rounding: it adds the same number to every score.");
  return right;
}

void trained(show::Lesson& lesson, const TextModel& bag, const data::PackageText& text, const Indices& few, const Curves& right) {
  lesson.section("Trained", "Adam, cross-entropy, 64 texts a step");
  EvalMode no_dropout;
  NoGrad no_graph;
  Tensor mean = matmul(unsqueeze(bag.attend(few).weights, 1), bag.embedding(few));  // (64, 1, 128)
  lesson.compare("the patched listing and a bag of words", bag(few), bag.dense(squeeze(mean, 1)));
  show::Table curve({"right, of the test texts", "patched = bag of words", "attention, repaired"});
  Tensor always = zeros({text.test.labels.shape[0], 10}) + one_hot(Indices{0}, 10);  // the same for every text
  double majority = accuracy(always, text.test.labels);
  add_row(curve, "chance", 0.1, 0.1);
  add_row(curve, show::Word("always ") + text.class_names[0], majority, majority);
  for (std::size_t epoch = 0; epoch < right.bag.size(); ++epoch)
    add_row(curve, "epoch " + show::whole(static_cast<Index>(epoch) + 1), right.bag[epoch], right.attention[epoch]);
  lesson.show(curve);
}

/// Three texts, and the weight of each of their words.  alpha (N, T).
void show_weights(show::Lesson& lesson, const TextModel& attention, const data::PackageText& text, const Tensor& alpha) {
  for (Index part : {0, 2, 3}) {
    Index n = part * alpha.size(0) / 4;
    Index said = argmax(attention(data::rows(text.test.tokens, List<Index>{n})), 1).values[0], is = text.test.labels.values[n];
    show::Table table({show::Word("said: ") + text.class_names[said] + ", is: " + text.class_names[is], "alpha", ""});
    show::Words words = data::words_of(text.test.texts[n]);
    for (std::size_t t = 0; t < words.size() && t < 16; ++t) {
      double weight = alpha.at({n, static_cast<Index>(t)});
      table.add_row({words[t], show::number(weight, 2), lesson.quick() ? show::Word() : show::bar(weight, 30)});
    }
    lesson.show(table);
  }
}

void what_it_looks_at(show::Lesson& lesson, const TextModel& attention, const data::PackageText& text, const Tensor& alpha) {
  lesson.section("What it looks at");
  show_weights(lesson, attention, text, alpha);
  std::vector<data::WordWeight> weights = data::word_weights(alpha, text.test.tokens, 30);
  show::Table frequent({"the most frequent words", "times", "weight, of a fair share"});
  for (Index word = 2; word < 14; ++word)
    for (const data::WordWeight& w : weights)
      if (w.word == word) frequent.add_row({text.vocabulary.word(word), show::whole(w.count), show::number(w.times_fair, 2)});
  lesson.show(frequent);
  show::Word most = text.vocabulary.word(weights[0].word);
  for (Index i = 1; i < 12; ++i) most = most + ", " + text.vocabulary.word(weights[i].word);
  if (!lesson.quick()) lesson.show("most", most);
  lesson.say("A fair share is 1/n in a text of n words.");

  Indices two_texts = text.vocabulary.encode(show::Words{"Perl code from Python", "Python code from Perl"}, 16);
  Tensor scores = attention(two_texts);
  lesson.compare("'Perl code from Python' and 'Python code from Perl'", select(scores, 0, 0), select(scores, 0, 1));
  lesson.say("A weighted sum knows no order: only weights that look at neighbours, or positions, can tell the two apart (lesson 55).");
}

void does_it_matter(show::Lesson& lesson, const TextModel& bag, const TextModel& attention, const data::TextSet& test, const Tensor& alpha,
                    Rng& rng) {
  lesson.section("Does it matter what it looks at?");
  show::Table hidden({"hidden in each text", "bag of words", "attention"});
  add_row(hidden, "nothing", accuracy_on(bag, test.tokens, test.labels), accuracy_on(attention, test.tokens, test.labels));
  Tensor least = -alpha, by_lot = rand(alpha.shape(), rng);
  const struct {
    const char* what;
    const Tensor& rank;  // the word with the largest number is hidden
  } ways[] = {{"the word with the least weight", least}, {"a word by lot", by_lot}, {"the word with the most weight", alpha}};
  for (const auto& way : ways) {
    Indices tokens = without_one(test.tokens, way.rank);
    add_row(hidden, way.what, accuracy_on(bag, tokens, test.labels), accuracy_on(attention, tokens, test.labels));
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
  Tensor patched = patched_until_it_runs(lesson, example);
  one_answer_a_word(lesson, patched);
  the_repair(lesson, example);

  data::PackageText text = lesson.quick() ? data::made_up_package_text() : data::debian_package_text();
  real_text(lesson, text);
  Rng rng(lesson.seed()), same = rng;
  TextModel bag(text.vocabulary.size(), rng, false), attention(text.vocabulary.size(), same, true);
  Indices few = data::rows(text.train.tokens, data::Batches(64, 64)[0]);
  Curves right = what_can_learn(lesson, bag, attention, text, few);
  trained(lesson, bag, text, few, right);

  EvalMode no_dropout;
  NoGrad no_graph;
  Tensor alpha = attention.attend(text.test.tokens).weights;  // (N, T)
  what_it_looks_at(lesson, attention, text, alpha);
  does_it_matter(lesson, bag, attention, text.test, alpha, rng);
  what_to_notice(lesson);
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