#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "four_tests.h"
#include "models.h"

namespace {

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question", "y_i = w_left x_{i-1} + w_here x_i + w_right x_{i+1}");
  lesson.say(
      "A convolution (卷积): a window of weights slides along, the same weights everywhere. Beyond the ends everything is 0. Places count "
      "from 0.");
  lesson.show("x", x.x);
  lesson.show("w", x.w);
  lesson.show("y", reshape(conv1d(reshape(x.x, {1, 1, 6}), reshape(x.w, {1, 1, 3}), {}, 1, 1), {6}));
  lesson.say("Attention: a weighted sum of all places. Is that something else?");
}

void a_head_for_each_place(show::Lesson& lesson, const Example& x) {
  lesson.section("A head for each place of the window", "q_i = a (2 (i + o), -1)   k_j = (j, j^2)");
  lesson.say(
      "q_i . k_j = a (2 (i + o) j - j^2) is largest for j = i + o. A head with o = -1 looks one place to the left, wherever it stands. "
      "Place 2 asks the place at its left, a = 3:");
  const Tensor q = queries_of(6, -1, 3), k = keys_of(6), values = with_ends(x.x);
  const Tensor scores = matmul(k, q[2]), alpha = softmax(scores);
  lesson.show("q_2", q[2]);
  show::Table table({"j", "j^2", "score", "weight", "value"});
  for (Index j = 0; j < 8; ++j)
    table.add_row({show::whole(j - 1), show::number(k.at({j, 1}), 0), show::number(scores.at({j}), 0), show::number(alpha.at({j})),
                   show::number(values.at({j}), 0)});
  lesson.show(table);
  lesson.name_columns(18);
  lesson.show("what the head finds", matmul(alpha, values));
  lesson.say("Three heads, each times its weight of the window, are added up:");
  for (double a : {3, 20}) {
    Tensor y = zeros({6});
    for (Index tap = 0; tap < 3; ++tap) y += x.w[tap] * matmul(softmax(matmul(queries_of(6, tap - 1, a), transpose(k))), values);
    lesson.show(a == 3 ? "y, a = 3" : "y, a = 20", y);
  }
}

void how_sharp(show::Lesson& lesson) {
  lesson.section("How sharp must a head be?", "weight of a neighbour = e^-a / (1 + 2 e^-a + 2 e^-4a + ...)");
  lesson.say("A head never looks at one place only: softmax leaves something for every other one.");
  show::Table table({"a", "weight meant", "weight of a neighbour", "e^-a"});
  for (double a : {1, 3, 6, 10, 20}) {
    const Tensor alpha = softmax(matmul(keys_of(12), queries_of(12, 0, a)[6]));
    table.add_row({show::number(a, 0), show::number(alpha.at({7}), 6), show::scientific(alpha.at({6})), show::scientific(exp(-a))});
  }
  lesson.show(table);
}

/// A picture, a convolution that was drawn at random, and the same as nine heads.
void a_convolution_of_pictures(show::Lesson& lesson) {
  lesson.section("A convolution of pictures", "y = sum over nine heads of softmax(q k^T) x W_head^T");
  Rng rng(lesson.seed());
  nn::Conv2dOptions options;
  options.padding = 1, options.bias = false;
  const nn::Conv2d conv(2, 3, 3, rng, options);
  const Tensor x = rand({4, 2, 7, 7}, rng), upstream = rand({4, 3, 7, 7}, rng);
  lesson.say(
      "Four pictures of two channels, 7 x 7, and a window of 3 x 3 with random weights that makes three channels. Nine heads, a = 20:");
  const Tensor by_heads = nine_heads(x, conv.weight, 20, lesson.broken("border") ? 0 : 1);
  lesson.compare("conv2d and nine heads", conv(x), by_heads, 1e-6);
  by_heads.backward(upstream);
  const Tensor of_heads = conv.weight.grad().clone();
  conv.weight.zero_grad();
  conv(x).backward(upstream);
  lesson.compare("the gradients of all 54 weights", conv.weight.grad(), of_heads, 1e-4);
  std::vector<show::Picture> pictures;
  for (Index i = 0; i < 9; ++i) {
    const Tensor alpha = softmax(matmul(keys_of(7, 7, 0), queries_of(7, 7, i / 3 - 1, i % 3 - 1, 1)[24]));
    pictures.push_back(draw(show::HeatMap{reshape(alpha, {7, 7}), {}, {}, "head " + show::whole(i), 0, 0.4}));
  }
  lesson.save("heads", show::grid(pictures, 3, "Nine heads, asked from the middle, a = 1"));
}

void what_no_convolution_does(show::Lesson& lesson, const Example& x) {
  lesson.section("What no convolution does", "e_ij = 2 x_j: the score of what is there, not of where it is");
  show::Table table({"x", "weights", "output"});
  auto row = [&](const Tensor& values) {
    const Tensor alpha = softmax(2 * values);
    std::string numbers, weights;
    for (Index j = 0; j < 6; ++j) numbers += show::number(values.at({j}), 0) + " ", weights += show::number(alpha.at({j}), 2) + " ";
    table.add_row({numbers, weights, show::number(matmul(alpha, values).item())});
  };
  row(x.x);
  row(tensor({1, 4, 3, 2, -1, 0}));
  row(2 * x.x);
  lesson.say(
      "Most of the weight lies on the largest number. Its place changes: the weight goes with it. All numbers twice as large: the "
      "weights change too.");
  lesson.show(table);
}

