#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "crowd.h"

using namespace qkv;

namespace {

/// Many trials of a plain mean, with plain numbers: signal to noise (mean over standard deviation), and how often the sign is right.
struct MeanMeasured {
  double ratio, right;
};
MeanMeasured measure_mean(Index n, Index trials, Rng& rng) {
  double total = 0, squares = 0, right = 0, count = static_cast<double>(trials);
  for (Index i = 0; i < trials; ++i) {
    double heard = 1;  // s = 1; with s = -1 everything has the other sign
    for (Index j = 1; j < n; ++j) heard += rng.normal();
    heard /= static_cast<double>(n);
    total += heard;
    squares += heard * heard;
    right += heard > 0;
  }
  double mean = total / count;
  return {mean / sqrt(squares / count - mean * mean), right / count};
}

/// The probability that a standard normal number is below x.
double normal_below(double x) { return erfc(-x / sqrt(2.0)) / 2; }

/// One seed: a direction u, and the w that was learned.
struct Listener {
  Crowd crowd;
  Tensor w;
};

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Many voices speak at once, and one of them matters: it says +1 or -1, the others say anything. Nobody tells you which one it is. "
      "How "
      "much of it is left in the mean of all? And if everyone wears a badge, a key, can one learn whom to listen to?");
}

void four_voices_by_hand(show::Lesson& lesson) {
  lesson.section("Four voices, by hand", "alpha = softmax(keys w),  heard = sum_j alpha_j value_j");
  Tensor values = tensor({-1.4, 1, 0.3, -0.9}), keys = tensor({{0.3, -0.2}, {2.1, 0.4}, {-0.5, 1.0}, {0.2, -0.7}}), w = tensor({1.5, 0.5});
  lesson.show("keys", keys);
  lesson.show("w", w);
  lesson.show("values", values);
  show::Table four({"voice", "key . w", "exp", "alpha", "value", "alpha value", "value / 4"});
  double denominator = 0, by_hand = 0, by_mean = 0, score[4];
  for (Index j = 0; j < 4; ++j) {
    score[j] = keys.at({j, 0}) * w.at({0}) + keys.at({j, 1}) * w.at({1});
    denominator += exp(score[j]);
  }
  for (Index j = 0; j < 4; ++j) {
    double alpha = exp(score[j]) / denominator, value = values.at({j});
    by_hand += alpha * value;
    by_mean += value / 4;
    four.add_row({j == 1 ? "1, it matters" : show::whole(j), show::number(score[j]), show::number(exp(score[j])), show::number(alpha),
                  show::number(value), show::number(alpha * value), show::number(value / 4)});
  }
  lesson.show(four);
  lesson.name_columns(20);
  lesson.show("sum of exp", denominator);
  lesson.show("heard, weighted", by_hand);
  lesson.show("heard, the mean", by_mean);
  lesson.compare("by the loop and by matrices", tensor({by_hand}), unsqueeze(sum(weights(keys, w) * values), 0));
  lesson.say("The mean has the wrong sign: three strangers outvote the one who matters. The weighted sum has the right one.");
}

void a_mean_drowns(show::Lesson& lesson, Rng& rng) {
  lesson.section("A mean drowns", "signal / noise = 1 / sqrt(n - 1)");
  lesson.say(
      "In the mean of n voices the signal is 1/n. The n - 1 strangers, each with variance 1, leave a noise of sqrt(n - 1) / n. The sign is "
      "right with probability Phi(1 / sqrt(n - 1)), where Phi(x) is the probability that a standard normal number is below x. By formula, "
      "and measured with plain numbers:");
  Index trials = lesson.quick() ? 1000 : 4000;
  show::Table drowning({"n", "signal / noise", "measured", "sign right", "measured", ""});
  for (Index n : {2, 4, 16, 64, 256, 1024}) {
    MeanMeasured mean = measure_mean(n, trials, rng);
    double formula = 1 / sqrt(static_cast<double>(n - 1));
    drowning.add_row({show::whole(n), show::number(formula, 3), show::number(mean.ratio, 3), show::number(normal_below(formula), 3),
                      show::number(mean.right, 3), show::bar(2 * normal_below(formula) - 1, 24)});
  }
  lesson.show("trials", trials);
  lesson.show(drowning);
  lesson.say("The bar shows what is better than guessing (0.500). Four times the crowd: half of it is left.");
}

