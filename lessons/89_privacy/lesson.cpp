#include <qkv/io/safetensors.h>
#include <qkv/kernels/parallel.h>
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>
#include <unistd.h>

#include <filesystem>

#include "example.h"
#include "runs.h"

namespace {

const Processes* processes = nullptr;  // main's

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question", "c = sum_j alpha_j x_j   p = sigmoid(v . c)   loss = -log p");
  lesson.say(
      "In federated learning (联邦学习) a client keeps its texts and sends gradients only. What do these tell? A dictionary of six words, "
      "and attention with one query u. The text is 'fever since monday', and its answer is yes:");
  for (Index w = 0; w < 6; ++w) lesson.show("E " + x.words[w], x.E[w]);
  lesson.name_columns(8);
  lesson.show("u", x.u);
  lesson.show("v", x.v);
}

void words_in_a_gradient(show::Lesson& lesson, Example& x) {
  lesson.section("Words in a gradient", "dE_j = alpha_j (g + (g . x_j - g . c) u),  g = (p - 1) v");
  lesson.show("alpha", x.alpha());
  lesson.show("c", matmul(x.alpha(), x.x()));
  lesson.show("p", x.p().item());
  lesson.show("g", (x.p() - 1) * x.v);
  x.E.requires_grad(true);
  (-log(x.p())).backward();
  lesson.say("The gradient of E, which is what the client sends:");
  for (Index w = 0; w < 6; ++w) lesson.show("dE " + x.words[w], x.E.grad()[w]);
  lesson.compare("three rows by the formula and by backward()", stack({x.row(0), x.row(1), x.row(2)}), slice(x.E.grad(), 0, 2, 5));
  lesson.say("Three rows are not 0. Whoever sees the gradient knows the words.");
}

void a_text_read_off(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("A text, read off an update", "x_i = word + place: dx_i is in both gradients");
  lesson.say(
      "Texts: " + data.source +
      ". A dictionary of 5,000 words, self-attention, the mean, six sections; nothing is trained yet. The client sends the gradient of one "
      "text:");
  const datasets::Vocabulary dictionary(data.train.texts, 5000);
  datasets::TextSet set = data.test;
  set.tokens = dictionary.encode(set.texts, 12);
  TextModel model(dictionary.size(), 12, 6, lesson.seed());
  Rng rng(lesson.seed());
  const std::vector<Index> order = rng.permutation(set.labels.shape[0]), some(order.begin(), order.begin() + 200);
  for (Index n : {some[0], some[1]}) {
    const ReadBack read = read_back(model, set, n);
    std::string text;
    for (Index word : read.words) text += (word < 0 ? std::string("_") : dictionary.word(word)) + " ";
    lesson.show("true", set.texts[n] + " (" + data.class_names[set.labels.values[n]] + ")");
    lesson.show("read", text + "(" + data.class_names[read.label] + ")");
  }
  double whole = 0, label = 0;
  for (Index n : some) {
    const ReadBack read = read_back(model, set, n);
    whole += read.words == words_in(set, {n}) ? 1.0 / 200 : 0, label += read.label == set.labels.values[n] ? 1.0 / 200 : 0;
  }
  lesson.say("Of 200 texts, the share read word for word and in order, and of how many the section is known:");
  lesson.name_columns(18);
  lesson.show("whole text", show::number(whole, 3));
  lesson.show("section", show::number(label, 3));
  lesson.say("More texts in one update: the order is lost, the words are not. The last row: what five passes changed in the weights.");
  show::Table table({"texts in the update", "words in them", "rows that are not 0", "of these in the texts"});
  for (Index texts : {1, 8, 64, -64}) {
    const std::vector<Index> which(order.begin(), order.begin() + std::abs(texts)), there = words_in(set, which);
    const std::vector<Index> found = words_of_update(texts > 0 ? sent_words(model, set, which) : changed_words(model, set, which, 5, rng));
    table.add_row({show::whole(std::abs(texts)) + (texts < 0 ? ", five passes" : ""), show::whole(static_cast<Index>(there.size())),
                   show::whole(static_cast<Index>(found.size())), show::whole(hits(found, there))});
  }
  lesson.show(table);
}