void four_tests(show::Lesson& lesson) {
  lesson.section("Four tests of a layer");
  Rng rng(lesson.seed());
  const Tensor window = randn({1, 1, 3, 3}, rng), places = randn({81, 1}, rng);
  const Tensor x = zeros({1, 1, 9, 9}), z = zeros({1, 1, 9, 9});
  for (Index i = 0; i < 9; ++i)
    for (const Tensor& object : {x, z}) object.set({0, 0, 3 + i / 3, 3 + i % 3}, rng.normal());
  lesson.say(
      "x and z: two objects of 3 x 3 random numbers in the middle of 9 x 9 zeros. Sum: is f(x + z) - f(x) - f(z) = 0? Shift: x goes one "
      "place to the right; does the answer only go along? Turn: the same for half a turn. The largest difference (0: below 0.00001), and "
      "how "
      "many of the 81 answers move if the pixel in the middle does:");
  show::Table table({"layer", "sum", "shift", "turn", "answers that move"});
  auto size = [](double difference) { return difference < 1e-5 ? "0" : show::number(difference, 2); };
  for (const Layer& layer : layers(window, places)) {
    const Findings found = four_tests(layer, x, z);
    table.add_row({layer.name, size(found.sum), size(found.shift), size(found.turn), show::whole(found.moved)});
  }
  lesson.show(table);
}

void taught_in_one_place(show::Lesson& lesson) {
  lesson.section("Taught in one place, asked in another");
  const datasets::ImageSet train = datasets::fashion_mnist(datasets::Part::train, lesson.quick() ? 300 : 800),
                           test = datasets::fashion_mnist(datasets::Part::test, lesson.quick() ? 200 : 500);
  if (train.generated) lesson.say("lesson 91: " + train.source);
  std::vector<Run> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.push_back(one_seed(train, test, lesson.quick() ? 4 : 7, lesson.seed() + static_cast<std::uint64_t>(i)));
  lesson.say(
      "Pictures of clothes, 14 x 14 on a black canvas of 28 x 28, cut into 7 x 7 patches. One network, in which only the layer between the "
      "places is exchanged. While it learns, the picture is always in the same place. In the test it is moved down and right by 0 to 8 "
      "pixels; a patch has 4. The share of right answers, median of the seeds and range; chance is 0.1:");
  show::Table table({"layer", "parameters", "0", "2", "4", "8"});
  show::LineChart chart{"Taught in one place, asked in another", "pixels down and right", "right", {}};
  chart.y_low = 0, chart.y_high = 1;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::vector<std::string> cells{rows[k].name, show::whole(runs[0].parameters[k])};
    show::Series line{rows[k].name, {}, {}};
    for (std::size_t s = 0; s < shifts.size(); ++s) {
      std::vector<double> all;
      for (const Run& run : runs) all.push_back(run.right[k][s]);
      cells.push_back(show::median_and_range(all, 2));
      line.x.push_back(static_cast<double>(shifts[s])), line.y.push_back(show::median(all));
    }
    table.add_row(cells);
    chart.series.push_back(line);
  }
  lesson.show(table);
  lesson.name_columns(18);
  lesson.show("seeds", lesson.seeds());
  lesson.show("shifts", chart);
}

void one_table(show::Lesson& lesson) {
  lesson.section("One table of both", "n places, width d, a window of 3 x 3");
  show::Table table({"", "convolution", "heads by place", "attention by content"});
  table.add_row({"a weight is computed from", "nothing: learned", "two places", "what stands there"});
  table.add_row({"weights can be negative", "yes", "no, but W_head can", "no, but W_v can"});
  table.add_row({"one layer reaches", "the window", "the window, or further", "all places"});
  table.add_row({"parameters", "9 d^2", "9 d^2 + 27", "4 d^2"});
  table.add_row({"multiply-adds", "9 n d^2", "9 n d^2 + 9 n^2 d", "4 n d^2 + 2 n^2 d"});
  const double width = static_cast<double>(d);
  for (double n : {49, 784, 12544}) {
    auto millions = [&](double linear, double square) {
      return show::number((linear * n * width * width + square * n * n * width) / 1e6, 2);
    };
    table.add_row({"   n = " + show::whole(static_cast<Index>(n)) + ", d = 16, millions", millions(9, 0), millions(9, 9), millions(4, 2)});
  }
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A convolution is attention whose weights are frozen: each head looks at a fixed distance, whatever stands there. So the two are not "
      "opposites. What attention adds is that the weights depend on the content, and that it reaches everywhere. What it gives up is "
      "knowing "
      "left from right; positions give that back, and take the indifference to shifts. And a convolution is only as indifferent as its "
      "border and its steps are.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  a_head_for_each_place(lesson, x);
  how_sharp(lesson);
  a_convolution_of_pictures(lesson);
  what_no_convolution_does(lesson, x);
  four_tests(lesson);
  taught_in_one_place(lesson);
  one_table(lesson);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "91",
    "Convolution",
    "卷积",
    "《专注力》 §9",
    "A convolution written as attention heads that score by position only; four tests of both; pictures taught in one "
    "place and asked in another.",
    {{"border", "the keys end at the picture's border, so a head at the border has nothing to look at beyond it"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
