#include <qkv/qkv.h>
#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/progress.h>
#include <qkv/show/table.h>

using namespace qkv;

namespace {

/// What makes a row of scores from a row of numbers.
struct Model : nn::Module {
  virtual Tensor operator()(const Tensor& x) const = 0;
};

/// One linear layer.
struct Line : Model {
  nn::Linear linear;

  Line(Index in, Index out, Rng& rng) : linear(in, out, rng) { adopt("linear", linear); }
  Tensor operator()(const Tensor& x) const override { return linear(x); }
};

/// Two linear layers with tanh between them: the smallest network that can bend a line.
struct MLP : Model {
  nn::Linear first, second;

  MLP(Index in, Index hidden, Index out, Rng& rng) : first(in, hidden, rng), second(hidden, out, rng) {
    adopt("first", first);
    adopt("second", second);
  }
  Tensor operator()(const Tensor& x) const override { return second(tanh(first(x))); }
};

/// Makes `steps` steps on all of x at once; returns the last loss.
double fit(const Model& model, const Tensor& x, const Indices& target, Index steps) {
  optim::Adam adam(model.parameters(), 0.02);
  Tensor loss;
  for (Index step = 0; step < steps; ++step) {
    loss = cross_entropy(model(x), target);
    adam.zero_grad();
    loss.backward();
    adam.step();
  }
  return loss.item();
}

constexpr Index epochs = 10;

/// Pictures as rows of 784 numbers, and what they show.
struct Examples {
  Tensor x;
  Indices target;
};
Examples examples_of(const datasets::ImageSet& set) { return {reshape(set.images, {set.images.size(0), -1}), set.labels}; }

/// What to learn from, what to be measured on, and where to save what was learned (--out).
struct Course {
  Examples training, test;
  const std::string& out;
};

/// Share of right answers, without recording a graph.
double right(const Model& model, const Examples& examples) {
  NoGrad no_graph;
  return accuracy(model(examples.x), examples.target);
}

/// Trains in batches of 100, in a new random order for each epoch; adds a row to the table. With --out, Ctrl-C saves what was learned, and
/// the same command goes on from there.
void train(const std::string& name, Model& model, optim::Optimizer& optimizer, const Course& course, Rng& rng, show::Table& table) {
  const Index count = course.training.x.size(0);
  double loss_of_epoch = 0;
  show::Progress progress(epochs * count / 100, name);
  std::string saved;
  if (!course.out.empty()) saved = std::string(course.out) + "/13 " + name + ".safetensors";
  for (io::Resumable run(saved, model, optimizer, rng); run.next(epochs);) {
    datasets::Batches batches(count, 100, rng);
    loss_of_epoch = 0;
    for (const std::vector<Index>& which : batches) {
      Tensor loss = cross_entropy(model(datasets::rows(course.training.x, which)), datasets::rows(course.training.target, which));
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      loss_of_epoch += loss.item() / static_cast<double>(batches.size());
      progress.step("loss " + show::number(loss.item()));
    }
  }
  table.add_row({name, show::whole(model.parameter_count()), show::number(loss_of_epoch, 2), show::number(right(model, course.training), 2),
                 show::number(right(model, course.test), 2)});
}

/// The share of the labels that are this one.
double share(const Indices& labels, Index label) {
  double count = 0;
  for (Index each : labels.values) count += each == label;
  return count / static_cast<double>(labels.values.size());
}

/// What the linear model looks for in each class: its weights, as pictures.
void save_weights(const nn::Linear& line, const std::vector<std::string>& names, show::Lesson& lesson) {
  std::vector<show::Picture> pictures;
  for (Index k = 0; k < 10; ++k) pictures.push_back(draw(show::HeatMap{reshape(select(line.weight, 0, k), {28, 28}), {}, {}, names[k]}));
  lesson.save("weights", show::grid(pictures, 5, "What the linear model looks for"));
}

void the_question(show::Lesson& lesson) {
  lesson.section("The question", "W <- W - lr dL/dW");
  lesson.say(
      "Lesson 12 found the gradient of a loss. What does one do with it? Go a little way against it, again and again. Here is one such "
      "step, number by number; what can go wrong in many of them; and a model that learns to tell shirts from shoes.");
}

void how_surprised(show::Lesson& lesson) {
  lesson.section("How surprised?", "L = -log p[target]");
  lesson.say("Three scores, called logits, become probabilities by softmax. The loss looks only at the one of the right class.");
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
  lesson.section("One step by hand", "dL/dz = p - y,  dL/dW = dL/dz x^T");
  Tensor x = tensor({0.5, -1.0}), W = tensor({{0.2, 0.1}, {-0.3, 0.4}, {0.5, 0.0}}).requires_grad(true);
  Tensor b = zeros({3}).requires_grad(true);
  Indices target{0};
  Tensor z = linear(unsqueeze(x, 0), W, b), L = cross_entropy(z, target);
  L.backward();
  Tensor p = softmax(select(z, 0, 0)).detach(), y = tensor({1, 0, 0}), dz = p - y, dW = unsqueeze(dz, 1) * x;
  lesson.name_columns(24);
  lesson.show("x", x);
  lesson.show("W", W);
  lesson.show("z = W x + b", select(z, 0, 0));
  lesson.show("p = softmax(z)", p);
  lesson.show("y, class 0 is right", y);
  lesson.show("dL/dz = p - y", dz);
  lesson.show("dL/dW: dL/dz times x", dW);
  lesson.compare("by hand and by the engine", dW, W.grad());
  double before = L.item(), squared = (sum(dW * dW) + sum(dz * dz)).item();
  show::Table steps({"lr", "L after the step", "change", "promised: -lr |gradient|^2"});
  for (double lr : {0.001, 0.01, 0.1, 0.5, 2.0}) {
    double after = cross_entropy(linear(unsqueeze(x, 0), W - lr * dW, -lr * dz), target).item();
    steps.add_row({show::number(lr, 3), show::number(after), show::number(after - before), show::number(-lr * squared)});
  }
  lesson.show("L before", before);
  lesson.show(steps);
  lesson.say(
      "The right class is pushed up by what its probability lacks, the others down by what they have. The gradient keeps its promise for "
      "small steps only: it knows the slope here, not the shape of the land.");
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
      "A valley, 100 times as curved across as along. Here all is known: a step multiplies w1 by 1 - lr and w2 by 1 - 100 lr. Beyond lr = "
      "2/100 the second is below -1 and w2 explodes, though the gradient is right each time. 100 steps from (1, 1):");
  show::Table rates({"optimiser", "lr", "w1", "(1 - lr)^100", "w2", "(1 - 100 lr)^100"});
  for (double rate : {0.001, 0.01, 0.019, 0.021}) {
    Tensor w = ones({2}).requires_grad(true);
    optim::SGD sgd({w}, rate);
    descend(w, sgd, 100);
    rates.add_row({"SGD", show::number(rate, 3), show::scientific(w.at({0}), 2), show::scientific(pow(1 - rate, 100), 2),
                   show::scientific(w.at({1}), 2), show::scientific(pow(1 - 100 * rate, 100), 2)});
  }
  Tensor w = ones({2}).requires_grad(true);
  optim::Adam adam({w}, 0.03);
  descend(w, adam, 1);
  lesson.show(rates);
  lesson.say(
      "Adam divides each gradient by its own usual size. The gradient at (1, 1) is (1, 100), and its first step is the same for both:");
  lesson.name_columns(24);
  lesson.show("Adam, lr 0.03, step 1", w);
  descend(w, adam, 100);
  lesson.show("after 100 more", w);
}

