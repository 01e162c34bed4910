#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

constexpr Index places = 8, words = 8, colours = 4, classes = 4;
// How often the wanted word lies at each place: the places are not alike.
const Tensor prior = tensor({0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05});

/// One of 0 ... n - 1, each with its probability, and never one of probability 0.
Index draw(const Scalar* p, Index n, Rng& rng) {
  double u = rng.uniform();
  Index drawn = 0;
  for (Index j = 0; j < n && u >= 0; ++j) {
    if (p[j] > 0) drawn = j;
    u -= p[j];
  }
  return drawn;
}

/// Eight words lie at eight places. From afar one sees only a word's colour, and words 2c and 2c + 1 share colour c. A look at a place
/// shows the word and its class. Asked: the class of one word.
struct Batch {
  Tensor asked, colour, word, cls, answer;  // one-hot: (B, 8), (B, 8, 4), (B, 8, 8), (B, 8, 4), (B, 4)
};
Batch draw_batch(Index B, Rng& rng) {
  Batch x{zeros({B, words}), zeros({B, places, colours}), zeros({B, places, words}), zeros({B, places, classes}), zeros({B, classes})};
  for (Index n = 0; n < B; ++n) {
    std::vector<Index> at = rng.permutation(places);
    Index wanted = draw(prior.data(), places, rng);
    for (Index j = 0; j < places; ++j) {
      Index c = rng.below(classes);
      x.word.set({n, j, at[j]}, 1), x.colour.set({n, j, at[j] / 2}, 1), x.cls.set({n, j, c}, 1);
      if (j == wanted) x.asked.set({n, at[j]}, 1), x.answer.set({n, c}, 1);
    }
  }
  return x;
}

/// All hidden, or none.
Mask marks(const Shape& shape, std::uint8_t each) { return Mask(shape, std::vector<std::uint8_t>(shape.count(), each)); }

/// k places, none twice: all others are hidden, and log_pi (B) is the logarithm of the probability of having looked there, in this order.
/// The most probable ones if there is no rng.
struct Looks {
  Mask hidden;  // (B, places)
  Tensor log_pi;
};
Looks look(const Tensor& scores, Index k, Rng* rng) {
  Index B = scores.size(0), n = scores.size(1);
  Mask taken = marks(scores.shape(), 0), hidden = marks(scores.shape(), 1);
  Tensor log_pi = zeros({B});
  for (Index t = 0; t < k; ++t) {
    Tensor rest = masked_fill(scores, taken, -infinity), pi = softmax(rest.detach());
    Indices j = argmax(pi);
    j.shape = {B, 1};
    for (Index b = 0; rng && b < B; ++b) j.values[b] = draw(pi.data() + b * n, n, *rng);
    log_pi = log_pi + squeeze(gather(log_softmax(rest), 1, j), 1);
    for (Index b = 0; b < B; ++b) taken.hidden[b * n + j.values[b]] = 1, hidden.hidden[b * n + j.values[b]] = 0;
  }
  return {hidden, log_pi};
}

/// Where to look, from colours; what to answer, from what was looked at. Four learned tables.
struct Model : nn::Module {
  Tensor W, b, R, g;
  Model()
      : W(add_parameter("W", zeros({words, colours}))),  // the policy: who, asked for this word, goes to which colour
        b(add_parameter("b", zeros({places}))),          //   and to which place
        R(add_parameter("R", zeros({words, words}))),    // the reader: attention from the word asked for to the words seen
        g(add_parameter("g", zeros({1}))) {}             //   and to a guess, which gives every class 1/4

  Tensor policy(const Batch& x) const { return squeeze(matmul(x.colour, unsqueeze(matmul(x.asked, W), 2)), 2) + b; }  // (B, places)
  /// Soft attention over what is not hidden -> probability of each class (B, classes).
  Tensor read(const Batch& x, const Mask& hidden) const {
    Index B = x.asked.size(0);
    Tensor e = masked_fill(squeeze(matmul(x.word, unsqueeze(matmul(x.asked, R), 2)), 2), hidden, -infinity);
    Tensor alpha = softmax(concat({e, zeros({B, 1}) + g}, 1));  // (B, places + 1)
    return squeeze(matmul(unsqueeze(alpha, 1), concat({x.cls, full({B, 1, classes}, 1.0 / classes)}, 1)), 1);
  }
};

