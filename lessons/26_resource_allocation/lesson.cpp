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
constexpr Scalar prior[places] = {0.30f, 0.20f, 0.15f, 0.10f, 0.10f, 0.05f, 0.05f, 0.05f};

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

/// Scores (B, n) of one query (B, d) each with its keys (B, n, d).
Tensor scores(const Tensor& query, const Tensor& keys) { return squeeze(matmul(keys, unsqueeze(query, 2)), 2); }
/// The values (B, n, d) under their weights (B, n) -> (B, d).
Tensor weighted(const Tensor& weights, const Tensor& values) { return squeeze(matmul(unsqueeze(weights, 1), values), 1); }

/// Eight words lie at eight places. From afar one sees only a word's colour, and words 2c and 2c + 1 share colour c. A look at a place
/// shows the word and its class. Asked: the class of one word.
struct Batch {
  Tensor asked, colour, word, cls, answer;  // one-hot: (B, 8), (B, 8, 4), (B, 8, 8), (B, 8, 4), (B, 4)
};
Batch draw_batch(Index B, Rng& rng) {
  Tensor word = zeros({B, places, words}), cls = zeros({B, places, classes}), wanted = zeros({B, places});
  for (Index n = 0; n < B; ++n) {
    std::vector<Index> at = rng.permutation(places);
    wanted.set({n, draw(prior, places, rng)}, 1);
    for (Index j = 0; j < places; ++j) word.set({n, j, at[j]}, 1), cls.set({n, j, rng.below(classes)}, 1);
  }
  return {weighted(wanted, word), sum(reshape(word, {B, places, colours, 2}), 3), word, cls, weighted(wanted, cls)};
}

/// Which places were looked at, and log_pi, the logarithm of the probability of having looked there, in this order.
struct Looks {
  Tensor seen, log_pi;  // (B, places), 1 or 0; (B)
};
/// k places, none twice: drawn by their scores, or the best ones if there is no rng.
Looks look(const Tensor& scores, Index k, Rng* rng) {
  Index B = scores.size(0), n = scores.size(1);
  Looks looks{zeros({B, n}), 0};  // nothing yet, for certain: log 1
  for (Index t = 0; t < k; ++t) {
    Tensor rest = scores + log(1 - looks.seen), pi = softmax(rest.detach());  // log 0 = -inf: not there again
    Indices j = argmax(pi);
    for (Index b = 0; rng && b < B; ++b) j.values[b] = draw(pi.data() + b * n, n, *rng);
    looks.seen = looks.seen + one_hot(j, n);
    j.shape.push_back(1);  // (B, 1)
    looks.log_pi = looks.log_pi + squeeze(gather(log_softmax(rest), 1, j), 1);
  }
  return looks;
}

/// Where to look, from colours; what to answer, from what was looked at. Four learned tables.
struct Model : nn::Module {
  Parameter W, b;  // the policy: who, asked for this word, goes to which colour, and to which place
  Parameter R, g;  // the reader: attention from the word asked for to the words seen, and to a guess, which gives every class 1/4

  Model();
  Tensor learned(const char* name, Index rows, Index columns);
  Tensor policy(const Batch& x) const;
  Tensor read(const Batch& x, const Tensor& seen) const;
};
Model::Model() : W(learned("W", words, colours)), b(learned("b", 1, places)), R(learned("R", words, words)), g(learned("g", 1, 1)) {}
Tensor Model::learned(const char* name, Index rows, Index columns) { return add_parameter(name, zeros({rows, columns})); }

/// Scores of the places, from afar (B, places).
Tensor Model::policy(const Batch& x) const { return scores(matmul(x.asked, W), x.colour) + b; }

/// Soft attention over what was seen -> probability of each class (B, classes).
Tensor Model::read(const Batch& x, const Tensor& seen) const {
  Tensor e = scores(matmul(x.asked, R), x.word) + log(seen), guess = zeros({x.asked.size(0), 1}) + g;  // log 0 = -inf hides
  Tensor alpha = softmax(concat({e, guess}, 1));                                                       // (B, places + 1)
  return weighted(slice(alpha, 1, 0, places), x.cls) + slice(alpha, 1, places, places + 1) / classes;
}

/// Where the policy looks. With a look for each place that is soft attention: everything is seen, for certain.
Looks follow(const Model& model, const Batch& x, Index k, Rng& rng) {
  if (k == places) return {1, 0};
  return look(model.policy(x), k, &rng);
}

/// -log p(answer) of each case, after these looks.
Tensor surprise(const Model& model, const Batch& x, const Looks& looks) { return -log(sum(model.read(x, looks.seen) * x.answer, 1)); }