void what_a_line_cannot_do(show::Lesson& lesson, Rng& rng) {
  lesson.section("What a line cannot do", "XOR");
  lesson.say(
      "Four points; the class is 1 if exactly one of the two numbers is 1. No straight line separates them, so the best that a linear "
      "model can do is to know nothing: log 2. One hidden layer, and it is easy. (From zeros it is not: --break=zero-start.)");
  Tensor corners = tensor({{0, 0}, {0, 1}, {1, 0}, {1, 1}});
  Indices differ{0, 1, 1, 0};
  Line line(2, 2, rng);
  MLP bent(2, 8, 2, rng);
  if (lesson.broken("zero-start"))
    for (Tensor parameter : bent.parameters()) parameter.copy_from(zeros(parameter.shape()));
  lesson.name_columns(28);
  lesson.show("linear model, 500 steps", show::number(fit(line, corners, differ, 500), 2));
  lesson.show("log 2", show::number(log(2.0), 2));
  lesson.show("8 hidden numbers, 500 steps", show::number(fit(bent, corners, differ, 500), 2));
  lesson.show("its p(class 1), four corners", select(softmax(bent(corners)), 1, 1));
}

void ten_kinds_of_clothing(show::Lesson& lesson, Rng& rng) {
  lesson.section("Ten kinds of clothing", "Fashion-MNIST");
  bool quick = lesson.quick();
  datasets::ImageSet pictures = datasets::fashion_mnist(datasets::Part::train, quick ? 2000 : -1);
  Course course{examples_of(pictures), examples_of(datasets::fashion_mnist(datasets::Part::test, quick ? 1000 : -1)), lesson.out_dir()};
  const Indices &seen = course.training.target, &unseen = course.test.target;
  if (pictures.generated) lesson.say("lesson 13: " + std::string(pictures.source));
  lesson.say(show::whole(course.training.x.size(0)) + " pictures of 28 x 28 to learn from, " + show::whole(course.test.x.size(0)) +
             " new ones to be measured on, " + show::whole(epochs) + " times through all of them.");
  lesson.show("first",
              show::HeatMap{select(pictures.images, 0, 0), {}, {}, "The first: " + std::string(pictures.class_names[seen.values[0]])});
  Index majority = 0;
  for (Index label = 1; label < 10; ++label)
    if (share(seen, label) > share(seen, majority)) majority = label;
  show::Table models({"model", "parameters", "loss", "right, training", "right, test"});
  models.add_row({"chance", "0", show::number(log(10.0), 2), show::number(0.1, 2), show::number(0.1, 2)});
  models.add_row({"always the most frequent", "0", "", show::number(share(seen, majority), 2), show::number(share(unseen, majority), 2)});
  Line linear_model(784, 10, rng);
  optim::SGD linear_sgd(linear_model.parameters(), 0.1);
  train("linear, SGD 0.1", linear_model, linear_sgd, course, rng, models);
  for (double rate : {0.1, 0.001}) {
    Rng same(lesson.seed() + 1);
    MLP mlp(784, 64, 10, same);
    optim::SGD mlp_sgd(mlp.parameters(), rate);
    train("MLP, SGD " + show::number(rate, 3), mlp, mlp_sgd, course, same, models);
  }
  Rng same(lesson.seed() + 1);
  MLP mlp(784, 64, 10, same);
  optim::Adam mlp_adam(mlp.parameters(), 0.001);
  train("MLP, Adam 0.001", mlp, mlp_adam, course, same, models);
  lesson.show(models);
  lesson.say(
      "Ten classes, about equally frequent: chance and the most frequent class are right once in ten. The linear model gets most of the "
      "way; what a hidden layer adds is less, and takes many pictures. The three networks start from the same weights: only the steps "
      "differ.");
  if (!lesson.out_dir().empty()) save_weights(linear_model.linear, pictures.class_names, lesson);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Training is one line, W <- W - lr dL/dW, and most of the craft is the length of the step. Adam at lr 0.001 learns where SGD at "
      "0.001 hardly moves, because it sets the length for each number itself. And the more a model has learned, the more it is right on "
      "what it has seen than on what it has not: the last column is the one that counts.");
}

void lesson_body(show::Lesson& lesson) {
  Rng rng(lesson.seed());
  the_question(lesson);
  how_surprised(lesson);
  one_step_by_hand(lesson);
  how_long_a_step(lesson);
  what_a_line_cannot_do(lesson, rng);
  ten_kinds_of_clothing(lesson, rng);
  what_to_notice(lesson);
}

const show::LessonInfo info{"13",
                            "Training",
                            "训练",
                            "《资源分配》, 《专注力》, 《分析与预测》, 《解密注意力》, 《认知平衡》 §1",
                            "One step of training by hand, what goes wrong in many, and models that learn to tell ten kinds of "
                            "clothing apart.",
                            {{"zero-start", "all weights start at 0"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