/// Where the policy looks. With a look for each place that is soft attention: nothing is hidden.
Looks follow(const Model& model, const Batch& x, Index k, Rng* rng) {
  if (k == places) return {Mask(), zeros({x.asked.size(0)})};
  return look(model.policy(x), k, rng);
}

/// -log p(answer) of each case.
Tensor surprise(const Tensor& p, const Batch& x) { return -log(sum(p * x.answer, 1)); }

/// What is minimised: the surprise, and for the policy (surprise - baseline) log pi, whose gradient is REINFORCE's.
Tensor loss_of(const Model& model, const Batch& x, const Looks& looks, double baseline) {
  Tensor cost = surprise(model.read(x, looks.hidden), x);
  return mean(cost) + mean((cost.detach() - baseline) * looks.log_pi);
}

/// Share of right answers with these looks.
double right(const Model& model, const Batch& x, const Mask& hidden) { return accuracy(model.read(x, hidden), argmax(x.answer)); }

/// Fresh cases, k looks each. With `reinforce` off the policy gets what backpropagation alone brings it.
Model train(Index k, Index steps, Rng rng, bool reinforce = true, bool with_baseline = true) {
  Model model;
  optim::Adam adam(model.parameters(), 0.05);
  double baseline = with_baseline ? log(4.0) : 0;
  show::Progress progress(steps, "k = " + show::whole(k));
  for (Index step = 0; step < steps; ++step) {
    Batch x = draw_batch(64, rng);
    Looks looks = follow(model, x, k, &rng);
    if (!reinforce) looks.log_pi = looks.log_pi.detach();
    adam.zero_grad();
    loss_of(model, x, looks, baseline).backward();
    adam.step();
    if (with_baseline) baseline += 0.05 * (mean(surprise(model.read(x, looks.hidden), x)).item() - baseline);
    progress.step();
  }
  return model;
}

/// How much the policy's gradient scatters from batch to batch: the variances of its numbers, added up.
double scatter(const Model& model, Index k, double baseline, Index batches, Rng rng) {
  Tensor total = zeros({words, colours}), squares = zeros({words, colours});
  for (Index i = 0; i < batches; ++i) {
    Batch x = draw_batch(64, rng);
    Tensor W = model.W;
    W.zero_grad();
    loss_of(model, x, follow(model, x, k, &rng), baseline).backward();
    total = total + W.grad(), squares = squares + W.grad() * W.grad();
  }
  double count = static_cast<double>(batches);
  return sum(squares / count - total * total / (count * count)).item();
}

/// The gradient of log pi_j with respect to the three scores: 1_j - pi, one row for each j.
Tensor log_gradients(const Tensor& pi) { return eye(pi.size()) - pi; }

/// The mean of what k = 1 or 2 different places out of three are worth together, exactly: by all ways to choose.
Tensor mean_reward(const Tensor& pi, const Tensor& r, Index k) {
  if (k == 1) return sum(pi * r);
  Tensor first = unsqueeze(pi, 1), both = first * pi / (1 - first);  // (3, 3): i, then j among the other two
  return sum(both * (1 - eye(3)) * (unsqueeze(r, 1) + r));
}

/// The variance of REINFORCE's estimate (r_j - baseline)(1_j - pi) if j comes with probability p_j: summed over the three scores.
double variance(const Tensor& p, const Tensor& pi, const Tensor& r, double baseline) {
  Tensor each = unsqueeze(r - baseline, 1) * log_gradients(pi), average = matmul(p, each);  // a row for each j
  return matmul(p, sum(each * each, 1)).item() - sum(average * average).item();
}

/// How often can one look find the wanted word? At place i if its twin, the other place with its colour, is less frequent.
double best_with_one_look() {
  const Scalar* p = prior.data();
  double found = 0;
  for (Index i = 0; i < places; ++i)
    for (Index twin = 0; twin < places; ++twin)
      if (i != twin) found += p[i] * (p[i] > p[twin] ? 1 : p[i] == p[twin] ? 0.5 : 0) / (places - 1);
  return found;
}

