#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "flips.h"
#include "hand_made.h"
#include "kinds.h"

namespace {

void the_question(show::Lesson& lesson) {
  lesson.section("The question");
  lesson.say("Strings of bits, and four questions about them. Which of them can attention answer, at any length?");
  show::Table table({"string", "more 1s than 0s", "first is 1", "first equals last", "odd number of 1s"});
  for (const Bits& bits : {Bits{1, 0, 1, 1, 0}, Bits{0, 0, 1, 1, 0}, Bits{0, 0, 1, 0, 0}}) {
    std::vector<std::string> row{""};
    for (Index bit : bits) row[0] += (row[0].empty() ? "" : " ") + std::to_string(bit);
    for (const Question& question : questions) row.push_back(question.answer(bits) == 1 ? "yes" : "no");
    table.add_row(row);
  }
  lesson.show(table);
  lesson.say(
      "From the first string to the second one bit flips, and from that to the third another one. Parity (奇偶性), the last "
      "question, is the one whose answer changes with every flip.");
}

void the_shapes(show::Lesson& lesson) {
  lesson.section("The formula's shapes", "softmax(Q K^T / sqrt(d_k)) V");
  Rng rng(lesson.seed());
  const Tensor Q = randn({3, 2}, rng), K = randn({4, 2}, rng), V = randn({4, 5}, rng);
  const Tensor scores = matmul(Q, transpose(K)) / std::sqrt(2.0), alpha = softmax(scores);
  show::Table table({"", "shape", "rows", "columns"});
  auto row = [&](const std::string& name, const Tensor& x, const char* rows, const char* columns) {
    table.add_row({name, show::whole(x.size(0)) + " x " + show::whole(x.size(1)), rows, columns});
  };
  row("Q", Q, "queries", "d_k"), row("K", K, "keys", "d_k"), row("V", V, "keys", "d_v");
  row("Q K^T / sqrt(d_k)", scores, "queries", "keys"), row("softmax of it: the weights", alpha, "queries", "keys");
  row("weights times V: the output", matmul(alpha, V), "queries", "d_v");
  lesson.show(table);
  Tensors one_by_one;
  for (Index i = 0; i < 3; ++i) one_by_one.push_back(matmul(softmax(matmul(K, Q[i]) / std::sqrt(2.0)), V));  // Q[i] is a vector
  lesson.compare("all queries at once and one query after the other", matmul(alpha, V), stack(one_by_one));
}

void one_place_among_n(show::Lesson& lesson) {
  lesson.section("One place among n", "weight = e^c / (e^c + n - 1)");
  lesson.say(
      "By hand: the first place has the score c, the other n - 1 have 0. The network has learned c = 5; the string gets longer. At the "
      "right the "
      "score grows with the string, c = 2 log n:");
  show::Table table({"n", "c = 5", "c = 2 log n"});
  for (Index n : {4, 16, 64, 256, 1024, 4096}) {
    Tensor scores = zeros({n}), growing = zeros({n});
    scores.set({0}, 5), growing.set({0}, 2 * std::log(static_cast<double>(n)));
    table.add_row({show::whole(n), show::number(softmax(scores).at({0})), show::number(softmax(growing).at({0}))});
  }
  lesson.show(table);
}

void one_bit_flips(show::Lesson& lesson) {
  lesson.section("One bit flips", "|change of the answer| = O(1 / n)   (Hahn 2020, lemma 5)");
  const std::vector<Index> sizes = lesson.quick() ? std::vector<Index>{8, 32, 128} : std::vector<Index>{8, 32, 128, 512};
  const std::vector<std::string> names{"attention, one layer", "attention, two layers", "LSTM"};
  std::vector<std::vector<std::vector<double>>> change(3, std::vector<std::vector<double>>(sizes.size()));
  for (int seed = 0; seed < lesson.seeds(); ++seed) {
    Rng rng(lesson.seed() + static_cast<std::uint64_t>(seed));
    const Attentive one(1, rng), two(2, rng);
    const Recurrent lstm(rng);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      change[0][i].push_back(largest_change(one, sizes[i], rng)), change[1][i].push_back(largest_change(two, sizes[i], rng));
      change[2][i].push_back(largest_change(lstm, sizes[i], rng));
    }
  }
  lesson.say(
      "Readers that have learned nothing. In a random string of n bits one bit flips, at each of 16 places. By how much does the answer, "
      "the difference of the two scores, change at most? The median of the seeds, and the exponent of n between the first and the last "
      "column:");
  std::vector<std::string> headings{""};
  for (Index n : sizes) headings.push_back("n = " + show::whole(n));
  headings.push_back("exponent");
  show::Table table(headings);
  show::LineChart chart{"One bit flips: by how much does the answer change?", "bits", "change", {}};
  chart.log_x = chart.log_y = true;
  for (std::size_t k = 0; k < names.size(); ++k) {
    std::vector<std::string> row{names[k]};
    show::Series line{names[k], {}, {}};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      line.x.push_back(static_cast<double>(sizes[i])), line.y.push_back(show::median(change[k][i]));
      row.push_back(show::number(line.y.back(), 5));
    }
    row.push_back(show::number(std::log(line.y.back() / line.y.front()) / std::log(line.x.back() / line.x.front()), 2));
    table.add_row(row), chart.series.push_back(line);
  }
  lesson.show(table);
  lesson.show("flips", chart);
}

