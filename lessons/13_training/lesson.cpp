#include <qkv/qkv.h>
#include <qkv/show/chart.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

#include "clothing.h"
#include "models.h"

using namespace qkv;

namespace {

/// What the linear model looks for in each class: its weights, as pictures.
void save_weights(const Model& model, const std::vector<std::string>& names, show::Lesson& lesson) {
  std::vector<show::Picture> pictures;
  for (Index k = 0; k < 10; ++k)
    pictures.push_back(draw(show::HeatMap{reshape(select(model.parameters()[0], 0, k), {28, 28}), {}, {}, names[k]}));
  lesson.save("weights", show::grid(pictures, 5, "What the linear model looks for"));
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "W <- W - lr dL/dW");
  lesson.say(
      "Lesson 12 found the gradient of a loss. What does one do with it? Move every weight a little against it, again and again. Here is "
      "one such step, number by number. Then: what can go wrong in many steps, and a model that learns to tell shirts from shoes.");
}

void how_surprised(show::Lesson& lesson) {
  lesson.section("How surprised?", "L = -log p[target]");
  lesson.say("softmax turns scores into probabilities p. The loss, cross-entropy, looks only at the probability of the right class.");
  show::Table surprise({"p[target]", "L", ""});
  for (double p : {1.0, 0.9, 0.5, 1.0 / 3, 0.1, 0.01})
    surprise.add_row({show::number(p), show::number(-log(p)), show::bar(-log(p), 30, 5)});
  lesson.show(surprise);
  lesson.say("Known beforehand: a model that knows nothing, with equal scores for C classes, pays log C.");
  lesson.name_columns(24);
  lesson.show("3 equal scores: log 3", cross_entropy(zeros({1, 3}), Indices{0}));
  lesson.show("10 equal scores: log 10", cross_entropy(zeros({1, 10}), Indices{0}));
}

void one_step_by_hand(show::Lesson& lesson) {
  lesson.section("One step by hand", "dL/dz = p - y,  dL/dW = dL/dz x^T,  dL/db = dL/dz");
  Tensor x = tensor({0.5, -1.0}), W = tensor({{0.2, 0.1}, {-0.3, 0.4}, {0.5, 0.0}}).requires_grad(true);
  Tensor b = zeros({3}).requires_grad(true);
  Indices target{0};
  Tensor z = linear(unsqueeze(x, 0), W, b), L = cross_entropy(z, target);
  L.backward();
  Tensor p = softmax(select(z, 0, 0)).detach(), y = tensor({1, 0, 0});
  Tensor dz = p - y;                          // what was said minus what was right
  Tensor dW = unsqueeze(dz, 1) * x, db = dz;  // (3, 1) times (2,): every dz with every x
  lesson.name_columns(24);
  lesson.show("x", x);
  lesson.show("W", W);
  lesson.show("b", b);
  lesson.show("z = W x + b", select(z, 0, 0));
  lesson.show("p = softmax(z)", p);
  lesson.show("y, class 0 is right", y);
  lesson.show("L = -log p[0]", L.item());
  lesson.show("dL/dz = p - y", dz);
  lesson.show("dL/dW: dL/dz times x", dW);
  lesson.show("dL/db", db);
  lesson.compare("dL/dW by hand and by the engine", dW, W.grad());
  lesson.compare("dL/db by hand and by the engine", db, b.grad());
  lesson.say(
      "The score of the right class is pushed up, the others are pushed down. Each step below starts here. The gradient promises a change "
      "of L: -lr times |gradient|^2, the sum of the squares of all nine numbers in dL/dW and dL/db.");
  double squared = (sum(dW * dW) + sum(db * db)).item();
  lesson.show("|gradient|^2", squared);
  show::Table steps({"lr", "L after the step", "change", "promised: -lr |gradient|^2"});
  for (double lr : {0.001, 0.01, 0.1, 0.5, 2.0}) {
    double after = cross_entropy(linear(unsqueeze(x, 0), W - lr * dW, b - lr * db), target).item();
    steps.add_row({show::number(lr, 3), show::number(after), show::number(after - L.item()), show::number(-lr * squared)});
  }
  lesson.show(steps);
  lesson.say("The promise holds for small steps only: a gradient knows the slope here, not farther away.");
}

/// Steps in the valley (w1^2 + 100 w2^2) / 2.
void descend(const Tensor& w, optim::Optimizer& optimizer, Index steps) {
  Tensor steepness = tensor({1, 100});
  for (Index step = 0; step < steps; ++step) {
    optimizer.zero_grad();
    (sum(steepness * w * w) / 2).backward();
    optimizer.step();
  }
}

