#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

constexpr Index width = 8;  // of a key

/// n items at once, one of which matters. Its value is s = +1 or -1, the others' are noise. Every key is noise too, but the key of the one
/// that matters has `mark` added in a direction u, which the listener is not told.
struct Crowd {
  double mark = 4;
  Tensor u;  // (width), of length 1

  struct Batch {
    Tensor keys, values, s;    // (batch, n, width), (batch, n), (batch)
    std::vector<Index> place;  // of the one that matters
  };
  Batch draw(Index batch, Index n, Rng& rng) const {
    Batch drawn{randn({batch, n, width}, rng), randn({batch, n}, rng), zeros({batch}), {}};
    for (Index i = 0; i < batch; ++i) {
      Index j = rng.below(n);
      double s = rng.below(2) ? 1 : -1;
      drawn.s.set({i}, s);
      drawn.values.set({i, j}, s);
      for (Index d = 0; d < width; ++d) drawn.keys.set({i, j, d}, drawn.keys.at({i, j, d}) + mark * u.at({d}));
      drawn.place.push_back(j);
    }
    return drawn;
  }
};

/// alpha = softmax(keys w), a weight for each item.
Tensor weights(const Tensor& keys, const Tensor& w) { return softmax(matmul(keys, w)); }
/// sum_j alpha_j value_j.
Tensor heard(const Crowd::Batch& batch, const Tensor& alpha) { return sum(alpha * batch.values, 1); }

/// What comes of many trials: signal to noise (the mean of s times what was heard, over its standard deviation), how often the sign was
/// right, the mean weight on the one that matters, and the mean of (s - what was heard)^2.
struct Measured {
  double ratio, right, weight, error;
};

/// One result for each listener w; the crowds of n are the same for all.
void measure(const Crowd& crowd, const Tensors& listeners, Index n, Index trials, Rng& rng, Measured* result) {
  NoGrad no_graph;
  for (std::size_t l = 0; l < listeners.size(); ++l) result[l] = {0, 0, 0, 0};
  std::vector<double> squares(listeners.size());
  Index at_once = std::max<Index>(1, 20000 / n), chunks = (trials + at_once - 1) / at_once;
  double share = 1 / static_cast<double>(at_once * chunks);
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    Crowd::Batch batch = crowd.draw(at_once, n, rng);
    for (std::size_t l = 0; l < listeners.size(); ++l) {
      Tensor alpha = weights(batch.keys, listeners[l]), agreement = batch.s * heard(batch, alpha);
      for (Index i = 0; i < at_once; ++i) {
        double a = agreement.at({i});
        result[l].ratio += share * a;  // the mean, for now
        squares[l] += share * a * a;
        result[l].right += a > 0 ? share : 0;
        result[l].error += share * (1 - a) * (1 - a);
        result[l].weight += share * alpha.at({i, batch.place[i]});
      }
    }
  }
  for (std::size_t l = 0; l < listeners.size(); ++l) result[l].ratio /= sqrt(squares[l] - result[l].ratio * result[l].ratio);
}

/// The same for a plain mean, with plain numbers: signal to noise, and how often the sign is right.
Measured measure_mean(Index n, Index trials, Rng& rng) {
  double total = 0, squares = 0, right = 0, count = static_cast<double>(trials);
  for (Index i = 0; i < trials; ++i) {
    double heard = 1;  // s = 1: the other sign is the same turned round
    for (Index j = 1; j < n; ++j) heard += rng.normal();
    heard /= static_cast<double>(n);
    total += heard;
    squares += heard * heard;
    right += heard > 0;
  }
  double mean = total / count;
  return {mean / sqrt(squares / count - mean * mean), right / count, 1 / static_cast<double>(n), squares / count - 2 * mean + 1};
}

/// The probability that a standard normal number is below x.
double normal_below(double x) { return erfc(-x / sqrt(2.0)) / 2; }