void right_at_every_length(show::Lesson& lesson) {
  lesson.section("Parity by hand, at every length", "k / N by equal weights; 1 / N at place k; even places against odd ones");
  lesson.say(
      "Two layers, after Chiang and Cholak (2022). One set of weights for all lengths; a place knows i / N and whether i is even. s > 0 "
      "says odd. "
      "All strings up to 12 bits, then 500 random ones each. Cross-entropy in nats, of p = sigmoid(s); a coin has 0.6931. At the right a "
      "layer norm "
      "without eps stands behind it, times 10:");
  show::Table table({"bits", "strings", "right", "smallest |s|", "times N^2", "cross-entropy", "with layer norm"});
  Rng rng(lesson.seed());
  Index together = 0, together_right = 0;
  for (Index bits : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 50, 200, 800}) {
    const Tensor x = bits <= 12 ? all_strings(bits) : some_strings(bits, 500, rng);
    const Indices odd = is_odd(x);
    const Tensor s = parity_score(x, lesson.broken("one-length") ? 13 : bits + 1);
    const Tensor scores = stack({-s, s}, 1), normed = 10 * layer_norm(scores, {2}, {}, {}, 0);
    const auto good = static_cast<Index>(std::lround(accuracy(scores, odd) * static_cast<double>(x.size(0))));
    const double least = min(abs(s)).item(), N = static_cast<double>(bits + 1);
    if (bits <= 12) together += x.size(0), together_right += good;
    if (bits == 4 || bits >= 12)
      table.add_row({show::whole(bits), show::whole(x.size(0)), show::whole(good), show::scientific(least), show::number(least * N * N, 2),
                     show::number(cross_entropy(stack({-s / 2, s / 2}, 1), odd).item()), show::number(cross_entropy(normed, odd).item())});
  }
  lesson.show(table);
  lesson.name_columns(34);
  lesson.show("all strings of 1 to 12 bits", show::whole(together));
  lesson.show("answered rightly", show::whole(together_right));
}

void taught_short_asked_long(show::Lesson& lesson) {
  lesson.section("Taught up to 12 bits, asked for more");
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.push_back(one_seed(lesson.quick() ? 1000 : 2000, lesson.quick() ? 6 : 10, lesson.seed() + static_cast<std::uint64_t>(i)));
  lesson.say(
      "Each reader learns each question from strings of 1 to 12 bits, and is asked about new ones of 12, 24 and 48. The share of right "
      "answers, "
      "median of the seeds and range; a coin has 0.5:");
  for (std::size_t q = 0; q < questions.size(); ++q) {
    show::Table table({questions[q].name, "parameters", "12 bits", "24 bits", "48 bits"});
    for (std::size_t r = 0; r < reader_names.size(); ++r) {
      std::vector<std::string> row{reader_names[r], show::whole(runs[0].parameters[r])};
      for (std::size_t l = 0; l < lengths.size(); ++l) {
        std::vector<double> all;
        for (const Run& run : runs) all.push_back(run.right[q][r][l]);
        row.push_back(show::median_and_range(all, 2));
      }
      table.add_row(row);
    }
    lesson.show(table);
  }
  lesson.show("seeds", lesson.seeds());
}

void the_four_kinds(show::Lesson& lesson) {
  lesson.section("The four kinds in one table");
  const Index d = 1024;
  Rng rng(lesson.seed());
  lesson.say(
      "Width d = 1,024, 64 queries, 64 keys, in millions of multiply-adds. Gradient: how strongly one number of the output follows the "
      "query, 16 "
      "keys, all numbers normal(0, 1), the layers as they start; the median of 25 draws:");
  show::Table table({"kind", "widths of q and k", "parameters", "multiply-adds", "gradient"});
  for (const KindOfAttention& kind : kinds_at(d, 64, rng))
    table.add_row({kind.name, kind.widths, show::whole(kind.parameters), show::number(kind.multiplies, 1), show::number(kind.gradient, 5)});
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A layer of attention takes means. A mean says what is frequent, and the longer the text the less one word counts in it. Questions "
      "about "
      "much of a text suit attention; a question that hangs on every single word doesn't. That is no proof that it cannot be answered: "
      "section 5 "
      "answers it at every length. But the answer becomes faint, and training did not find it.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  the_shapes(lesson);
  one_place_among_n(lesson);
  one_bit_flips(lesson);
  right_at_every_length(lesson);
  taught_short_asked_long(lesson);
  the_four_kinds(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "96",
    "Every task",
    "所有任务",
    "《分析与预测》 §9; 《认知平衡》 §9.2",
    "Majority, first, first and last, and parity: what theorems say of attention, a network by hand that is right at every "
    "length, and what training finds; then the four kinds of attention in one table.",
    {{"one-length", "the network by hand divides positions by 13, whatever the string's length"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