void how_long_a_step(show::Lesson& lesson) {
  lesson.section("How long a step?", "L = (w1^2 + 100 w2^2) / 2");
  lesson.say(
      "A valley, 100 times as curved across as along. The gradient is (w1, 100 w2), so a step of SGD multiplies w1 by 1 - lr and w2 by "
      "1 - 100 lr. If lr is above 2/100, the second factor is below -1 and w2 explodes, though each gradient is right. After 100 steps "
      "from (1, 1):");
  show::Table rates({"optimiser", "lr", "w1", "(1 - lr)^100", "w2", "(1 - 100 lr)^100"});
  for (double rate : {0.001, 0.01, 0.019, 0.021}) {
    Tensor w = ones({2}).requires_grad(true);
    optim::SGD sgd({w}, rate);
    descend(w, sgd, 100);
    rates.add_row({"SGD", show::number(rate, 3), show::scientific(w.at({0}), 2), show::scientific(pow(1 - rate, 100), 2),
                   show::scientific(w.at({1}), 2), show::scientific(pow(1 - 100 * rate, 100), 2)});
  }
  lesson.show(rates);
  lesson.say(
      "Adam keeps two running means for each weight: m of its gradient g, v of g^2. A step is lr times m / sqrt(v), both corrected:");
  show::Table adams({"step", "weight", "g", "m", "v", "m / (1 - 0.9^t)", "v / (1 - 0.999^t)", "new weight"});
  double w[] = {1, 1}, m[] = {0, 0}, v[] = {0, 0};
  for (int t : {1, 2})
    for (int i : {0, 1}) {
      double g = (i == 0 ? 1 : 100) * w[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      double m_hat = m[i] / (1 - pow(0.9, t)), v_hat = v[i] / (1 - pow(0.999, t));
      w[i] -= 0.03 * m_hat / (sqrt(v_hat) + 1e-8);
      adams.add_row({show::whole(t), "w" + show::whole(i + 1), show::number(g), show::number(m[i]), show::number(v[i]), show::number(m_hat),
                     show::number(v_hat), show::number(w[i])});
    }
  lesson.show(adams);
  Tensor both = ones({2}).requires_grad(true);
  optim::Adam adam({both}, 0.03);
  descend(both, adam, 2);
  lesson.compare("two steps by hand and by the engine", tensor({w[0], w[1]}), both);
  descend(both, adam, 98);
  lesson.name_columns(34);
  lesson.show("after 100 steps of Adam, lr 0.03", both);
  lesson.say("A gradient that is 100 times larger changes nothing: m grows 100 times, and so does sqrt(v).");
}

void what_a_line_cannot_do(show::Lesson& lesson) {
  lesson.section("What a line cannot do", "h = tanh(W1 x + b1),  z = W2 h + b2");
  lesson.say(
      "XOR: the class is 1 if exactly one of the two numbers is 1. No straight line separates the two classes. A hidden layer h between "
      "the input x and the scores z can bend the line: some numbers, each tanh of a linear map, so each between -1 and 1. Ten random "
      "starts each, 1,000 steps of Adam:");
  Xor task;
  show::Table corners({"x1", "x2", "class"});
  for (Index i = 0; i < 4; ++i)
    corners.add_row({show::number(task.x.at({i, 0}), 0), show::number(task.x.at({i, 1}), 0), show::whole(task.target.values[i])});
  lesson.show(corners);
  show::Table learned({"hidden numbers", "loss below 0.01", "loss: median (range)"});
  const auto ten_starts = [&](const char* name, Index hidden, Start start) {
    std::vector<double> losses;
    for (std::uint64_t i = 0; i < 10; ++i)
      losses.push_back(learn_xor(hidden, lesson.broken("zero-start") ? Start::zero : start, lesson.seed() + i));
    auto low = std::count_if(losses.begin(), losses.end(), [](double loss) { return loss < 0.01; });
    learned.add_row({name, show::whole(low) + " of 10", show::median_and_range(losses, 3)});
  };
  ten_starts("none: a linear model", 0, Start::random);
  ten_starts("1", 1, Start::random);
  ten_starts("2", 2, Start::random);
  ten_starts("4", 4, Start::random);
  ten_starts("8", 8, Start::random);
  ten_starts("8, all start alike", 8, Start::alike);
  ten_starts("8, all start at 0", 8, Start::zero);
  lesson.show(learned);
  lesson.name_columns(54);
  lesson.show("to know nothing costs log 2", log(2.0));
  lesson.show("one corner told apart costs (3 log 3 - 2 log 2) / 4", (3 * log(3.0) - 2 * log(2.0)) / 4);
  lesson.show("two corners told apart cost log 2 / 2", log(2.0) / 2);
  lesson.say(
      "Hidden numbers that start alike get the same gradients and stay alike: eight of them do no more than one. If all weights start at "
      "0, then h = 0 and W2 = 0, so W1 and W2 get no gradient at all.");
}

void ten_kinds_of_clothing(show::Lesson& lesson, const Clothing& clothing) {
  lesson.section("Ten kinds of clothing", "Fashion-MNIST");
  const Examples &seen = clothing.training, &unseen = clothing.test;
  if (!clothing.instead.empty()) lesson.say("lesson 13: " + clothing.instead);
  lesson.say(show::whole(seen.x.size(0)) + " pictures of 28 x 28 to learn from, " + show::whole(unseen.x.size(0)) +
             " others to be measured on, " + show::whole(epochs) + " epochs (times through all of them).");
  lesson.show("first",
              show::HeatMap{reshape(select(seen.x, 0, 0), {28, 28}), {}, {}, "The first: " + clothing.names[seen.target.values[0]]});
  show::Table models({"model", "parameters", "loss", "right, training", "right, test"});
  show::LineChart chart{"Loss on the training pictures, epoch by epoch", "epoch", "mean loss", {}};
  models.add_row({"chance", "0", show::number(log(10.0), 2), show::number(0.1, 2), show::number(0.1, 2)});
  models.add_row({"always the most frequent", "0", "", show::number(always_most_frequent(seen.target, seen.target), 2),
                  show::number(always_most_frequent(seen.target, unseen.target), 2)});
  for (Kind kind : {Kind::line, Kind::mlp_sgd, Kind::mlp_slow_sgd, Kind::mlp_adam}) {
    Student student(kind, lesson.seed());
    std::vector<double> losses = train(student, seen, seen.x.size(0), lesson.training_path(student.name));
    models.add_row({student.name, show::whole(student.model->parameter_count()), show::number(losses.back(), 2),
                    show::number(right(*student.model, seen), 2), show::number(right(*student.model, unseen), 2)});
    chart.series.push_back({student.name, {}, losses});
    for (Index epoch = 1; epoch <= epochs; ++epoch) chart.series.back().x.push_back(static_cast<double>(epoch));
    if (kind == Kind::line && !lesson.out_dir().empty()) save_weights(*student.model, clothing.names, lesson);
  }
  lesson.show(models);
  if (!lesson.out_dir().empty()) lesson.save("loss", draw(chart));
  lesson.say(
      "In this run. The ten classes are about equally frequent, so chance and the most frequent class are right once in ten. The three "
      "networks start from the same weights: only the steps differ.");
}

void how_many_pictures(show::Lesson& lesson, const Clothing& clothing) {
  lesson.section("How many pictures?", "right on the test pictures, over seeds");
  lesson.say("The same models, trained on the first pictures only. Median, and in brackets the range, over so many seeds:");
  lesson.show("seeds", lesson.seeds());
  show::Table table({"pictures", "model", "right, test: median (range)"});
  for (Index count : {500, 2000, 8000}) {
    if (count > clothing.training.x.size(0)) break;
    for (Kind kind : {Kind::line, Kind::mlp_adam, Kind::mlp_slow_sgd}) {
      if (kind == Kind::mlp_slow_sgd && count == 8000) continue;
      std::vector<double> rights;
      for (int i = 0; i < lesson.seeds(); ++i) {
        Student student(kind, lesson.seed() + static_cast<std::uint64_t>(i));
        train(student, clothing.training, count);
        rights.push_back(right(*student.model, clothing.test));
      }
      table.add_row({show::whole(count), name_of(kind), show::median_and_range(rights, 2)});
    }
  }
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Training is one line, W <- W - lr dL/dW, and much of the craft is the length of the step. Adam sets the length for each weight "
      "itself: with lr 0.001 it learns where SGD with 0.001 has hardly begun. And a trained model is more often right on pictures that it "
      "has seen than on others: only the last column says what was learned.");
}

void lesson_body(show::Lesson& lesson) {
  the_question(lesson);
  how_surprised(lesson);
  one_step_by_hand(lesson);
  how_long_a_step(lesson);
  what_a_line_cannot_do(lesson);
  Clothing clothing(lesson.quick());
  ten_kinds_of_clothing(lesson, clothing);
  how_many_pictures(lesson, clothing);
  what_to_notice(lesson);
}

const show::LessonInfo info{"13",
                            "Training",
                            "训练",
                            "chapter 1 of all five articles; 《专注力》 §2.2; 《解密注意力》 §1",
                            "One step of training by hand, what goes wrong in many, and models that learn to tell ten kinds of "
                            "clothing apart.",
                            {{"zero-start", "in section 5 all weights start at 0"}},
                            10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
