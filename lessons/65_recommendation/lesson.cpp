#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "trials.h"

namespace {

void the_question(show::Lesson& lesson, const Data& data) {
  lesson.section("The question");
  lesson.say((lesson.quick() ? "With --quick: " : data.baskets.generated ? "lesson 65: " : "Real data: ") + data.baskets.source + ".");
  lesson.say(
      "A basket (购物篮) is what somebody took together. Here it is what a package of Debian needs from others, the packages of one source "
      "counted once; what more than a thousand of them need (libc6), or hardly any, is left out. One item is hidden: which?");
  lesson.name_columns(24);
  lesson.show("items", show::whole(data.items));
  lesson.show("baskets to learn from", show::whole(static_cast<Index>(data.baskets.train.size())));
  lesson.show("baskets to be tested on", show::whole(static_cast<Index>(data.baskets.test.size())));
  const Index n = shown_case(data);
  lesson.show("left in one basket", joined(data.left(n)));
  lesson.show("hidden", data.baskets.items[data.test.hidden.values[n]]);
  lesson.say(
      "Every way to recommend gives each of the other items a score. HR@10 (hit rate) is the share of baskets whose hidden item is among "
      "the ten with the highest scores. NDCG@10 gives 1 / log2(1 + place) for it, so that a first place counts 1, a third 0.5, and from "
      "the eleventh on 0.");
}

void counting_by_hand(show::Lesson& lesson, const Shop& shop) {
  lesson.section("Counting, by hand", "cos_ij = c_ij / sqrt(c_ii c_jj)");
  lesson.say("Six baskets. c_ij is in how many of them items i and j are together, c_ii in how many i is:");
  const Index items = static_cast<Index>(shop.items.size());
  for (const Basket& basket : shop.baskets) {
    std::vector<std::string> names;
    for (Index item : basket) names.push_back(shop.items[item]);
    lesson.show("basket", joined(names));
  }
  const Tensor together = counts(shop.baskets, items), near = slice(cosines(together), 0, 0, items);
  show::Table table({"item", "c with tea", "cos", "c with milk", "cos", "c with rice", "cos", "sum of cos"});
  for (Index j = 0; j < items; ++j) {
    std::vector<std::string> row{shop.items[j]};
    double sum = 0;
    for (Index i : shop.basket) {
      row.push_back(show::number(together.at({i, j}), 0));
      row.push_back(show::number(near.at({i, j})));
      sum += near.at({i, j});
    }
    const bool there = std::count(shop.basket.begin(), shop.basket.end(), j) > 0;
    row.push_back(there ? "in it" : show::number(sum));
    table.add_row(row);
  }
  lesson.say("A new basket holds tea, milk and rice. Nearest items (最近邻物品) adds up the cosines with all that is in it:");
  lesson.show(table);
}

void one_vector_or_many(show::Lesson& lesson, const Pantry& pantry) {
  lesson.section("One vector, or one for each candidate", "alpha_ji = softmax_i(q_j . k_i),  score_j = o_j . sum_i alpha_ji v_i");
  lesson.say("A basket of two interests, as vectors, and three candidates:");
  for (Index i = 0; i < 4; ++i) lesson.show(pantry.names[i], select(pantry.taken, 0, i));
  for (Index j = 0; j < 3; ++j) lesson.show(pantry.candidates[j], select(pantry.offered, 0, j));
  const Tensor middle = mean(pantry.taken, 0);                                        // one vector for the basket
  const Tensor alpha = softmax(4 * matmul(pantry.offered, transpose(pantry.taken)));  // (candidates, items)
  const Tensor own = matmul(alpha, pantry.taken);                                     // one vector for each candidate
  lesson.show("mean", middle);
  show::Table table({"candidate", "o . mean", "alpha: tea", "milk", "rice", "beans", "its own vector", "o . its own"});
  for (Index j = 0; j < 3; ++j) {
    const Tensor o = select(pantry.offered, 0, j), mine = select(own, 0, j);
    std::vector<std::string> row{pantry.candidates[j], show::number(sum(o * middle).item())};
    for (Index i = 0; i < 4; ++i) row.push_back(show::number(alpha.at({j, i})));
    row.push_back("(" + show::number(mine.at({0})) + ", " + show::number(mine.at({1})) + ")");
    row.push_back(show::number(sum(o * mine).item()));
    table.add_row(row);
  }
  lesson.say("Target attention (目标注意力): each candidate asks the basket, here with q_j = 4 o_j and k_i = v_i.");
  lesson.show(table);
  lesson.say(
      "The mean lies between the two interests, and what lies between them, too, wins. Asked by each candidate, the basket answers with "
      "the interest that fits.");
}

void show_trials(show::Lesson& lesson, const std::vector<Trial>& trials) {
  show::Table table({"", "parameters", "seconds", "HR@10", "NDCG@10"});
  for (const Trial& trial : trials)
    table.add_row(
        {trial.name, show::whole(trial.parameters), show::number(trial.seconds, 1) + " s", spread(trial.hit), spread(trial.ndcg)});
  lesson.show(table);
}

/// The five of section 4.
std::vector<Trial> real_baskets(show::Lesson& lesson, const Data& data) {
  lesson.section("Real baskets");
  const Index items = data.items, d = lesson.quick() ? 16 : 64;
  const bool quick = lesson.quick();
  const Training for_mean{quick ? 15 : 25, 64, 1e-2, 0.1}, for_self{quick ? 6 : 24, 64, 3e-3, 0.1},
      for_target{quick ? 6 : 14, 64, 1e-2, 0.1};
  lesson.say("Vectors of " + show::whole(d) + " numbers, learned by hiding another item of each basket in every epoch (mean " +
             show::whole(for_mean.epochs) + " epochs, self-attention " + show::whole(for_self.epochs) + ", target attention " +
             show::whole(for_target.epochs) + "). Seeds: " + show::whole(lesson.seeds()) + "; the median, the lowest and the highest:");
  const Tries tries{data, lesson.seeds(), lesson.seed()};
  std::vector<Trial> trials;
  trials.push_back(tries("popularity", [&](Rng&) { return std::make_unique<Popularity>(data.together); }));
  trials.push_back(tries("nearest items", [&](Rng&) { return std::make_unique<Nearest>(data.together); }));
  trials.push_back(tries(
      "mean of vectors", [&](Rng& rng) { return std::make_unique<Mean>(items, d, 0.3, rng); }, for_mean));
  trials.push_back(tries(
      "self-attention", [&](Rng& rng) { return std::make_unique<SelfAttention>(items, d, 0.2, rng); }, for_self));
  trials.push_back(tries(
      "target attention", [&](Rng& rng) { return std::make_unique<TargetAttention>(items, d, 0.3, rng); }, for_target));
  show_trials(lesson, trials);
  return trials;
}

void rare_and_frequent(show::Lesson& lesson, const Data& data, const std::vector<Trial>& trials) {
  lesson.section("Rare items and frequent ones");
  Index cases[3] = {0, 0, 0};
  for (Index hidden : data.test.hidden.values) ++cases[data.rarity(hidden)];
  lesson.say(
      "Who wins where? First on training baskets, with another item hidden; then on test baskets, by how many training baskets hold the "
      "hidden item. Below 30: " +
      show::whole(cases[0]) + " test baskets; 30 to 99: " + show::whole(cases[1]) + "; from 100: " + show::whole(cases[2]) + ".");
  show::Table table(rarity_headings);
  for (const Trial& trial : trials) add_by_rarity(table, trial);
  lesson.show(table);
}

/// The weights of one basket; and the items that get the most and the least weight, as a multiple of their fair share, over all test baskets.
void whom_to_believe(show::Lesson& lesson, const Data& data, const Recommender& nearest, const AttentionOverCounts& model) {
  NoGrad no_graph;
  const Tensor alpha = model.attend(data.test.history).weights;  // (N, longest)
  const Index n = shown_case(data);
  show::Table one({"left in one basket", "alpha"});
  const std::vector<std::string> left = data.left(n);
  for (std::size_t i = 0; i < left.size(); ++i) one.add_row({left[i], show::number(alpha.at({n, static_cast<Index>(i)}), 3)});
  lesson.say("The basket of section 1, hidden: " + data.baskets.items[data.test.hidden.values[n]] + ". Nearest items suggests " +
             joined(suggestions(nearest, data, n, 5)) + "; both with attention: " + joined(suggestions(model, data, n, 5)) + ".");
  lesson.show(one);
  lesson.say("Over all test baskets, items that come up 15 times or more: how much weight they get, as a multiple of the equal share.");
  lesson.show(believed(data, alpha));
}

void attention_over_counts(show::Lesson& lesson, const Data& data, const std::vector<Trial>& before) {
  lesson.section("Attention over counts", "score_j = log(sum_i alpha_i cos_ij + e^b) + o_j . mean");
  lesson.say(
      "Counting knows rare pairs, vectors know what is alike. Why choose? Let the values of attention be the counted cosines, and learn "
      "only whom to believe: additive attention gives each item of the basket a weight. The mean of vectors is added. Once with equal "
      "weights, once with learned ones:");
  const Training how{lesson.quick() ? 4 : 10, 64, 5e-3, 0.05};
  const Tries tries{data, lesson.seeds(), lesson.seed()};
  const Index d = lesson.quick() ? 16 : 64;
  std::vector<Trial> trials;
  for (bool learned : {false, true})
    trials.push_back(tries(
        learned ? "both, attention" : "both, equal weights",
        [&](Rng& rng) { return std::make_unique<AttentionOverCounts>(data.together, d, 0.3, learned, rng); }, how));
  show::Table table(rarity_headings);
  for (std::size_t i : {1, 2}) add_by_rarity(table, before[i]);
  for (const Trial& trial : trials) add_by_rarity(table, trial);
  lesson.show(table);
  show_trials(lesson, trials);
  if (!lesson.quick()) whom_to_believe(lesson, data, *before[1].model, static_cast<const AttentionOverCounts&>(*trials[1].model));
}

void users_with_interests(show::Lesson& lesson) {
  lesson.section("Users with several interests");
  const bool quick = lesson.quick();
  Rng rng(11);
  const Data data(
      datasets::users_with_interests(quick ? 1000 : 4000, quick ? 400 : 2000, quick ? few_topics() : datasets::InterestOptions(), rng));
  lesson.say("Made-up users, for whom the truth is known: " + std::string(quick ? "30" : "100") +
             " topics of 10 items; each user has 1 to 4 interests and took 4 items for each, all at random. Who knows the interests, and "
             "guesses among the items of these topics that are not taken yet, comes to the first row. Median of " +
             show::whole(lesson.seeds()) + (lesson.seeds() == 1 ? " seed:" : " seeds:"));
  const Training how{quick ? 10 : 20, 64, 2e-2, 0.01};
  const Tries tries{data, lesson.seeds(), lesson.seed()};
  std::vector<Trial> trials;
  trials.push_back(tries("nearest items", [&](Rng&) { return std::make_unique<Nearest>(data.together); }));
  for (Index d : {8, 16, 64})
    trials.push_back(tries(
        "mean, d = " + show::whole(d), [&](Rng& r) { return std::make_unique<Mean>(data.items, d, 0, r); }, how));
  for (Index d : {8, 16})
    trials.push_back(tries(
        "target attention, d = " + show::whole(d), [&](Rng& r) { return std::make_unique<TargetAttention>(data.items, d, 0, r); }, how));
  show::Table table({"HR@10", "parameters", "1 interest", "2", "3", "4"});
  std::vector<std::string> known{"who knows the interests", ""};
  for (int k = 1; k <= 4; ++k) known.push_back(show::number(std::min(1.0, 10.0 / (10 * k - (4 * k - 1))), 3));
  table.add_row(known);
  show::LineChart chart{"How many interests a user has, and how often the hidden item is found", "interests", "HR@10", {}};
  for (const Trial& trial : trials) {
    std::vector<std::string> row{trial.name, show::whole(trial.parameters)};
    chart.series.push_back({trial.name, {1, 2, 3, 4}, {}});
    for (const std::vector<double>& rates : trial.by_interests) {
      row.push_back(show::number(show::median(rates), 3));
      chart.series.back().y.push_back(show::median(rates));
    }
    table.add_row(row);
  }
  lesson.show(table);
  chart.y_high = 1;
  lesson.save("interests", draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "In the full run: a weight of its own for each item helps where one vector must hold several interests and is too narrow for them; a "
      "wider vector does the same. Rare items are better counted than learned. Counts and vectors together find the most. Always run the "
      "counting first.");
}

void lesson_body(show::Lesson& lesson) {
  const datasets::Baskets baskets = lesson.quick() ? made_up() : datasets::debian_baskets();
  const Data data(baskets, lesson.broken("seen"));
  the_question(lesson, data);
  counting_by_hand(lesson, {});
  one_vector_or_many(lesson, {});
  const std::vector<Trial> trials = real_baskets(lesson, data);
  rare_and_frequent(lesson, data, trials);
  attention_over_counts(lesson, data, trials);
  users_with_interests(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "65",
    "Recommendation",
    "个性化推荐",
    "《资源分配》 §6.4; 《分析与预测》 §6.3",
    "What belongs into this basket? Counting, vectors and attention, on what packages need and on users with one to four interests.",
    {{"seen", "baskets that were learned from are tested on"}},
    3};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
