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
      "What "
      "has weights must be an object that keeps them:");
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
  show::Table shapes({"step", "shape", "learned"});
  shapes.add_row({"tokens: 2 texts, 4 and 2 words, padding", text.shape.text(), ""})
      .add_row({"embedding of 1,000 words", x.shape().text(), show::whole(model.embedding.parameter_count())})
      .add_row({"+ position", model.positions(x).shape().text(), show::whole(model.positions.parameter_count())})
      .add_row({"weights of 8 heads of width 16", found.weights.shape().text(), ""})
      .add_row({"x + attention(x)", found.output.shape().text(), show::whole(model.attention.parameter_count())})
      .add_row({"mean over the words, dense", model(text).shape().text(), show::whole(model.dense.parameter_count())});
  lesson.show(shapes);
  lesson.name_columns(36);
  lesson.show("head 0, text 0: queries x keys", select(select(found.weights, 0, 0), 0, 0));
  model.with_positions = false;
  lesson.compare("without positions, read forwards and backwards", model(text), model(backwards));
  lesson.say("So the order of words enters by the positions alone (lesson 37); and no weight falls on padding, the last column.");
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "AttentionModel(num_heads=8): the listing gives the model's frame and leaves its content out. What has to stand there so that it can "
      "be "
      "trained, and what do accuracy, F1 and weights then say?");
  as_printed(lesson);
  filled_in(lesson);

  lesson.section("Trained on text", "the texts of lesson 53");
  data::PackageText text = lesson.quick() ? data::made_up_package_text() : data::debian_package_text();
  const data::TextSet& test = text.test;
  lesson.say("Which of ten sections does a package's description belong to? " + show::whole(row_count(text.train.labels)) +
             " to learn from, " + show::whole(row_count(test.labels)) + " to be measured on. The texts: " + text.source +
             (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  Rng rng(lesson.seed() + 1);
  Index vocabulary = text.vocabulary.size(), epochs = lesson.quick() ? 6 : 4;
  AttentionModel model(vocabulary, 8, !lesson.broken("no-positions"), rng), bag(vocabulary, 0, false, rng);
  show::Table table({"model", "parameters", "accuracy", "macro F1", "words shuffled"});
  Indices mixed = shuffled(test.tokens, rng);
  auto add_row = [&](const show::Word& name, Index parameters, const Tensor& scores, const Tensor& when_mixed) {
    table.add_row({name, show::whole(parameters), show::number(accuracy(scores, test.labels), 3),
                   show::number(data::macro_f1(data::confusion_matrix(argmax(scores), test.labels, 10)), 3),
                   show::number(accuracy(when_mixed, test.labels), 3)});
  };
  Tensor always = one_hot(Indices(test.labels.shape, std::vector<Index>(test.texts.size())), 10);
  add_row("always " + text.class_names[0], 0, always, always);
  for (const AttentionModel* m : {&bag, &model}) {
    Rng order(lesson.seed());
    fit(*m, text.train.tokens, text.train.labels, {m->num_heads ? epochs : epochs + 2, 64, 0.002}, order, [](double) {});
    add_row(m->num_heads ? "8 heads" : "bag of words", m->parameter_count(), scores_of(*m, test.tokens), scores_of(*m, mixed));
  }
  lesson.show(table);

  lesson.section("Accuracy and F1", "F1 = 2 tp / (2 tp + fp + fn)");
  Tensor confusion = data::confusion_matrix(argmax(scores_of(model, test.tokens)), test.labels, 10);
  std::vector<data::ClassScore> scores = data::class_scores(confusion);
  show::Table classes({"section", "texts", "precision", "recall", "F1"});
  for (Index c = 0; c < 10; ++c)
    classes.add_row({text.class_names[c], show::whole(scores[c].count), show::number(scores[c].precision, 2),
                     show::number(scores[c].recall, 2), show::number(scores[c].f1, 2)});
  lesson.show(classes);
  auto whole = [](const Tensor& x) { return static_cast<Index>(x.item()); };
  Index tp = whole(confusion.at({0, 0})), fp = whole(sum(select(confusion, 1, 0))) - tp, fn = whole(sum(select(confusion, 0, 0))) - tp;
  lesson.name_columns(44);
  lesson.show(text.class_names[0] + " by hand: tp, fp, fn", show::whole(tp) + ", " + show::whole(fp) + ", " + show::whole(fn));
  lesson.show("2 tp / (2 tp + fp + fn)", show::number(2.0 * static_cast<double>(tp) / static_cast<double>(2 * tp + fp + fn), 2));
  lesson.say(
      "Accuracy counts texts, macro F1 is the mean over classes and counts a rare one as much as a frequent one: 'always the largest' gets "
      "little of the first and next to nothing of the second.");
  show::HeatMap map{confusion / sum(confusion, 1, true), text.class_names, text.class_names,
                    "Is (row) and was said to be (column), share of the row"};
  lesson.quick() ? lesson.save("confusion", draw(map))
                 : lesson.show("confusion", map);  // a quick run's shades may differ between processors

  lesson.section("What each head attends to", "weight received, as a multiple of 1/n");
  std::vector<Index> some;
  for (Index n = 0; n < row_count(test.labels); n += 1 + row_count(test.labels) / 2000) some.push_back(n);
  Indices tokens = data::rows(test.tokens, some);
  Tensors looks = received(model, tokens);
  show::Words columns{"the most frequent words"};
  std::vector<show::Words> rows;
  for (Index word = 2; word < 14; ++word) rows.push_back({text.vocabulary.word(word)});
  for (Index head = 0; head < 8; ++head) {
    columns.push_back("head " + std::to_string(head));
    std::vector<data::WordWeight> weights = data::word_weights(looks[head], tokens, 10);
    for (show::Words& row : rows) row.push_back("");
    for (const data::WordWeight& w : weights)
      if (w.word < 14) rows[w.word - 2].back() = show::number(w.times_fair, 1);
    std::string most = text.vocabulary.word(weights[0].word);
    for (Index i = 1; i < 8; ++i) most += ", " + text.vocabulary.word(weights[i].word);
    if (!lesson.quick()) lesson.show("head " + std::to_string(head), most);
  }
  show::Table frequent(columns);
  for (const show::Words& row : rows) frequent.add_row(row);
  lesson.show(frequent);

  lesson.section("What to notice");
  lesson.say(
      "The listing is a frame, and what it leaves out is the model. Filled in, it learns. Set beside a bag of words it gains little or "
      "nothing "
      "on texts this short: that is what a baseline is for. Shuffled words show how much of an answer is in their order, and macro F1 "
      "shows the "
      "small classes. The heads take to different words; the mean over a text mixes what all of them found.");
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "55";
  info.title = "A listing of a model";
  info.chinese = "自注意力模型的代码";
  info.mirrors = "《资源分配》 §5.2, §5.4";
  info.about =
      "The article's AttentionModel(num_heads=8): what the listing leaves out, filled in and trained; accuracy, F1 and what the heads look "
      "at.";
  info.breaks = {{"no-positions", "the model does not know the order of words"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