/// What is minimised: the surprise, and for the policy (surprise - baseline) log pi, whose gradient is REINFORCE's.
Tensor loss_of(const Model& model, const Batch& x, const Looks& looks, double baseline) {
  Tensor cost = surprise(model, x, looks);
  return mean(cost + (cost.detach() - baseline) * looks.log_pi);
}

/// Share of right answers after k looks by these scores.
double right(const Model& reader, const Batch& x, const Tensor& scores, Index k, Rng* rng = nullptr) {
  return accuracy(reader.read(x, look(scores, k, rng).seen), argmax(x.answer));
}

/// Fresh cases, k looks each. With `reinforce` off the policy gets what backpropagation alone brings it.
Model train(Index k, Index steps, Rng rng, bool reinforce = true, bool with_baseline = true) {
  Model model;
  optim::Adam adam(model.parameters(), 0.05);
  double baseline = with_baseline ? log(4.0) : 0;
  show::Progress progress(steps, "k = " + show::whole(k));
  for (Index step = 0; step < steps; ++step) {
    Batch x = draw_batch(64, rng);
    Looks looks = follow(model, x, k, rng);
    if (!reinforce) looks.log_pi = looks.log_pi.detach();
    adam.zero_grad();
    loss_of(model, x, looks, baseline).backward();
    adam.step();
    if (with_baseline) baseline += 0.05 * (mean(surprise(model, x, looks)).item() - baseline);
    progress.step();
  }
  return model;
}

/// The gradient of y with respect to x.
Tensor gradient(const Tensor& y, Tensor x) {
  x.zero_grad();
  y.backward();
  return x.grad();
}

/// How much the rows (n, d) scatter if row j comes with probability p_j: the variances of their columns, added up.
double variance(const Tensor& p, const Tensor& rows) {
  Tensor off = rows - matmul(p, rows);
  return sum(matmul(p, off * off)).item();
}

/// The same of the policy's gradient, from batch to batch.
double scatter(const Model& model, double baseline, Rng rng) {
  const Index batches = 200;
  Tensors gradients;
  for (Index i = 0; i < batches; ++i) {
    Batch x = draw_batch(64, rng);
    gradients.push_back(gradient(loss_of(model, x, follow(model, x, 1, rng), baseline), model.W));
  }
  return variance(full({batches}, 1.0 / batches), reshape(stack(gradients), {batches, -1}));
}

/// What REINFORCE adds up: r_j times the gradient of log pi_j with respect to the scores, which is 1_j - pi. One row for each j.
Tensor tries(const Tensor& r, const Tensor& pi) { return unsqueeze(r, 1) * (eye(pi.size()) - pi); }

/// The mean of what k = 1 or 2 different places out of three are worth together, exactly: the second is worth the mean of those left.
Tensor mean_reward(const Tensor& theta, const Tensor& r, Index k) {
  Tensor pi = softmax(theta), each = pi * r, one = sum(each);
  if (k == 1) return one;
  return one + sum(pi * (one - each) / (1 - pi));
}

/// How often can one look find the wanted word? At place i if its twin, the other place with its colour, is less frequent.
double best_with_one_look() {
  double found = 0;
  for (Index i = 0; i < places; ++i)
    for (Index twin = 0; twin < places; ++twin)
      if (i != twin) found += prior[i] * (prior[i] > prior[twin] ? 1 : prior[i] == prior[twin] ? 0.5 : 0) / (places - 1);
  return found;
}

/// The number that row j of ones and zeros stands for.
std::string which(const Tensor& one_hot, Index j = 0) { return show::whole(argmax(one_hot).values[j]); }

void the_question(show::Lesson& lesson, Rng& rng) {
  lesson.section("The question");
  lesson.say(
      "Eight words lie at eight places. From afar one sees only colours; a look at a place shows its word and its class. Asked is the "
      "class of one word. Soft attention looks everywhere and then weights. What if there are only k looks?");
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
      "A choice has no derivative, its probability has one. Three places, a look at place j is worth r_j, and pi = softmax(theta). "
      "Exactly, by all three cases:");
  Tensor theta = tensor({0.5, 0, -0.5});
  Three three{softmax(theta), tensor({1.0, 0.2, 0.4}), {}};
  auto& [pi, r, drawn] = three;
  theta.requires_grad(true);
  Tensor each = tries(r, pi), by_cases = matmul(pi, each);  // (3) @ (3, 3)
  lesson.name_columns(28);
  lesson.show("pi", pi);
  const char* names[] = {"r_0 (1_0 - pi)", "r_1 (1_1 - pi)", "r_2 (1_2 - pi)"};
  for (Index j = 0; j < 3; ++j) lesson.show(names[j], select(each, 0, j));
  lesson.show("their mean, weighted by pi", by_cases);
  lesson.compare("by the engine and by cases", gradient(mean_reward(theta, r, 1), theta), by_cases);
  lesson.say(
      "For the right side one need only try: look somewhere, see what this one look was worth, multiply. That is REINFORCE. Mean of 50,000 "
      "tries:");
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
      "Add 5 to every reward: no place is better than before, and the exact gradient is the same. But a single try scatters, unless b is "
      "subtracted:");
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

