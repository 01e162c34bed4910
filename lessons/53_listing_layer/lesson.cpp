#include "text_model.h"

#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"

namespace {

/// A row of a name and its numbers.
void add_row(show::Table& table, const std::string& name, const std::vector<double>& numbers, int digits) {
  std::vector<std::string> cells{name};
  for (double number : numbers) cells.push_back(show::number(number, digits));
  table.add_row(cells);
}

Index epochs_of(const show::Lesson& lesson) { return lesson.quick() ? 8 : 4; }

const std::vector<std::string> words{"documentation", "for", "Perl"};

/// One text (1, T, d), without its first axis.
void show_text(show::Lesson& lesson, const char* name, const Tensor& x) { lesson.show(name, select(x, 0, 0)); }

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "A layer that gives each word of a text a weight, an embedding before it, ten classes behind it: a small model for texts. Does the "
      "listing run? Does it learn what to look at? A text of three words of width 2, and four hidden numbers:");
  lesson.name_columns(33);
  show_text(lesson, "inputs (1, 3, 2)", x.inputs);
  lesson.show("W1 (4, 2)", x.W1);
  lesson.show("W2 (4, 2)", x.W2);
  lesson.show("v (1, 4)", x.v);
}

void the_layer_as_printed(show::Lesson& lesson, const Example& x) {
  lesson.section("The layer as printed", "softmax(scores, axis=-1)");
  lesson.name_columns(33);
  Tensor scores = x.scores(x.inputs), weights = softmax(scores, -1);
  show_text(lesson, "scores (1, 3, 1)", scores);
  show_text(lesson, "softmax over the last axis", weights);
  lesson.show("their sum over the words", sum(weights).item());
  lesson.show_error("matmul(attention_weights, inputs)", [&] { matmul(weights, x.inputs); });
  lesson.say(
      "The last axis of the scores has length 1. Softmax of a single number is 1, whatever the number is. Then the product is refused. It "
      "fits only a text of a single word, and gives that word back:");
  Tensor one_word = slice(x.inputs, 1, 0, 1);
  show_text(lesson, "the text 'documentation'", one_word);
  show_text(lesson, "context_vector", matmul(softmax(x.scores(one_word), -1), one_word));
}

void patched_until_it_runs(show::Lesson& lesson, Example& x) {
  lesson.section("Patched until it runs");
  lesson.say("Two patches make the shapes fit. With either, the weights are still 1:");
  x.W1.requires_grad(true);
  x.inputs.requires_grad(true);
  Tensor weights = softmax(x.scores(x.inputs), -1), patched = weights * x.inputs;
  lesson.compare("attention_weights * inputs and inputs", patched, x.inputs);
  lesson.compare("attention_weights^T @ inputs and the sum of the words", matmul(transpose(weights), x.inputs), sum(x.inputs, 1, true));
  sum(patched * patched).backward();
  lesson.name_columns(33);
  lesson.show("gradient of W1", x.W1.grad());
  show_text(lesson, "gradient of inputs", x.inputs.grad());
  lesson.say("The gradient of W1 is not small but exactly 0. Two more faults. W1 and W2 read the same inputs, so they are one layer:");
  lesson.compare("W1(inputs) + W2(inputs) and (W1 + W2)(inputs)", x.hidden(x.inputs), linear(x.inputs, x.W1 + x.W2));
  lesson.say("And the patched output still has a vector for each word. Dense(10) gives ten numbers a word; a text has one label:");
  Rng rng(lesson.seed());
  Tensor answers = nn::Linear(2, 10, rng)(x.inputs);  // which is what the patched layer gives back
  lesson.name_columns(33);
  lesson.show("Dense(10) of a text of 3 words", answers.shape().text());
  lesson.show_error("the loss", [&] { cross_entropy(transpose(answers), Indices{3}); });
}

