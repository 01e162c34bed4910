#include "attention_model.h"

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

/// Does it have something to learn?
template <class T>
auto has_parameters(const T& x, int) -> decltype(x.parameters(), true) {
  return true;
}
template <class T>
bool has_parameters(const T&, long) {
  return false;
}

/// What the listing says, and what one needs beside it.
void as_printed(show::Lesson& lesson) {
  lesson.section("The listing as printed", "self.attention = self_attention(num_heads)");
  lesson.say(
      "self_attention is declared with two arguments, inputs and num_heads; the model calls it with one. C++ can be asked whether that is "
      "possible (Python finds out when it runs). Does it compile?");
  lesson.name_columns(36);
  lesson.show("self_attention(num_heads)", callable(self_attention, Index{8}));
  lesson.show("self_attention(inputs, num_heads)", callable(self_attention, zeros({1, 3, 8}), Index{8}));
  lesson.say("And if it could be called, numbers would come back, not a layer. Does what comes back have something to learn?");
  Rng rng(lesson.seed());
  nn::MultiheadAttention layer(128, 8, rng);
  lesson.name_columns(36);
  lesson.show("the result of self_attention", has_parameters(self_attention(zeros({1, 3, 8}), 8), 0));
  lesson.show("MultiheadAttention(128, 8)", has_parameters(layer, 0));
  lesson.show("so many numbers", show::whole(layer.parameter_count()));
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
  lesson.name_columns(36);
  lesson.show("the words' numbers, 0 for padding", "7 30 12 5 0  and  8 9 0 0 0");
  show::Table shapes({"step", "shape", "learned"});
  for (const auto& step : steps) shapes.add_row({step.step, step.shape.text(), step.learned ? show::whole(step.learned) : std::string()});
  lesson.show(shapes);
  lesson.name_columns(36);
  lesson.show("head 0, text 0: queries x keys", select(select(found.weights, 0, 0), 0, 0));
  model.with_positions = false;
  lesson.compare("without positions, read forwards and backwards", model(text), model(backwards));
  lesson.say("No weight falls on padding, the last column. The order of words enters by the positions alone (lesson 37).");
}

void trained_on_text(show::Lesson& lesson, const Pair& models, const Outcome& one, const datasets::PackageText& text) {
  lesson.section("Trained on text", "the texts of lesson 53");
  const datasets::TextSet& test = text.test;
  std::string source = text.source;
  lesson.say("Which of ten sections does a package's description belong to? " + show::whole(text.train.labels.shape[0]) +
             " to learn from, " + show::whole(test.labels.shape[0]) + " to be measured on. The texts: " + source +
             (lesson.quick() ? ". (Without --quick: those that apt-cache lists.)" : "."));
  Tensor always = zeros({test.labels.shape[0], 10}) + one_hot(Indices{0}, 10);  // the same for every text
  const struct {
    std::string name;
    Index parameters;
    std::array<double, 3> numbers;
  } rows[] = {{"always " + text.class_names[0], 0, measured(always, always, test.labels)},
              {"bag of words", models.bag.parameter_count(), one.bag},
              {"8 heads", models.heads.parameter_count(), one.heads}};
  show::Table table({"model", "parameters", "accuracy", "macro F1", "words shuffled"});
  for (const auto& row : rows)
    table.add_row({row.name, show::whole(row.parameters), show::number(row.numbers[0], 3), show::number(row.numbers[1], 3),
                   show::number(row.numbers[2], 3)});
  lesson.show(table);
}

/// F1 of the first class, from the confusion matrix (is, was said to be).
void f1_by_hand(show::Lesson& lesson, const std::string& name, const Tensor& confusion) {
  double tp = confusion.at({0, 0}), fp = sum(select(confusion, 1, 0)).item() - tp, fn = sum(select(confusion, 0, 0)).item() - tp;
  lesson.name_columns(44);
  lesson.show(name + " by hand: tp, fp, fn", show::whole(lround(tp)) + ", " + show::whole(lround(fp)) + ", " + show::whole(lround(fn)));
  lesson.show("precision tp / (tp + fp)", show::number(tp / (tp + fp), 2));
  lesson.show("recall tp / (tp + fn)", show::number(tp / (tp + fn), 2));
  lesson.show("F1 2 tp / (2 tp + fp + fn)", show::number(2 * tp / (2 * tp + fp + fn), 2));
}

void accuracy_and_f1(show::Lesson& lesson, const AttentionModel& model, const datasets::PackageText& text) {
  lesson.section("Accuracy and F1", "F1 = 2 tp / (2 tp + fp + fn)");
  Tensor confusion = datasets::confusion_matrix(argmax(scores_of(model, text.test.tokens)), text.test.labels, 10);
  f1_by_hand(lesson, text.class_names[0], confusion);
  std::vector<datasets::ClassScore> scores = datasets::class_scores(confusion);
  show::Table classes({"section", "texts", "precision", "recall", "F1"});
  for (Index c = 0; c < 10; ++c)
    classes.add_row({text.class_names[c], show::whole(scores[c].count), show::number(scores[c].precision, 2),
                     show::number(scores[c].recall, 2), show::number(scores[c].f1, 2)});
  lesson.show(classes);
  lesson.save("confusion", draw(show::HeatMap{confusion / sum(confusion, 1, true), text.class_names, text.class_names,
                                              "Section (row) and what was said (column), share of the row"}));
}