void the_question(show::Lesson& lesson, Rng& rng) {
  lesson.section("The question");
  lesson.say(
      "Eight words lie at eight places. From afar one sees only colours; a look at a place shows its word and its class. Asked is the "
      "class of one word. Soft attention looks everywhere and then weights. What if there are only k looks?");
  Batch one = draw_batch(1, rng);
  Indices colour = argmax(one.colour), word = argmax(one.word), cls = argmax(one.cls);
  show::Table scene({"place", "colour", "word", "class", "wanted here"});
  for (Index j = 0; j < places; ++j)
    scene.add_row({show::whole(j), show::whole(colour.values[j]), show::whole(word.values[j]), show::whole(cls.values[j]),
                   show::number(100 * prior.at({j}), 0) + "%"});
  lesson.show(scene);
  lesson.show("asked",
              "word " + show::whole(argmax(one.asked).values[0]) + ", whose class is " + show::whole(argmax(one.answer).values[0]));
}

/// Three places: how probable a look at each is, what it is worth, and how often each was looked at first.
struct Three {
  Tensor pi, r, drawn;
};

Three a_gradient_through_a_choice(show::Lesson& lesson, Rng& rng) {
  lesson.section("A gradient through a choice", "d sum_j pi_j r_j = sum_j pi_j r_j d log pi_j");
  lesson.say(
      "A choice has no derivative, its probability has one. Three places, a look at place j is worth r_j, and pi = softmax(theta). "
      "Exactly, by all three cases:");
  Tensor theta = tensor({0.5, 0, -0.5}).requires_grad(true), r = tensor({1.0, 0.2, 0.4}), pi = softmax(theta.detach());
  Tensor each = log_gradients(pi), by_cases = matmul(pi * r, each);  // (3) @ (3, 3)
  mean_reward(softmax(theta), r, 1).backward();
  lesson.name_columns(28);
  lesson.show("pi", pi);
  for (Index j = 0; j < 3; ++j) lesson.show("r_" + show::whole(j) + " (1_" + show::whole(j) + " - pi)", r.at({j}) * select(each, 0, j));
  lesson.show("their mean, weighted by pi", by_cases);
  lesson.compare("by the engine and by cases", theta.grad(), by_cases);
  lesson.say(
      "For the right side one need only try: look somewhere, see what this one look was worth, multiply. That is REINFORCE. Mean of 50,000 "
      "tries:");
  const Index tries = 50000;
  Tensor drawn;
  for (Index k : {1, 2}) {
    show::Word name = "k = " + show::whole(k);
    theta.zero_grad();
    mean_reward(softmax(theta), r, k).backward();
    lesson.show(name + ", exact", theta.grad());
    theta.zero_grad();
    Looks looks = look(zeros({tries, 1}) + theta, k, &rng);
    Tensor seen = masked_fill(ones({tries, 3}), looks.hidden, 0);
    mean(matmul(seen, r) * looks.log_pi).backward();
    lesson.show(name + ", REINFORCE", theta.grad());
    if (k == 1) drawn = mean(seen, 0);
  }
  return {pi, r, drawn};
}

void what_a_baseline_is_for(show::Lesson& lesson, const Three& x) {
  lesson.section("What a baseline is for", "(r_j - b) (1_j - pi)");
  lesson.say(
      "Add 5 to every reward: no place is better than before, and the exact gradient is the same. But a single try scatters, unless b is "
      "subtracted:");
  show::Table noise({"rewards", "b", "exact gradient", "variance, predicted", "measured"});
  double usual = sum(x.pi * x.r).item();
  for (double more : {0.0, 5.0})
    for (double b : {0.0, more + usual}) {
      Tensor r = x.r + more, g = matmul(x.pi * (r - b), log_gradients(x.pi));
      noise.add_row({more == 0 ? "r" : "r + 5", show::number(b),
                     show::number(g.at({0})) + " " + show::number(g.at({1})) + " " + show::number(g.at({2})),
                     show::number(variance(x.pi, x.pi, r, b)), show::number(variance(x.drawn, x.pi, r, b))});
    }
  lesson.show(noise);
}

/// Who has not found it is right in one case of 4.
double or_guess(double found) { return found + (1 - found) / classes; }