void in_parallel(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("Trained in parallel, trained alone", "gradient of all = mean over ranks of the gradient of a part");
  const int ranks = processes->ranks();
  lesson.name_columns(18);
  lesson.show("the ranks are", processes->text());
  auto flat_tensor = [](const std::vector<Scalar>& numbers) { return tensor({static_cast<Index>(numbers.size())}, numbers); };
  auto in_all_ranks = [](const Parallel& training) {
    Parallel::Outcome outcome;
    processes->in_ranks([&](Rank& rank) { training.run(rank, outcome); });
    return outcome;
  };
  Parallel training{data.train, data.vocabulary.size(), 8, 8, 20, lesson.seed(), lesson.broken("rank-dies"), lesson.broken("sum")};
  lesson.say("Each rank has eight texts of a batch. Twenty steps of gradient descent:");
  try {
    const Parallel::Outcome together = in_all_ranks(training), alone = training.alone(ranks);
    lesson.compare("the first gradient, together and alone", flat_tensor(together.first_gradient), flat_tensor(alone.first_gradient), 1e-6);
    lesson.compare("all weights after 20 steps", flat_tensor(together.weights), flat_tensor(alone.weights), 1e-5);
  } catch (const Error& error) {
    return lesson.show("it ended", error.what());
  }
  lesson.say("Each rank in one thread, 64 texts a rank, d = 64: time alone / time together:");
  const int before = kernels::threads();
  kernels::set_threads(1);
  training.d = training.part = 64, training.steps = 5;
  const double together = in_all_ranks(training).seconds, alone = training.alone(ranks).seconds;
  kernels::set_threads(before);
  lesson.name_columns(18);
  lesson.show("times as fast", show::number(alone / together, 1));
  lesson.say(
      "What must travel, on paper. In a ring each of n ranks sends 2 (n - 1) / n gradients a step. 4 bytes a number; seconds at 10 "
      "Gbit/s:");
  training.d = 8;
  lesson.show(what_travels(training.model().parameter_count()));
}

void a_rank_that_dies(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("A rank that dies");
  lesson.say("Four threads again. Rank 0 saves the model after each step. In step 4 rank 2 ends, before it has added its gradient:");
  const std::filesystem::path file = std::filesystem::temp_directory_path() / ("qkv-89-" + std::to_string(getpid()) + ".safetensors");
  lesson.name_columns(18);
  lesson.show_error("what is said", [&] {
    in_threads(4, [&](Rank& rank) {
      TextModel model(data.vocabulary.size(), 12, 6, lesson.seed());
      for (Index step = 1; step <= 6; ++step) {
        std::vector<Scalar> g = gradient(model, data.train, {step * 4 + rank.mine});
        if (rank.mine == 2 && step == 4) throw Error("no memory left (on purpose)");
        rank.add_up(g);
        add_to(model.parameters(), g, -0.5 / rank.count);
        if (rank.mine == 0) io::save_safetensors(file.string(), model.named_parameters(), {{"step", std::to_string(step)}});
      }
    });
  });
  const io::Safetensors saved(file.string());
  lesson.show("the file has step", saved.metadata().at("step"));
  lesson.show("tensors in it", static_cast<Index>(saved.names().size()));
  std::filesystem::remove(file);
  lesson.say("Nobody waits for the dead rank, and the file is the last one that was whole.");
}

void averaging(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("Averaging instead of sending texts", "theta = mean over clients of theta_client");
  Clients how;
  if (lesson.quick()) how.rounds = 6;
  const std::vector<Shares> shares = averaged(*processes, data, how, lesson.seed(), lesson.seeds());
  const int ranks = processes->ranks();
  lesson.say(show::whole(ranks) + " clients with " + show::whole(how.texts) +
             " texts each, mixed or sorted (a client then knows one or two of the six "
             "sections). A round: one pass over its own texts, then the weights are averaged. " +
             show::whole(how.rounds) + " rounds. Right on 1,000 new texts:");
  const TextModel model(data.vocabulary.size(), 12, 6, 0);
  Index letters = 0;
  for (Index i = 0; i < how.texts; ++i) letters += static_cast<Index>(data.train.texts[i].size());
  show::Table table({"", "right", "bytes a client sends"});
  const Index sent = how.rounds * 4 * model.parameter_count();
  for (std::size_t way = 0; way < ways.size(); ++way)
    table.add_row({ways[way], show::median_and_range(shares[way], 2),
                   show::whole(way < 2    ? 0
                               : way == 5 ? letters
                               : way == 4 ? 4 * sent
                                          : sent)});
  lesson.show(table);
  lesson.name_columns(18);
  lesson.show("seeds", lesson.seeds());
}

