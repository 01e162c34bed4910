#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "runs.h"

namespace {

const Tensor w = tensor({0.8, -0.31, 0.05, 0.4127});  // a row of weights, for sections 1 and 3

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "y = W_o heads(W_q x, W_k x, W_v x)");
  lesson.say(
      "How many numbers does attention need, how many bits does each of them need, and does having many of them mean learning by heart "
      "(过拟合)? Four weights, for later:");
  lesson.show("w", w);
}

void where_the_numbers_are(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("Where the numbers are", "4 d^2 in a layer, whatever the heads");
  lesson.say("One layer of attention, d = 32, in heads of width 32 / heads:");
  show::Table heads({"heads", "width of a head", "numbers in W_q, W_k, W_v, W_o", "one head of keys, values"});
  for (Index count : {1, 2, 4, 8}) {
    Form form, shared;
    form.layers = shared.layers = 1, form.heads = form.kv_heads = shared.heads = count, shared.kv_heads = 1;
    auto numbers = [](const Form& one) { return show::whole(SmallModel(9, 7, 8, true, one, 0).attention_numbers()); };
    heads.add_row({show::whole(count), show::whole(32 / count), numbers(form), numbers(shared)});
  }
  lesson.show(heads);
  lesson.say("The model of the texts, two layers:");
  const SmallModel model(data.vocabulary.size(), 12, 10, false, {}, 0);
  show::Table parts({"part", "numbers", "share"});
  const std::vector<std::pair<std::string, std::string>> names{
      {"words", "words."}, {"places", "places"}, {"attention", "W_"}, {"norms", "norm"}, {"dense", "dense"}};
  for (const auto& [name, pattern] : names) {
    Index count = 0;
    for (const auto& [parameter, value] : model.named_parameters())
      count += parameter.find(pattern) != std::string::npos ? value.size() : 0;
    parts.add_row({name, show::whole(count), show::number(static_cast<double>(count) / static_cast<double>(model.parameter_count()), 3)});
  }
  lesson.show(parts);
}

void fewer_bits_by_hand(show::Lesson& lesson) {
  lesson.section("Fewer bits, by hand", "whole = round(w / scale),  scale = max |w| / (2^(bits-1) - 1)");
  show::Table table({"w", "bfloat16", "8 bits: whole", "whole x scale", "4 bits: whole", "whole x scale"});
  const Row eight = whole_numbers(w.data(), 4, 8), four = whole_numbers(w.data(), 4, 4);
  auto back = [](const Row& row, std::size_t i) { return show::number(row.scale * static_cast<double>(row.whole[i]), 6); };
  for (std::size_t i = 0; i < 4; ++i) {
    const Scalar x = w.at({static_cast<Index>(i)});
    table.add_row({show::number(x), show::number(bfloat16(x), 6), show::whole(eight.whole[i]), back(eight, i), show::whole(four.whole[i]),
                   back(four, i)});
  }
  lesson.show(table);
  lesson.name_columns(18);
  lesson.show("scale, 8 bits", show::number(eight.scale, 6));
  lesson.show("scale, 4 bits", show::number(four.scale, 6));
  lesson.say(
      "A float has 32 bits. bfloat16 keeps the first 16 of them: as wide a range, 8 binary digits in place of 24. Whole numbers share one "
      "scale a row, and are wrong by at most half of it.");
}

/// The median and range over the seeds of one number.
template <class Get>
std::string over(const std::vector<Outcome>& outcomes, Get get, int digits = 2) {
  std::vector<double> numbers;
  for (const Outcome& one : outcomes) numbers.push_back(get(one));
  return show::median_and_range(numbers, digits);
}

void trained_smaller(show::Lesson& lesson, const datasets::PackageText& data, const Effort& effort, const std::vector<Outcome>& outcomes) {
  lesson.section("Trained in a smaller form");
  lesson.say(
      "Two tasks. Letters: six different ones of eight, then one of them again; which letter stood behind it? Attention is needed for "
      "this. "
      "Texts: which of ten sections does a description belong to? " +
      show::whole(effort.texts) + " to learn from: " + data.source +
      ". Every form is trained from the start, all with as many steps. Right answers on new ones; time: of a pass, as a share of the first "
      "row's:");
  show::Table table({"form", "numbers in attention", "kB, texts", "letters", "texts", "time"});
  const std::vector<Named> all = forms();
  for (std::size_t i = 0; i < all.size(); ++i)
    table.add_row({all[i].name, show::whole(outcomes[0].attention[i]), show::number(4 * static_cast<double>(outcomes[0].all[i]) / 1000, 1),
                   over(outcomes, [&](const Outcome& o) { return o.forms[0][i]; }),
                   over(outcomes, [&](const Outcome& o) { return o.forms[1][i]; }), show::number(outcomes[0].times[i], 1)});
  lesson.show(table);
  lesson.name_columns(18);
  lesson.show("seeds", lesson.seeds());
}