void a_policy_that_learns_where_to_look(show::Lesson& lesson, const Batch& test, Rng& rng) {
  lesson.section("A policy that learns where to look");
  lesson.say(
      "The policy learns by REINFORCE, the reader by backpropagation through what was seen, for each budget anew. Right, of 4,000 new "
      "cases; beside it random places, always the k most frequent places, and the best one can do: one look finds the more frequent of the "
      "two places with the colour, two looks find both. Whoever has not found the word guesses, and is right in one case of 4.");
  const Index steps = lesson.quick() ? 400 : 2000;
  Model soft = train(places, steps, rng), first;
  Tensor alike = zeros({4000, places}), log_prior = alike + log(prior);
  show::Table table({"looks", "random", "predicted", "fixed", "predicted", "learned", "best possible"});
  show::LineChart chart{"What a look is worth", "looks", "right", {}};
  for (const char* name : {"random", "fixed", "learned", "best"}) chart.series.push_back({name, {1, 2, 4, 8}, {}});
  for (Index k : {1, 2, 4, 8}) {
    Model model = k < places ? train(k, steps, rng, !lesson.broken("no-reinforce")) : soft;
    if (k == 1) first = model;
    double random = right(soft, test, look(alike, k, &rng).hidden), fixed = right(soft, test, look(log_prior, k, nullptr).hidden);
    double learned = right(model, test, follow(model, test, k, nullptr).hidden), best = or_guess(k == 1 ? best_with_one_look() : 1);
    double random_found = static_cast<double>(k) / places, fixed_found = sum(slice(prior, 0, 0, k)).item();
    table.add_row({k < places ? show::whole(k) : "8 (soft)", show::number(random, 3), show::number(or_guess(random_found), 3),
                   show::number(fixed, 3), show::number(or_guess(fixed_found), 3), show::number(learned, 2), show::number(best, 3)});
    const double right_ones[] = {random, fixed, learned, best};
    for (Index i = 0; i < 4; ++i) chart.series[i].y.push_back(right_ones[i]);
  }
  lesson.show(table);
  chart.log_x = true, chart.y_low = 0.2, chart.y_high = 1;
  if (!lesson.out_dir().empty()) lesson.save("looks", draw(chart));
  lesson.say("What the policy with one look has learned. Nobody told it which word has which colour, or where words lie:");
  lesson.show("policy",
              show::HeatMap{softmax(first.W.detach()), {}, {"colour 0", "1", "2", "3"}, "softmax(W): word asked for, colour", 0, 1});
  show::Word by_place;
  for (Index j = 0; j < places; ++j) by_place = by_place + (j ? ", " : "") + show::number(first.b.at({j}), 1);
  lesson.show("b, by place", by_place);
}

void the_same_baseline_in_training(show::Lesson& lesson, const Batch& test, Rng& rng) {
  lesson.section("The same baseline, in training");
  lesson.say(
      "Gradient of W over 200 batches, before any training, k = 1: the variances of its numbers, added up. Then: right, after so many "
      "steps.");
  show::Table effect({"", "variance", "10 steps", "20 steps", "40 steps", "80 steps"});
  for (bool with : {false, true}) {
    const Model untrained;
    double b = with ? mean(surprise(untrained.read(test, follow(untrained, test, 1, &rng).hidden), test)).item() : 0;
    show::Words row{with ? "b = mean surprise" : "b = 0", show::number(scatter(untrained, 1, b, 200, rng))};
    for (Index few : {10, 20, 40, 80}) {
      Model model = train(1, few, Rng(lesson.seed() + 2), true, with);
      row.push_back(show::number(right(model, test, follow(model, test, 1, nullptr).hidden), 2));
    }
    effect.add_row(row);
  }
  lesson.show(effect);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Soft attention allots weights, not work: it fetched all eight whatever the weights. Only a choice saves looks, and a choice must be "
      "learned by trying. Two good looks are worth eight here; two random ones are not. What the first glance cannot tell (which of two "
      "words of a colour) no policy can know: that needs the second look.");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed()), test_rng(lesson.seed() + 1);
  the_question(lesson, rng);
  Three three_places = a_gradient_through_a_choice(lesson, rng);
  what_a_baseline_is_for(lesson, three_places);
  Batch test = draw_batch(4000, test_rng);
  a_policy_that_learns_where_to_look(lesson, test, rng);
  the_same_baseline_in_training(lesson, test, rng);
  what_to_notice(lesson);
}

}  // namespace

int main(int argc, char** argv) {
  show::LessonInfo info;
  info.number = "26";
  info.title = "Resource allocation";
  info.chinese = "资源分配";
  info.mirrors = "《资源分配》 §2.2–2.3";
  info.about =
      "A budget of k looks: hard attention, which chooses where to look and is trained with REINFORCE (强化学习), beside soft "
      "attention, which looks everywhere; its gradient checked on a case small enough to enumerate, with and without a baseline.";
  info.breaks = {{"no-reinforce", "the policy gets what backpropagation alone brings it: nothing"}};
  return show::run_lesson(argc, argv, info, lesson_body);
}