void noise(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("Noise, and the privacy spent", "epsilon = steps R(alpha) + log(1 / delta) / (alpha - 1)");
  lesson.say(
      "Each text's gradient is clipped to length C. Noise, normal(0, sigma C), is added to their sum. A text is drawn with probability q. "
      "Epsilon bounds how much one text can change anything that comes out. One step, q = 0.01, sigma = 4, alpha = 20:");
  lesson.name_columns(18);
  lesson.show("R(20)", show::scientific(renyi(0.01, 4, 20), 4));
  lesson.show("without drawing", show::number(renyi(1, 4, 20)) + " = alpha / (2 sigma^2)");
  lesson.say("Beside what others have published, delta = 0.00001:");
  lesson.show(beside_published());
  lesson.say(
      "Noise on the gradient of one text, clipped to length 1. Now every row differs from 0. The n longest of 400, for a text of n words: "
      "how many are its words? Over 200 texts:");
  show::Table words({"sigma", "of its words found", "by chance"});
  for (double sigma : {0.0, 0.01, 0.03, 0.1, 0.3, 1.0}) {
    const auto [found, chance] = found_under_noise(data, sigma, lesson.seed());
    words.add_row({show::number(sigma, 2), show::number(found, 2), show::number(chance, 2)});
  }
  lesson.show(words);
}

void is_a_text_a_member(show::Lesson& lesson, const datasets::PackageText& data) {
  lesson.section("Is a text a member?", "AUC <= about 1 / (1 + e^-epsilon)");
  const std::vector<Row> rows = trainings(lesson.quick() ? 400 : 1000, data.generated ? 1200 : 2400);
  const std::vector<std::array<Shares, 3>> found = over_seeds(*processes, data, rows, lesson.seed(), lesson.seeds());
  lesson.say(
      "Somebody has the model and a text, and says 'it was learned from' where the loss is small. AUC: how often a member's loss is below "
      "a "
      "stranger's, 0.5 is a guess. One text in ten has a wrong label: it stands out. delta = 0.0001:");
  show::LineChart chart{
      "What protection costs: medians of the seeds", "AUC of the attack on texts with a wrong label", "right on new texts", {}};
  show::Table table({"training", "epsilon", "right", "AUC, all", "AUC, wrong labels", "at most"});
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::vector<std::string> cells{rows[k].name};
    const Training& how = rows[k].how;
    const double epsilon = how.sigma > 0 ? privacy_spent(how.q, how.sigma, static_cast<double>(how.steps), 1e-4).epsilon : infinity;
    cells.push_back(how.sigma > 0 ? show::number(epsilon, 2) : "none");
    for (const Shares& numbers : found[k]) cells.push_back(show::median_and_range(numbers, 2));
    const double right = show::median(found[k][0]), auc = std::round(100 * show::median(found[k][2])) / 100;
    chart.series.push_back({rows[k].name, {auc}, {right}, {}, {}, true});
    cells.push_back(how.sigma > 0 ? show::number(largest_auc(epsilon, 1e-4), 3) : "1");
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.save("price", draw(chart));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Sending gradients in place of texts protects nothing by itself: the words can be read off them. Noise protects, and what it "
      "promises can "
      "be computed beforehand. The price is paid in right answers, and it falls with the number of texts. Stopping early also helps, but "
      "promises nothing.");
}

void lesson_body(show::Lesson& lesson) {
  Example x;
  the_question(lesson, x);
  words_in_a_gradient(lesson, x);
  datasets::PackageTextOptions options;
  options.classes = 6, options.vocabulary = 400, options.length = 12;
  const datasets::PackageText data = lesson.quick() ? datasets::made_up_package_text(options) : datasets::debian_package_text(options);
  a_text_read_off(lesson, data);
  in_parallel(lesson, data);
  a_rank_that_dies(lesson, data);
  averaging(lesson, data);
  noise(lesson, data);
  is_a_text_a_member(lesson, data);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "89",
    "Privacy",
    "隐私",
    "《分析与预测》 §8.3–8.4",
    "What a gradient tells about the texts behind it; training in several processes; averaged models; noise, the privacy that it spends, "
    "and "
    "what it costs.",
    {{"rank-dies", "rank 2 ends in the first step of section 4"}, {"sum", "the gradients of the ranks are added up and not averaged"}},
    10};

}  // namespace

int main(int argc, char** argv) {
  const Processes all;
  processes = &all;
  return all.finish(show::run_lesson(argc, argv, info, lesson_body));
}
