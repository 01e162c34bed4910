#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "looks.h"

using namespace qkv;

namespace {

/// The number that row j of ones and zeros stands for.
std::string which(const Tensor& one_hot, Index j = 0) { return show::whole(argmax(one_hot).values[j]); }

void the_question(show::Lesson& lesson, Rng& rng) {
  lesson.section("The question");
  lesson.say(
      "Eight words lie at eight places. From a distance one sees only their colours. A look at a place shows its word and its class. "
      "Wanted: the class of one word. Soft attention looks at all places and then weights them. What if there are only k looks? The last "
      "column says how often the wanted word lies there.");
  Batch one = draw_batch(1, rng);
  show::Table scene({"place", "colour", "word", "class", "wanted here"});
  for (Index j = 0; j < places; ++j) {
    std::vector<std::string> row{show::whole(j)};
    for (const Tensor* x : {&one.colour, &one.word, &one.cls}) row.push_back(which(*x, j));
    row.push_back(show::number(100 * prior[j], 0) + "%");
    scene.add_row(row);
  }
  lesson.show(scene);
  lesson.show("asked", "word " + which(one.asked) + ", whose class is " + which(one.answer));
}

/// The numbers of a tensor, one behind the other.
std::string text_of(const Tensor& x, int digits, const char* between) {
  std::string text = show::number(*x.data(), digits);
  for (Index j = 1; j < x.size(); ++j) text += between + show::number(x.data()[j], digits);
  return text;
}

/// Three places: how probable a look at each is, what it is worth, and how often each was looked at first.
struct Three {
  Tensor pi, r, drawn;
};

Three a_gradient_through_a_choice(show::Lesson& lesson, Rng& rng) {
  lesson.section("A gradient through a choice", "d sum_j pi_j r_j = sum_j pi_j r_j d log pi_j");
  lesson.say(
      "A choice has no derivative, but its probability has one. Three places; a look at place j has the reward r_j and the probability "
      "pi_j, pi = softmax(theta). First exactly, over all three cases:");
  Tensor theta = tensor({0.5, 0, -0.5});
  Three three{softmax(theta), tensor({1.0, 0.2, 0.4}), {}};
  auto& [pi, r, drawn] = three;
  theta.requires_grad(true);
  Tensor each = tries(r, pi), by_cases = matmul(pi, each);  // (3) @ (3, 3)
  lesson.name_columns(28);
  lesson.show("theta", theta.detach());
  lesson.show("pi = softmax(theta)", pi);
  lesson.show("r", r);
  const char* names[] = {"r_0 (1_0 - pi)", "r_1 (1_1 - pi)", "r_2 (1_2 - pi)"};
  for (Index j = 0; j < 3; ++j) lesson.show(names[j], select(each, 0, j));
  lesson.show("their mean, weighted by pi", by_cases);
  lesson.compare("by the engine and by cases", gradient(mean_reward(theta, r, 1), theta), by_cases);
  lesson.say(
      "The right side is a mean over what pi does. So one can also try: look at one place, take its reward, multiply. That is REINFORCE. "
      "The mean of 50,000 tries:");
  for (Index k : {1, 2}) {
    lesson.show(k == 1 ? "k = 1, exact" : "k = 2, exact", gradient(mean_reward(theta, r, k), theta));
    Looks looks = look(zeros({50000, 1}) + theta, k, &rng);
    lesson.show(k == 1 ? "k = 1, REINFORCE" : "k = 2, REINFORCE", gradient(mean(matmul(looks.seen, r) * looks.log_pi), theta));
    if (k == 1) drawn = mean(looks.seen, 0);
  }
  return three;
}

void what_a_baseline_is_for(show::Lesson& lesson, const Three& x) {
  lesson.section("What a baseline is for", "(r_j - b) (1_j - pi)");
  lesson.say(
      "Add 5 to every reward. No place is better than before, and the exact gradient is the same. But the gradients of single tries differ "
      "far more, unless a baseline b is subtracted:");
  show::Table noise({"rewards", "b", "exact gradient", "variance, predicted", "measured"});
  double usual = sum(x.pi * x.r).item();
  for (double more : {0.0, 5.0})
    for (double b : {0.0, more + usual}) {
      Tensor each = tries(x.r + (more - b), x.pi);
      std::vector<std::string> row{more == 0 ? "r" : "r + 5"};
      row.push_back(show::number(b));
      row.push_back(text_of(matmul(x.pi, each), 4, " "));
      for (const Tensor* p : {&x.pi, &x.drawn}) row.push_back(show::number(variance(*p, each)));
      noise.add_row(row);
    }
  lesson.show(noise);
}

void a_policy_that_learns_where_to_look(show::Lesson& lesson, const Batch& test) {
  lesson.section("A policy that learns where to look");
  lesson.say(
      "The policy learns by REINFORCE, the reader by backpropagation through what was seen, for each k anew. Share of right answers on "
      "4,000 new cases. 'random' looks at random places, 'fixed' at the k most frequent ones. The best possible: one look finds the "
      "more frequent of the two places with the right colour, two looks find both. If the word is not found, a guess is right in one case "
      "of 4. Of what is learned the median over the seeds, and the range:");
  lesson.show("seeds", lesson.seeds());
  const Index steps = lesson.quick() ? 400 : 1000;
  Rng rng(lesson.seed());
  const Model soft = train(places, steps, rng);
  Tensor alike = zeros({4000, places}), W, b;
  show::Table baselines({"looks", "random", "predicted", "fixed", "predicted"}), table({"looks", "learned", "best possible"});
  show::LineChart chart{"What a look is worth", "looks", "right", {}};
  for (const char* name : {"random", "fixed", "learned", "best possible"}) chart.series.push_back({name, {1, 2, 4, 8}, {}});
  for (Index k : {1, 2, 4, 8}) {
    std::vector<double> learned;
    for (int i = 0; i < lesson.seeds(); ++i) {
      const Model model = train(k, steps, Rng(lesson.seed() + static_cast<std::uint64_t>(i)), !lesson.broken("no-reinforce"));
      if (k == 1 && i == 0) W = model.W, b = model.b;
      learned.push_back(right(model, test, model.policy(test), k));
    }
    // The first places are the most frequent ones: always those k is what falling scores choose.
    const double measured[] = {right(soft, test, alike, k, &rng), right(soft, test, alike - arange(places), k), show::median(learned),
                               or_guess(k == 1 ? best_with_one_look() : 1)};
    const std::string looks = k < places ? show::whole(k) : "8 (soft)";
    baselines.add_row({looks, show::number(measured[0], 3), show::number(or_guess(static_cast<double>(k) / places), 3),
                       show::number(measured[1], 3), show::number(or_guess(found_by_fixed(k)), 3)});
    table.add_row({looks, show::median_and_range(learned, 3), show::number(measured[3], 3)});
    for (Index i = 0; i < 4; ++i) chart.series[i].y.push_back(measured[i]);
  }
  lesson.show(baselines);
  lesson.show(table);
  chart.log_x = true, chart.y_low = 0.2, chart.y_high = 1;
  lesson.show("looks", chart);
  lesson.say(
      "What the policy with one look has learned, with the first seed. Nobody told it which word has which colour, or where words lie:");
  lesson.show("policy", show::HeatMap{softmax(W.detach()), {}, {"colour 0", "1", "2", "3"}, "softmax(W): wanted word, colour", 0, 1});
  lesson.show("b, by place", text_of(b, 1, ", "));
}

void the_same_baseline_in_training(show::Lesson& lesson, const Batch& test) {
  lesson.section("The same baseline, in training");
  lesson.say(
      "First the variance of the gradient of W over 200 batches, before any training, k = 1: that of all its numbers, added up. Then the "
      "share of right answers after so many steps, median and range over the seeds, and for how many seeds the baseline is ahead.");
  const Model untrained;
  Rng rng(lesson.seed());
  const double usual = mean(surprise(untrained, test, follow(untrained, test, 1, rng))).item();
  lesson.name_columns(28);
  lesson.show("variance, b = 0", scatter(untrained, 0, rng));
  lesson.show("variance, b = mean surprise", scatter(untrained, usual, rng));
  show::Table effect({"steps", "b = 0", "b = mean surprise", "ahead"});
  for (Index steps : {10, 20, 40, 80}) {
    std::vector<double> without, with;
    Index ahead = 0;
    for (int i = 0; i < lesson.seeds(); ++i) {
      for (bool baseline : {false, true}) {
        const Model model = train(1, steps, Rng(lesson.seed() + static_cast<std::uint64_t>(i)), true, baseline);
        (baseline ? with : without).push_back(right(model, test, model.policy(test), 1));
      }
      ahead += with.back() > without.back();
    }
    effect.add_row({show::whole(steps), show::median_and_range(without, 2), show::median_and_range(with, 2), show::whole(ahead)});
  }
  lesson.show(effect);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Soft attention allots weights, not work: it fetched all eight values, whatever their weights. Only a choice saves looks, and a "
      "choice "
      "must be learned by trying. Two good looks are as good as eight here; two random ones are not. One look cannot tell which of the two "
      "places with the right colour has the word. No policy can know that without a second look.");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed()), test_rng(lesson.seed() + 1);
  the_question(lesson, rng);
  Three three_places = a_gradient_through_a_choice(lesson, rng);
  what_a_baseline_is_for(lesson, three_places);
  Batch test = draw_batch(4000, test_rng);
  a_policy_that_learns_where_to_look(lesson, test);
  the_same_baseline_in_training(lesson, test);
  what_to_notice(lesson);
}

const show::LessonInfo info{"26",
                            "Resource allocation",
                            "资源分配",
                            "《资源分配》 §2.2–2.3",
                            "A budget of k looks: hard attention, which chooses where to look and is trained with REINFORCE "
                            "(强化学习), beside soft attention, which looks everywhere; its gradient checked on a case small enough to "
                            "enumerate, with and without a baseline.",
                            {{"no-reinforce", "the policy gets only what backpropagation brings: nothing"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