void the_repair(show::Lesson& lesson, const Example& x) {
  lesson.section("The repair", "alpha = softmax over the words,  context = sum_j alpha_j x_j");
  const ByHand hand(x);
  const double* h = hand.hidden[0];
  Tensor hidden = tensor({h[0], h[1], h[2], h[3]}), context = tensor({{hand.context[0], hand.context[1]}});
  lesson.name_columns(33);
  lesson.show("W = W1 + W2", x.W1 + x.W2);
  lesson.show("documentation: W x", hidden);
  lesson.show("               tanh(W x)", tanh(hidden));
  show::Table table({"word", "e_j", "exp(e_j)", "alpha_j"});
  for (Index j = 0; j < 3; ++j) add_row(table, words[j], {hand.e[j], exp(hand.e[j]), hand.alpha[j]}, 4);
  lesson.show(table);
  Tensor filled_up = x.repaired(x.padded, lesson.broken("no-mask") ? 5 : 3);
  lesson.show("context", select(context, 0, 0));
  lesson.compare("by the loop and by matrices", context, x.repaired(x.inputs, 3));
  lesson.show("with two places of padding", select(filled_up, 0, 0));
  lesson.compare("with padding and without", context, filled_up);
}

void real_text(show::Lesson& lesson, const datasets::PackageText& text) {
  lesson.section("Real text", "Embedding(10000, 128), AttentionLayer(64), Dense(10)");
  const std::string source = text.source;
  lesson.say(
      "One-line descriptions of Debian's packages: which section does each belong to? All packages of one source stand on the same side. "
      "The texts: " +
      source + (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  show::Table table({"section", "to learn from", "test", "for instance"});
  for (Index c = 0; c < 10; ++c) {
    std::vector<Index> learn = of_section(text.train, c), test = of_section(text.test, c);
    table.add_row({text.class_names[c], show::whole(learn.size()), show::whole(test.size()), text.train.texts[learn[0]]});
  }
  lesson.show(table);
  lesson.name_columns(33);
  lesson.show("texts: to learn from, test", show::whole(text.train.labels.shape[0]) + ", " + show::whole(text.test.labels.shape[0]));
  lesson.show("words known", show::whole(text.vocabulary.size()));
}

/// What gradient reaches the parameters of both models, and how far training takes those of the patched one.
void what_can_learn(show::Lesson& lesson, Pair& models, const datasets::PackageText& text) {
  lesson.section("What can learn", "the gradient of the loss, for 64 texts");
  Tensors printed = gradients(models.bag, text.train), repaired = gradients(models.attention, text.train);
  models.train(text, epochs_of(lesson), lesson.seed());
  show::Table table({"length of the gradient of", "as printed, patched", "moved in training", "repaired"});
  for (std::size_t i = 0; i < printed.size(); ++i) {
    const auto& [name, learned] = models.bag.named_parameters()[i];
    table.add_row({name + " " + learned.shape().text(), length_text(printed[i]), length_text(learned.detach() - models.start[i]),
                   length_text(repaired[i])});
  }
  lesson.show(table);
  lesson.say(
      "As printed, the three layers that are the attention get no gradient and stay where they started. In the repaired one W1 and W2 get "
      "the same gradient. The bias of v gets only rounding errors: it adds the same number to every score.");
}

void trained(show::Lesson& lesson, const Pair& models, const datasets::PackageText& text) {
  lesson.section("Trained", "Adam, cross-entropy, 64 texts a step");
  EvalMode no_dropout;
  NoGrad no_graph;
  Indices few = first_64(text.train.tokens);
  Attended patched = models.bag.attend(few);
  lesson.compare("the patched listing and a bag of words", patched.output,
                 sum(unsqueeze(patched.weights, 2) * models.bag.embedding(few), 1));
  show::Table curve({"right, of the test texts", "patched = bag of words", "attention, repaired"});
  double largest = mean(one_hot(text.test.labels, 10), 0).at({0});  // the share of the largest section
  add_row(curve, "chance", {0.1, 0.1}, 3);
  add_row(curve, "always " + text.class_names[0], {largest, largest}, 3);
  for (std::size_t epoch = 0; epoch < models.bag_right.size(); ++epoch)
    add_row(curve, "epoch " + show::whole(static_cast<Index>(epoch) + 1), {models.bag_right[epoch], models.attention_right[epoch]}, 3);
  lesson.show(curve);
}

void what_it_looks_at(show::Lesson& lesson, const Pair& models, const datasets::PackageText& text) {
  lesson.section("What it looks at");
  EvalMode no_dropout;
  NoGrad no_graph;
  const std::vector<std::string> said{"documentation", "for", "the", "Python", "module", "for", "parsing", "XML", "files"};
  Index n = static_cast<Index>(said.size());
  lesson.say(
      "'documentation for the Python module for parsing XML files': does it belong to doc or to python? How sure is each model of doc, and "
      "how sure if one word is hidden?");
  Indices tokens = text.vocabulary.encode({"documentation for the Python module for parsing XML files"}, 16);
  Tensor map = without_each_word(models, text, tokens, n);
  show::Table table({"hidden", "alpha", "bag of words", "attention"});
  add_row(table, "nothing hidden", {1, sure_of_doc(models.bag, text, tokens), sure_of_doc(models.attention, text, tokens)}, 2);
  for (Index j = 0; j < n; ++j) add_row(table, said[j], {map.at({0, j}), map.at({1, j}), map.at({2, j})}, 2);
  lesson.show(table);
  lesson.save("words",
              draw(show::HeatMap{map,
                                 {"weight of the word", "bag of words, sure of doc without it", "attention, sure of doc without it"},
                                 said,
                                 "A text, and what one word of it does"}));

  Tensor weights = models.attention.attend(text.test.tokens).weights;
  show::Table frequent({"the most frequent words", "times", "weight, of a fair share"});
  for (Index word = 2; word < 14; ++word)
    for (const datasets::WordWeight& w : datasets::word_weights(weights, text.test.tokens))
      if (w.word == word) frequent.add_row({text.vocabulary.word(word), show::whole(w.count), show::number(w.times_fair, 2)});
  lesson.show(frequent);
  lesson.say("A fair share is 1/n in a text of n words.");
  Tensor orders = scores_of(models.attention, text.vocabulary.encode({"Perl code from Python", "Python code from Perl"}, 16));
  lesson.compare("'Perl code from Python' and 'Python code from Perl'", select(orders, 0, 0), select(orders, 0, 1));
}

void hide_a_word(show::Lesson& lesson, const Answers& one) {
  lesson.section("Does it matter what it looks at?");
  show::Table table({"of the test texts", "bag of words", "attention"});
  for (std::size_t i = 0; i < 4; ++i) add_row(table, questions[i], {one[i][0], one[i][1]}, 3);
  lesson.show(table);
}

void with_other_seeds(show::Lesson& lesson, const Answers& first, const datasets::PackageText& text) {
  lesson.section("With other seeds");
  std::vector<Answers> all{first};
  for (int i = 1; i < lesson.seeds(); ++i)
    all.push_back(answers_of_seed(text, epochs_of(lesson), lesson.seed() + static_cast<std::uint64_t>(i)));
  if (all.size() == 1) return lesson.say("This was one training of each model. --seeds 10 repeats it with ten seeds.");
  show::Table table({show::whole(lesson.seeds()) + " seeds, median and range", "bag of words", "attention"});
  for (std::size_t i = 0; i < questions.size(); ++i) {
    int digits = i < 4 ? 3 : 2;
    table.add_row(
        {questions[i], show::median_and_range(over_seeds(all, i, 0), digits), show::median_and_range(over_seeds(all, i, 1), digits)});
  }
  lesson.show(table);
  Index ahead = 0;
  for (const Answers& one : all) ahead += one[0][0] > one[0][1];
  lesson.name_columns(33);
  lesson.show("seeds where the bag is ahead", show::whole(ahead));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing does not run. Patched until it does, it is a bag of words with an attention that never moves. Its accuracy looks fine; "
      "the gradients tell. The repair is small: softmax over the words, and the weights as a row. Attention then shows where it looked, "
      "and "
      "hiding words shows that the answer depends on it. Whether it is right more often than a bag of words is another question: compare "
      "the two columns.");
}

void lesson_body(show::Lesson& lesson) {
  Example example;
  the_question(lesson, example);
  the_layer_as_printed(lesson, example);
  patched_until_it_runs(lesson, example);
  the_repair(lesson, example);

  datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text() : datasets::debian_package_text();
  real_text(lesson, text);
  Pair models(text.vocabulary.size(), lesson.seed());
  what_can_learn(lesson, models, text);
  trained(lesson, models, text);
  what_it_looks_at(lesson, models, text);
  Answers first = answers(models, text, lesson.seed());
  hide_a_word(lesson, first);
  with_other_seeds(lesson, first, text);
  what_to_notice(lesson);
}

const show::LessonInfo info{"53",
                            "A listing of a layer",
                            "注意力层的代码",
                            "《专注力》 §5.2–5.4",
                            "The article's AttentionLayer: why it cannot run and, patched, cannot learn; then repaired and trained "
                            "on descriptions of Debian's packages.",
                            {{"no-mask", "padding is attended to"}},
                            1};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
