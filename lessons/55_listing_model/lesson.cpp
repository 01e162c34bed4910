#include "attention_model.h"

#include <qkv/fit.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

namespace {

/// As the listing declares it: a function of two arguments.
Tensor self_attention(const Tensor& inputs, Index num_heads) { return multi_head_attention(inputs, inputs, inputs, num_heads); }

/// Is it possible to call f(arguments...)?
template <class F, class... Arguments>
auto callable(F f, Arguments... arguments) -> decltype(f(arguments...), true) {
  return true;
}
bool callable(...) { return false; }

/// What the listing says, and what one needs beside it.
void as_printed(show::Lesson& lesson) {
  lesson.section("The listing as printed", "self.attention = self_attention(num_heads)");
  lesson.say(
      "self_attention is declared with two arguments, inputs and num_heads; the model calls it with one. C++ can be asked whether that is "
      "possible (Python finds out when it runs):");
  lesson.name_columns(36);
  lesson.show("self_attention(num_heads)", callable(self_attention, Index{8}));
  lesson.show("self_attention(inputs, num_heads)", callable(self_attention, zeros({1, 3, 8}), Index{8}));
  lesson.say(
      "And if it could be called, a result would come back, not a layer: numbers that no later input changes, and nothing to be learned. "
      "What has weights must be an object that keeps them:");
  Rng rng(lesson.seed());
  lesson.name_columns(36);
  lesson.show("numbers learned by the function", 0);
  lesson.show("by MultiheadAttention(128, 8)", show::whole(nn::MultiheadAttention(128, 8, rng).parameter_count()));
}

/// The model filled in, on one text.
void filled_in(show::Lesson& lesson) {
  lesson.section("Filled in", "dense(mean(x + attention(x))),  x = embedding + position");
  Rng rng(lesson.seed());
  AttentionModel model(1000, 8, true, rng);
  Indices text{{7, 30, 12, 5, 0}, {8, 9, 0, 0, 0}}, backwards{{5, 12, 30, 7, 0}, {9, 8, 0, 0, 0}};
  EvalMode no_dropout;
  Tensor x = model.embedding(text);
  Attended found = model.attend(text);
  Tensor placed = model.positions(x), scores = model(text);
  const struct {
    const char* step;
    Shape shape;
    Index learned;
  } steps[] = {{"tokens: 2 texts, 4 and 2 words, padding", text.shape, 0},
               {"embedding of 1,000 words", x.shape(), model.embedding.parameter_count()},
               {"+ position", placed.shape(), model.positions.parameter_count()},
               {"weights of 8 heads of width 16", found.weights.shape(), 0},
               {"x + attention(x)", found.output.shape(), model.attention.parameter_count()},
               {"mean over the words, dense", scores.shape(), model.dense.parameter_count()}};
  show::Table shapes({"step", "shape", "learned"});
  for (const auto& step : steps) shapes.add_row({step.step, step.shape.text(), step.learned ? show::whole(step.learned) : std::string()});
  lesson.show(shapes);
  lesson.name_columns(36);
  lesson.show("head 0, text 0: queries x keys", select(select(found.weights, 0, 0), 0, 0));
  model.with_positions = false;
  lesson.compare("without positions, read forwards and backwards", model(text), model(backwards));
  lesson.say("So the order of words enters by the positions alone (lesson 37); and no weight falls on padding, the last column.");
}

/// `scores`, for the texts and for the same texts with their words shuffled, against what is right.
void add_row(show::Table& table, const std::string& name, Index parameters, const Tensor& scores, const Tensor& when_mixed,
             const Indices& labels) {
  double f1 = datasets::macro_f1(datasets::confusion_matrix(argmax(scores), labels, 10));
  table.add_row({name, show::whole(parameters), show::number(accuracy(scores, labels), 3), show::number(f1, 3),
                 show::number(accuracy(when_mixed, labels), 3)});
}

void trained_on_text(show::Lesson& lesson, const AttentionModel& model, const AttentionModel& bag, const datasets::PackageText& text,
                     Rng& rng) {
  lesson.section("Trained on text", "the texts of lesson 53");
  const datasets::TextSet& test = text.test;
  std::string source = text.source;
  lesson.say("Which of ten sections does a package's description belong to? " + show::whole(text.train.labels.shape[0]) +
             " to learn from, " + show::whole(test.labels.shape[0]) + " to be measured on. The texts: " + source +
             (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  show::Table table({"model", "parameters", "accuracy", "macro F1", "words shuffled"});
  Indices mixed = shuffled(test.tokens, rng);
  Tensor always = zeros({test.labels.shape[0], 10}) + one_hot(Indices{0}, 10);  // the same for every text
  add_row(table, std::string("always ") + text.class_names[0], 0, always, always, test.labels);
  Index epochs = lesson.quick() ? 6 : 4;
  for (const AttentionModel* m : {&bag, &model}) {
    Rng order(lesson.seed());
    fit(*m, text.train.tokens, text.train.labels, {m->num_heads ? epochs : epochs + 2, 64, 0.002}, order, [](double) {});
    add_row(table, m->num_heads ? "8 heads" : "bag of words", m->parameter_count(), scores_of(*m, test.tokens), scores_of(*m, mixed),
            test.labels);
  }
  lesson.show(table);
}

/// F1 of the first class, from the confusion matrix (is, was said to be).
void f1_by_hand(show::Lesson& lesson, const std::string& name, const Tensor& confusion) {
  double tp = confusion.at({0, 0}), fp = sum(select(confusion, 1, 0)).item() - tp, fn = sum(select(confusion, 0, 0)).item() - tp;
  lesson.name_columns(44);
  lesson.show(name + " by hand: tp, fp, fn", show::whole(lround(tp)) + ", " + show::whole(lround(fp)) + ", " + show::whole(lround(fn)));
  lesson.show("2 tp / (2 tp + fp + fn)", show::number(2 * tp / (2 * tp + fp + fn), 2));
}

void accuracy_and_f1(show::Lesson& lesson, const AttentionModel& model, const datasets::PackageText& text) {
  lesson.section("Accuracy and F1", "F1 = 2 tp / (2 tp + fp + fn)");
  Tensor confusion = datasets::confusion_matrix(argmax(scores_of(model, text.test.tokens)), text.test.labels, 10);
  std::vector<datasets::ClassScore> scores = datasets::class_scores(confusion);
  show::Table classes({"section", "texts", "precision", "recall", "F1"});
  for (Index c = 0; c < 10; ++c)
    classes.add_row({text.class_names[c], show::whole(scores[c].count), show::number(scores[c].precision, 2),
                     show::number(scores[c].recall, 2), show::number(scores[c].f1, 2)});
  lesson.show(classes);
  f1_by_hand(lesson, text.class_names[0], confusion);
  lesson.say(
      "Accuracy counts texts, macro F1 is the mean over classes and counts a rare one as much as a frequent one: 'always the largest' gets "
      "little of the first and next to nothing of the second.");
  show::HeatMap map{confusion / sum(confusion, 1, true), text.class_names, text.class_names,
                    "Is (row) and was said to be (column), share of the row"};
  lesson.quick() ? lesson.save("confusion", draw(map))
                 : lesson.show("confusion", map);  // a quick run's shades may differ between processors
}

void what_each_head_attends_to(show::Lesson& lesson, const AttentionModel& model, const datasets::PackageText& text) {
  lesson.section("What each head attends to", "weight received, as a multiple of 1/n");
  std::vector<Index> some;
  Index texts = text.test.labels.shape[0];
  for (Index n = 0; n < texts; n += 1 + texts / 2000) some.push_back(n);
  Indices tokens = datasets::rows(text.test.tokens, some);
  Tensors looks = received(model, tokens);
  std::vector<std::string> columns{"the most frequent words"}, rows[12];
  for (Index i = 0; i < 12; ++i) rows[i].push_back(text.vocabulary.word(2 + i));
  for (Index head = 0; head < 8; ++head) {
    std::string name = "head " + show::whole(head);
    columns.push_back(name);
    std::vector<datasets::WordWeight> weights = datasets::word_weights(looks[head], tokens, 10);
    for (Index i = 0; i < 12; ++i) {
      std::string cell;
      for (const datasets::WordWeight& w : weights)
        if (w.word == 2 + i) cell = show::number(w.times_fair, 1);
      rows[i].push_back(cell);
    }
    std::string most = text.vocabulary.word(weights[0].word);
    for (Index i = 1; i < 8; ++i) most = most + ", " + text.vocabulary.word(weights[i].word);
    if (!lesson.quick()) lesson.show(name, most);
  }
  show::Table frequent(columns);
  for (const std::vector<std::string>& row : rows) frequent.add_row(row);
  lesson.show(frequent);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing is a frame, and what it leaves out is the model. Filled in, it learns. Set beside a bag of words it gains little or "
      "nothing on texts this short: that is what a baseline is for. Shuffled words show how much of an answer is in their order, and macro "
      "F1 shows the small classes. The heads take to different words; the mean over a text mixes what all of them found.");
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "AttentionModel(num_heads=8): the listing gives the model's frame and leaves its content out. What has to stand there so that it can "
      "be trained, and what do accuracy, F1 and weights then say?");
  as_printed(lesson);
  filled_in(lesson);
  datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text() : datasets::debian_package_text();
  Rng rng(lesson.seed() + 1);
  Index vocabulary = text.vocabulary.size();
  AttentionModel model(vocabulary, 8, !lesson.broken("no-positions"), rng), bag(vocabulary, 0, false, rng);
  trained_on_text(lesson, model, bag, text, rng);
  accuracy_and_f1(lesson, model, text);
  what_each_head_attends_to(lesson, model, text);
  what_to_notice(lesson);
}

const show::LessonInfo info{"55",
                            "A listing of a model",
                            "自注意力模型的代码",
                            "《资源分配》 §5.2, §5.4",
                            "The article's AttentionModel(num_heads=8): what the listing leaves out, filled in and trained; "
                            "accuracy, F1 and what the heads look at.",
                            {{"no-positions", "the model does not know the order of words"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