std::vector<Listener> learn_whom_to_listen_to(show::Lesson& lesson) {
  lesson.section("Learn whom to listen to", "w -> 4 u");
  lesson.say(
      "Keys of 8 random numbers. The key of the one that matters has 4 u added. u is a direction of length 1, and the listener is not "
      "told. "
      "It learns w from the answers alone, in crowds of 16, and starts from w = 0, which is the mean. The best w is known. By Bayes' rule, "
      "voice j is the one with probability softmax(4 u . key_j). These are the best of all weights that depend on the keys alone: no "
      "others "
      "have a smaller squared error. So w should become 4 u.");
  std::vector<Listener> listeners;
  std::vector<double> cosines, lengths, means, errors, best;
  for (int i = 0; i < lesson.seeds(); ++i) {
    Rng rng(lesson.seed() + static_cast<std::uint64_t>(i));
    Crowd crowd = some_crowd(lesson.broken("no-mark") ? 0 : 4, rng);
    Tensor w = learn(crowd, 16, lesson.quick() ? 600 : 1000, rng);
    std::vector<Measured> m = measure(crowd, {zeros({width}), w, crowd.mark * crowd.u}, 16, 4000, rng);
    lengths.push_back(sqrt(sum(w * w).item()));
    cosines.push_back(sum(w * crowd.u).item() / lengths.back());
    means.push_back(m[0].error);
    errors.push_back(m[1].error);
    best.push_back(m[2].error);
    listeners.push_back({crowd, w});
  }
  lesson.name_columns(20);
  lesson.show("mark x u", listeners[0].crowd.mark * listeners[0].crowd.u);
  lesson.show("w, learned", listeners[0].w);
  lesson.say("That is the first seed. Over all of them, median and range:");
  lesson.show("seeds", lesson.seeds());
  lesson.show("cosine of w and u", show::median_and_range(cosines, 3));
  lesson.show("length of w", show::median_and_range(lengths, 2));
  show::Table learned({"in new crowds of 16", "squared error: median (range)"});
  learned.add_row({"w = 0, the mean", show::median_and_range(means, 3)});
  learned.add_row({"w, learned", show::median_and_range(errors, 3)});
  learned.add_row({"the best w, 4 u", show::median_and_range(best, 3)});
  lesson.show(learned);
  lesson.say("For the mean it should be 1 - 1/16 = 0.9375.");
  return listeners;
}

void larger_crowds(show::Lesson& lesson, const std::vector<Listener>& listeners) {
  lesson.section("Larger crowds", "the same w");
  lesson.say(
      "Each w was learned in crowds of 16. Here it is used in others. How often is the sign right? Median and range over the seeds:");
  show::Table larger({"n", "mean", "learned w", "its weight on the one"});
  show::LineChart chart{"One voice among n: how often is its sign heard right?", "n", "right", {{"mean", {}, {}}, {"learned w", {}, {}}}};
  chart.log_x = true;
  for (Index n : {2, 4, 16, 64, 256, 1024, 4096}) {
    if (lesson.quick() && n > 1024) break;
    std::vector<double> mean, learned, weight;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      Rng rng(lesson.seed() + 100 + i);
      std::vector<Measured> m = measure(listeners[i].crowd, {zeros({width}), listeners[i].w}, n, 400, rng);
      mean.push_back(m[0].right);
      learned.push_back(m[1].right);
      weight.push_back(m[1].weight);
    }
    larger.add_row(
        {show::whole(n), show::median_and_range(mean, 2), show::median_and_range(learned, 2), show::median_and_range(weight, 2)});
    for (std::size_t l : {0, 1}) {
      const std::vector<double>& right = l == 0 ? mean : learned;
      const auto [low, high] = std::minmax_element(right.begin(), right.end());
      chart.series[l].x.push_back(static_cast<double>(n));
      chart.series[l].y.push_back(show::median(right));
      chart.series[l].low.push_back(*low);
      chart.series[l].high.push_back(*high);
    }
  }
  lesson.show(larger);
  if (!lesson.out_dir().empty()) lesson.save("crowd", draw(chart));
  lesson.say(
      "The weights are made anew for each crowd, so the same w serves in any. Where the mean is down to guessing, the learned weights "
      "still hear the voice. But the weight on it falls.");
}

void it_drowns_too_far_out(show::Lesson& lesson, Rng& rng) {
  lesson.section("It drowns too, far out", "n = e^(mark^2 / 2)");
  lesson.say(
      "Every stranger gets a little weight, and strangers add up. With the best w = mark x u they have together about (n - 1) e^(-mark^2 / "
      "2) times the weight of the one. So a crowd of e^(mark^2 / 2) should cost about half of the weight, whatever the mark. Nothing is "
      "learned here: w is the best one.");
  Index trials = lesson.quick() ? 400 : 2000;
  show::Table marks({"mark", "n = e^(mark^2 / 2)", "mean: right", "best w: right", "weight on it"});
  for (double mark : {1.0, 2.0, 3.0, 4.0}) {
    Crowd crowd = some_crowd(mark, rng);
    Index n = lround(exp(mark * mark / 2));
    std::vector<Measured> m = measure(crowd, {zeros({width}), mark * crowd.u}, n, trials, rng);
    marks.add_row(
        {show::number(mark, 0), show::whole(n), show::number(m[0].right, 2), show::number(m[1].right, 2), show::number(m[1].weight, 2)});
  }
  lesson.show("trials", trials);
  lesson.show(marks);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A mean gives the same weight to all, and what matters falls as 1/sqrt(n). Learned weights do not keep the others out either. But "
      "the crowd that they can bear grows as e^(mark^2 / 2). And they find only what is marked: with --break=no-mark there is nothing "
      "to learn, and attention is no better than the mean.");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  the_question(lesson);
  four_voices_by_hand(lesson);
  a_mean_drowns(lesson, rng);
  std::vector<Listener> listeners = learn_whom_to_listen_to(lesson);
  larger_crowds(lesson, listeners);
  it_drowns_too_far_out(lesson, rng);
  what_to_notice(lesson);
}

const show::LessonInfo info{"14",
                            "Overload",
                            "信息过载",
                            "《资源分配》 §1; 《专注力》 §1; 《分析与预测》 §1; 《认知平衡》 §1",
                            "One voice matters among n: the mean of all drowns it as n grows; a learned weighting finds it by its "
                            "mark.",
                            {{"no-mark", "in sections 4 and 5 nothing tells the one that matters from the others"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