void what_each_head_attends_to(show::Lesson& lesson, const Tensor& received) {
  lesson.section("What each head attends to", "weight received, as a multiple of 1/n");
  std::vector<std::string> columns{"word"}, heads;
  for (Index head = 0; head < 8; ++head) heads.push_back("head " + show::whole(head));
  columns.insert(columns.end(), heads.begin(), heads.end());
  show::Table table(columns);
  for (Index i = 0; i < received.size(1); ++i) {
    std::vector<std::string> row{some_words[i]};
    for (Index head = 0; head < 8; ++head) row.push_back(show::number(received.at({head, i}), 1));
    table.add_row(row);
  }
  lesson.show(table);
  lesson.save("heads", draw(show::HeatMap{received, heads, some_words, "How much weight a word receives in each head, of 1/n"}));
}

void with_other_seeds(show::Lesson& lesson, const Outcome& first, const datasets::PackageText& text, Index epochs) {
  lesson.section("With other seeds");
  std::vector<Outcome> all{first};
  for (int i = 1; i < lesson.seeds(); ++i) {
    std::uint64_t seed = lesson.seed() + static_cast<std::uint64_t>(i);
    Pair models(text, seed, !lesson.broken("no-positions"));
    models.train(text, epochs, seed);
    all.push_back(outcome(models, text, seed));
  }
  if (all.size() == 1) return lesson.say("This was one training of each model. --seeds 10 repeats it with ten seeds.");
  const auto over = [&](const auto& number) {
    std::vector<double> numbers;
    for (const Outcome& one : all) numbers.push_back(number(one));
    return numbers;
  };
  show::Table table({show::whole(lesson.seeds()) + " seeds, median and range", "bag of words", "8 heads"});
  const char* names[] = {"accuracy", "macro F1", "accuracy, words shuffled"};
  for (std::size_t i = 0; i < 3; ++i)
    table.add_row({names[i], show::median_and_range(over([&](const Outcome& one) { return one.bag[i]; }), 3),
                   show::median_and_range(over([&](const Outcome& one) { return one.heads[i]; }), 3)});
  table.add_row({"lost by shuffling", show::median_and_range(over([](const Outcome& one) { return one.bag[0] - one.bag[2]; }), 3),
                 show::median_and_range(over([](const Outcome& one) { return one.heads[0] - one.heads[2]; }), 3)});
  lesson.show(table);
  show::Table classes({"8 heads", "F1"});
  for (std::size_t c = 0; c < 10; ++c)
    classes.add_row({text.class_names[c], show::median_and_range(over([&](const Outcome& one) { return one.classes[c].f1; }), 2)});
  lesson.show(classes);
  show::Table words({"weight received", "least of 8 heads", "most of 8 heads"});
  for (Index i = 0; i < first.received.size(1); ++i)
    words.add_row({some_words[i], show::median_and_range(over([&](const Outcome& one) { return min(one.received, 0).at({i}); }), 1),
                   show::median_and_range(over([&](const Outcome& one) { return max(one.received, 0).at({i}); }), 1)});
  lesson.show(words);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "The listing is a frame; what it leaves out is the model. Filled in, it learns. Beside a bag of words it gains little or nothing on "
      "texts this short, which only the baseline shows. Shuffled words show how much this model uses their order. Macro F1 shows the small "
      "classes. The heads give their weight to different words.");
}

void lesson_body(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "AttentionModel(num_heads=8): the listing gives the model's frame and leaves its content out. What has to stand there so that it can "
      "be trained, and what do accuracy, F1 and weights then say?");
  as_printed(lesson);
  filled_in(lesson);
  datasets::PackageText text = lesson.quick() ? datasets::made_up_package_text() : datasets::debian_package_text();
  const Index epochs = lesson.quick() ? 8 : 4;
  Pair models(text, lesson.seed(), !lesson.broken("no-positions"));
  models.train(text, epochs, lesson.seed());
  Outcome one = outcome(models, text, lesson.seed());
  trained_on_text(lesson, models, one, text);
  accuracy_and_f1(lesson, models.heads, text);
  what_each_head_attends_to(lesson, one.received);
  with_other_seeds(lesson, one, text, epochs);
  what_to_notice(lesson);
}

const show::LessonInfo info{"55",
                            "A listing of a model",
                            "自注意力模型的代码",
                            "《资源分配》 §5.2–5.4",
                            "The article's AttentionModel(num_heads=8): what the listing leaves out, filled in and trained; "
                            "accuracy, F1 and what the heads look at.",
                            {{"no-positions", "the model does not know the order of words"}},
                            1};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