/// Learns w from the answers alone, in crowds of 16.
Tensor learn(const Crowd& crowd, Index steps, Rng& rng) {
  Tensor w = zeros({width}).requires_grad(true);  // all weights equal: a mean
  optim::Adam adam({w});
  optim::Cosine schedule(0.1, steps);  // the loss is flat around the best w: ever smaller steps settle there
  show::Progress progress(steps, "training");
  for (Index step = 0; step < steps; ++step) {
    Crowd::Batch batch = crowd.draw(64, 16, rng);
    Tensor loss = mse_loss(heard(batch, weights(batch.keys, w)), batch.s);
    adam.lr = schedule.lr(step);
    adam.zero_grad();
    loss.backward();
    adam.step();
    progress.step("loss " + show::number(loss.item()));
  }
  return w.detach();
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say(
      "Many speak at once, and one of them matters: it says +1 or -1, the others say anything. You do not know beforehand who it is. "
      "What is left of it in the mean of all? And what if everyone wears a badge, a key, from which one could learn whom to listen to?");
}

void four_voices_by_hand(show::Lesson& lesson) {
  lesson.section("Four voices, by hand", "alpha = softmax(keys w),  heard = sum_j alpha_j value_j");
  Tensor values = tensor({-1.4, 1, 0.3, -0.9}), keys = tensor({{0.3, -0.2}, {2.1, 0.4}, {-0.5, 1.0}, {0.2, -0.7}}), w2 = tensor({1.5, 0.5});
  show::Table four({"voice", "key . w", "exp", "alpha", "value", "alpha value", "value / 4"});
  double denominator = 0, by_hand = 0, by_mean = 0;
  double score[4];
  for (Index j = 0; j < 4; ++j) {
    score[j] = keys.at({j, 0}) * w2.at({0}) + keys.at({j, 1}) * w2.at({1});
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
  lesson.show("heard, weighted", by_hand);
  lesson.show("heard, the mean", by_mean);
  lesson.compare("by the loop and by matrices", tensor({by_hand}), unsqueeze(sum(weights(keys, w2) * values), 0));
  lesson.say("The mean has the wrong sign: three strangers outvote the one who matters. The weighting has not.");
}

void a_mean_drowns(show::Lesson& lesson, Index trials, Rng& rng) {
  lesson.section("A mean drowns", "signal / noise = 1 / sqrt(n - 1)");
  lesson.say(
      "In the mean of n the signal is 1/n, and the n - 1 strangers (each with variance 1) leave a noise of sqrt(n - 1) / n. The sign is "
      "right with probability Phi(1 / sqrt(n - 1)), Phi the normal distribution. By formula, and measured with plain numbers:");
  show::Table drowning({"n", "signal / noise", "measured", "sign right", "measured", ""});
  for (Index n : {2, 4, 16, 64, 256, 1024}) {
    Measured mean = measure_mean(n, trials, rng);
    double formula = 1 / sqrt(static_cast<double>(n - 1));
    drowning.add_row({show::whole(n), show::number(formula, 3), show::number(mean.ratio, 3), show::number(normal_below(formula), 3),
                      show::number(mean.right, 3), show::bar(2 * normal_below(formula) - 1, 24)});
  }
  lesson.show(drowning);
  lesson.say("The bar is what is better than guessing (0.500). Four times the crowd, half of what is left.");
}

Tensor learn_whom_to_listen_to(show::Lesson& lesson, const Crowd& crowd, Index trials, Rng& rng) {
  lesson.section("Learn whom to listen to", "w -> 4 u");
  lesson.say(
      "Keys of 8 random numbers; the one that matters has 4 u added, u a direction that the listener is not told. It learns w from the "
      "answers alone, in crowds of 16, and starts from w = 0, which is the mean. The best w is known: the probability that voice j is the "
      "one, given all keys, is softmax(4 u . key_j), and no other weights have a smaller squared error. So w must become 4 u.");
  Tensor w = learn(crowd, lesson.quick() ? 600 : 3000, rng);
  lesson.name_columns(20);
  Tensor best = crowd.mark * crowd.u;
  lesson.show("mark x u", best);
  lesson.show("w, learned", w);
  double length = sqrt(sum(w * w).item());
  lesson.show("cosine of w and u", show::number(sum(w * crowd.u).item() / length, 2));
  show::Table learned({"in new crowds of 16", "length of w", "squared error"});
  Measured m[3];
  measure(crowd, {zeros({width}), w, best}, 16, 10 * trials, rng, m);
  learned.add_row({"w = 0, the mean", show::number(0, 2), show::number(m[0].error, 3)});
  learned.add_row({"w, learned", show::number(length, 2), show::number(m[1].error, 3)});
  learned.add_row({"the best w", show::number(crowd.mark, 2), show::number(m[2].error, 3)});
  lesson.show(learned);
  lesson.say(
      "For the mean it should be 1 - 1/16 = 0.9375. The length is found less well than the direction: the error hardly depends on it.");
  return w;
}

void larger_crowds(show::Lesson& lesson, const Crowd& crowd, const Tensor& w, Index trials, Rng& rng) {
  lesson.section("Larger crowds", "the same w");
  show::Table larger({"n", "mean: right", "learned: right", "signal / noise", "weight on it"});
  show::LineChart chart{"One voice among n: how often is its sign heard right?", "n", "right", {{"mean", {}, {}}, {"learned", {}, {}}}};
  chart.log_x = true;
  Measured m[2];
  Tensors listeners{zeros({width}), w};
  for (Index n : {2, 4, 16, 64, 256, 1024, 4096}) {
    if (lesson.quick() && n > 1024) break;
    measure(crowd, listeners, n, trials, rng, m);
    larger.add_row({show::whole(n), show::number(m[0].right, 2), show::number(m[1].right, 2), show::number(m[1].ratio, 1),
                    show::number(m[1].weight, 2)});
    for (std::size_t l : {0, 1}) {
      chart.series[l].x.push_back(static_cast<double>(n));
      chart.series[l].y.push_back(m[l].right);
    }
  }
  lesson.show(larger);
  if (!lesson.out_dir().empty()) lesson.save("crowd", draw(chart));
  lesson.say(
      "Learned in crowds of 16, used in any: the weights are made anew for each crowd. Where the mean is down to guessing, the learned "
      "weighting still hears the voice. (Who is told which one it is would be right always.)");
}

void it_drowns_too_far_out(show::Lesson& lesson, const Tensor& u, Index trials, Rng& rng) {
  lesson.section("It drowns too, far out", "n = e^(mark^2 / 2)");
  lesson.say(
      "Every stranger gets a little weight, and strangers add up: with the best w = mark x u they have together about (n - 1) e^(-mark^2 "
      "/ 2) times what the one has. So a crowd of e^(mark^2 / 2) should cost about half of the weight, whatever the mark. Not learned "
      "here: the best w.");
  show::Table marks({"mark", "n = e^(mark^2 / 2)", "mean: right", "best w: right", "weight on it"});
  Measured m[2];
  for (double mark : {1.0, 2.0, 3.0, 4.0}) {
    Index n = lround(exp(mark * mark / 2));
    measure({mark, u}, {zeros({width}), mark * u}, n, trials, rng, m);
    marks.add_row(
        {show::number(mark, 0), show::whole(n), show::number(m[0].right, 3), show::number(m[1].right, 3), show::number(m[1].weight, 3)});
  }
  lesson.show(marks);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A mean gives the same to all, and what matters falls as 1/sqrt(n). A weighting does not keep the others out either, but how many "
      "it can bear grows exponentially with the square of the mark. And it hears only what is marked: with --break=no-mark there is "
      "nothing to learn, and attention is the mean.");
}

void lesson_body(show::Lesson& lesson) {
  Index trials = lesson.quick() ? 1000 : 4000;
  Rng rng(lesson.seed());
  the_question(lesson);
  four_voices_by_hand(lesson);
  a_mean_drowns(lesson, trials, rng);
  Tensor u = randn({width}, rng);
  Crowd crowd{lesson.broken("no-mark") ? 0.0 : 4.0, u / sqrt(sum(u * u).item())};
  Tensor w = learn_whom_to_listen_to(lesson, crowd, trials, rng);
  larger_crowds(lesson, crowd, w, trials, rng);
  it_drowns_too_far_out(lesson, crowd.u, trials, rng);
  what_to_notice(lesson);
}

const show::LessonInfo info{"14",
                            "Overload",
                            "信息过载",
                            "《资源分配》 §1; 《认知平衡》 §1",
                            "One voice matters among n: the mean of all drowns it as n grows; a learned weighting finds it by its "
                            "mark.",
                            {{"no-mark", "from section 4 on, nothing tells the one that matters from the others"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