/// Who has not found it is right in one case of 4.
double or_guess(double found) { return found + (1 - found) / classes; }

void a_policy_that_learns_where_to_look(show::Lesson& lesson, const Batch& test, Rng& rng) {
  lesson.section("A policy that learns where to look");
  lesson.say(
      "The policy learns by REINFORCE, the reader by backpropagation through what was seen, for each budget anew. Right, of 4,000 new "
      "cases; beside it random places, always the k most frequent places, and the best one can do: one look finds the more frequent of the "
      "two places with the colour, two looks find both. Whoever has not found the word guesses, and is right in one case of 4.");
  const Index steps = lesson.quick() ? 400 : 2000;
  const Model soft = train(places, steps, rng);
  Tensor alike = zeros({4000, places}), W, b;
  show::Table table({"looks", "random", "predicted", "fixed", "predicted", "learned", "best possible"});
  show::LineChart chart{"What a look is worth", "looks", "right", {}};
  for (const char* name : {"random", "fixed", "learned", "best"}) chart.series.push_back({name, {1, 2, 4, 8}, {}});
  for (Index k : {1, 2, 4, 8}) {
    const Model model = k < places ? train(k, steps, rng, !lesson.broken("no-reinforce")) : soft;
    if (k == 1) W = model.W, b = model.b;
    // The first places are the most frequent ones: always those k is what falling scores choose.
    const double measured[] = {right(soft, test, alike, k, &rng), right(soft, test, alike - arange(places), k),
                               right(model, test, model.policy(test), k)};
    Scalar fixed_found = 0;
    for (Index j = 0; j < k; ++j) fixed_found += prior[j];
    const double found[] = {static_cast<double>(k) / places, fixed_found, k == 1 ? best_with_one_look() : 1};
    std::vector<std::string> row{k < places ? show::whole(k) : "8 (soft)"};
    for (Index i = 0; i < 3; ++i) {
      row.push_back(show::number(measured[i], i < 2 ? 3 : 2));
      row.push_back(show::number(or_guess(found[i]), 3));
      chart.series[i].y.push_back(measured[i]);
    }
    chart.series[3].y.push_back(or_guess(found[2]));
    table.add_row(row);
  }
  lesson.show(table);
  chart.log_x = true, chart.y_low = 0.2, chart.y_high = 1;
  lesson.save("looks", draw(chart));
  lesson.say("What the policy with one look has learned. Nobody told it which word has which colour, or where words lie:");
  lesson.show("policy", show::HeatMap{softmax(W.detach()), {}, {"colour 0", "1", "2", "3"}, "softmax(W): word asked for, colour", 0, 1});
  lesson.show("b, by place", text_of(b, 1, ", "));
}

void the_same_baseline_in_training(show::Lesson& lesson, const Batch& test, Rng& rng) {
  lesson.section("The same baseline, in training");
  lesson.say(
      "Gradient of W over 200 batches, before any training, k = 1: the variances of its numbers, added up. Then: right, after so many "
      "steps.");
  show::Table effect({"", "variance", "10 steps", "20 steps", "40 steps", "80 steps"});
  const Model untrained;
  for (bool with : {false, true}) {
    double b = with ? mean(surprise(untrained, test, follow(untrained, test, 1, rng))).item() : 0;
    std::vector<std::string> row{with ? "b = mean surprise" : "b = 0"};
    row.push_back(show::number(scatter(untrained, b, rng)));
    for (Index few : {10, 20, 40, 80}) {
      Model model = train(1, few, Rng(lesson.seed() + 2), true, with);
      row.push_back(show::number(right(model, test, model.policy(test), 1), 2));
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

const show::LessonInfo info{"26",
                            "Resource allocation",
                            "资源分配",
                            "《资源分配》 §2.2–2.3",
                            "A budget of k looks: hard attention, which chooses where to look and is trained with REINFORCE "
                            "(强化学习), beside soft attention, which looks everywhere; its gradient checked on a case small enough to "
                            "enumerate, with and without a baseline.",
                            {{"no-reinforce", "the policy gets what backpropagation alone brings it: nothing"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