void made_smaller(show::Lesson& lesson, const std::vector<Outcome>& outcomes) {
  lesson.section("Made smaller afterwards");
  lesson.say(
      "The trained models of the first row. All matrices are changed, the table of words too; nothing is trained again. error: the largest "
      "change of a "
      "number, as a share of the largest number in its matrix (texts):");
  show::Table table({"way", "kB, letters", "kB, texts", "error", "letters", "texts"});
  const std::vector<Smaller> ways = ways_to_shrink(false);
  for (std::size_t i = 0; i < ways.size(); ++i)
    table.add_row({ways[i].name, show::number(outcomes[0].bytes[0][i].kilobytes, 1), show::number(outcomes[0].bytes[1][i].kilobytes, 1),
                   show::number(outcomes[0].bytes[1][i].error, 3), over(outcomes, [&](const Outcome& o) { return o.shrunk[0][i]; }),
                   over(outcomes, [&](const Outcome& o) { return o.shrunk[1][i]; })});
  lesson.show(table);
  lesson.say("Of the eight heads, one after the other is taken out: always the one without which most training examples stay right.");
  show::Table heads({"heads taken out", "letters", "texts"});
  for (std::size_t i = 0; i < heads_out.size(); ++i)
    heads.add_row({show::whole(heads_out[i]), over(outcomes, [&](const Outcome& o) { return o.heads[0][i]; }),
                   over(outcomes, [&](const Outcome& o) { return o.heads[1][i]; })});
  lesson.show(heads);
}

void more_numbers(show::Lesson& lesson, const datasets::PackageText& data, const Effort& effort) {
  lesson.section("More numbers, more learning by heart?", "gap = right on learned texts - right on new ones");
  show::LineChart chart{"The gap between learned and new texts", "texts to learn from", "gap", {}};
  chart.log_x = true;
  show::Table table({"texts", "model", "learned texts", "new texts", "gap"});
  for (const Size& size : sizes) chart.series.push_back({size.name, {}, {}});
  for (const auto& [count, epochs] : effort.sizes)
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      std::vector<double> learned, fresh, gap;
      for (int i = 0; i < lesson.seeds(); ++i) {
        const Gap one = gap_of(data, count, epochs, sizes[k], lesson.seed() + static_cast<std::uint64_t>(i));
        learned.push_back(one.learned), fresh.push_back(one.fresh), gap.push_back(one.learned - one.fresh);
      }
      table.add_row({show::whole(count), sizes[k].name, show::median_and_range(learned, 2), show::median_and_range(fresh, 2),
                     show::median_and_range(gap, 2)});
      chart.series[k].x.push_back(static_cast<double>(count)), chart.series[k].y.push_back(show::median(gap));
    }
  lesson.show(table);
  lesson.save("gap", draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "More heads are not more numbers. Most numbers of a model of texts are in its table of words. The trained models here nearly keep "
      "their "
      "answers with 4 bits a number, not with 2. Which smaller form is good enough depends on the task: try one in which attention is "
      "needed. "
      "And how much is learned by heart depends on how many examples there are, far more than on how many numbers.");
}

void lesson_body(show::Lesson& lesson) {
  datasets::PackageTextOptions options;
  options.vocabulary = 3000, options.length = 12;
  const datasets::PackageText data = lesson.quick() ? datasets::made_up_package_text(options) : datasets::debian_package_text(options);
  const Effort effort =
      lesson.quick() ? Effort{1600, 2, 1000, 3, {{100, 10}, {1000, 3}}} : Effort{16000, 2, 3000, 8, {{300, 30}, {3000, 8}, {30000, 2}}};
  the_question(lesson);
  where_the_numbers_are(lesson, data);
  fewer_bits_by_hand(lesson);
  std::vector<Outcome> outcomes;
  for (int i = 0; i < lesson.seeds(); ++i)
    outcomes.push_back(one_seed(data, effort, lesson.broken("one-scale"), lesson.seed() + static_cast<std::uint64_t>(i)));
  trained_smaller(lesson, data, effort, outcomes);
  made_smaller(lesson, outcomes);
  more_numbers(lesson, data, effort);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "87",
    "Smaller models",
    "更小的模型",
    "《资源分配》 §8.3; 《分析与预测》 §8.3–8.4",
    "Attention with shared, grouped, narrow and missing parts, with fewer bits and fewer heads: what it costs in right "
    "answers; and how much is learned by heart.",
    {{"one-scale", "a whole matrix has one scale, not each of its rows"}},
    3};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
