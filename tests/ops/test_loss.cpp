#include <tensor/compare.h>

#include <qkv/ops/loss.h>
#include <qkv/ops/shape.h>
#include <qkv/ops/softmax.h>

using namespace qkv;

TEST_CASE("cross_entropy: a chance guess over C classes costs log C") {
  for (Index classes : {1, 2, 10, 1000})
    CHECK(cross_entropy(zeros({3, classes}), Indices{0, 0, 0}).item() == doctest::Approx(std::log(static_cast<double>(classes))));
}

TEST_CASE("cross_entropy: values and gradient by hand") {
  double l2 = std::log(2.0), l4 = std::log(4.0);
  // Rows of probabilities 1/4 1/4 1/2 and 1/8 3/4 1/8.
  Tensor logits = tensor({{0, 0, l2}, {0, std::log(6.0), 0}}).requires_grad(true);
  CHECK_CLOSE(cross_entropy(logits, Indices{2, 0}), Tensor((l2 + 3 * l2) / 2));
  CrossEntropyOptions options;
  options.reduction = Reduction::none;
  CHECK_CLOSE(cross_entropy(logits, Indices{2, 0}, options), tensor({l2, 3 * l2}));
  options.reduction = Reduction::sum;
  Tensor loss = cross_entropy(logits, Indices{2, 0}, options);
  CHECK_CLOSE(loss, Tensor(4 * l2));
  loss.backward();
  CHECK_CLOSE(logits.grad(), tensor({{0.25, 0.25, -0.5}, {0.125 - 1, 0.75, 0.125}}));
  // e = 0.3: 0.7 of the target's surprise and 0.1 of each class'.
  options.label_smoothing = 0.3;
  logits.zero_grad();
  loss = cross_entropy(slice(logits, 0, 0, 1), Indices{2}, options);
  CHECK_CLOSE(loss, Tensor(0.7 * l2 + 0.1 * (l4 + l4 + l2)));
  loss.backward();
  CHECK_CLOSE(logits.grad(), tensor({{0.25 - 0.1, 0.25 - 0.1, 0.5 - 0.8}, {0, 0, 0}}));
}

TEST_CASE("cross_entropy: what is ignored counts neither in the mean nor in the gradient") {
  Tensor logits = tensor({{0, 0}, {5, -5}, {0, 0}}).requires_grad(true);
  Tensor loss = cross_entropy(logits, Indices{1, -100, 0});
  CHECK_CLOSE(loss, Tensor(std::log(2.0)));
  loss.backward();
  CHECK_CLOSE(logits.grad(), tensor({{0.25, -0.25}, {0, 0}, {-0.25, 0.25}}));
  CrossEntropyOptions options;
  options.ignore_index = 0;
  options.reduction = Reduction::none;
  CHECK_CLOSE(cross_entropy(logits, Indices{0, 1, 0}, options), tensor({0, 10 + std::log1p(std::exp(-10.0)), 0}));
  options.reduction = Reduction::sum;
  CHECK_CLOSE(cross_entropy(logits, Indices{0, 0, 0}, options), Tensor(0));
}

TEST_CASE("cross_entropy: (N, C, T) is (N T, C) in another order") {
  Rng rng(1);
  Tensor logits = randn({2, 4, 3}, rng);
  Indices target{{0, 3, 1}, {2, 2, -100}};
  CHECK_CLOSE(cross_entropy(logits, target), cross_entropy(reshape(transpose(logits), {6, 4}), Indices({6}, target.values)));
}

TEST_CASE("cross_entropy: certain and wrong stays finite") {
  Tensor logits = tensor({{1000, 0}}).requires_grad(true);
  Tensor loss = cross_entropy(logits, Indices{1});
  CHECK_CLOSE(loss, Tensor(1000));
  loss.backward();
  CHECK_CLOSE(logits.grad(), tensor({{1, -1}}));
}

TEST_CASE("cross_entropy: messages") {
  Tensor logits = zeros({2, 3});
  CHECK_THROWS_WITH_AS(cross_entropy(zeros({3}), Indices{0}), "cross_entropy: logits (3,): must be (N, C) or (N, C, T)", Error);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{0, 1, 2}), "cross_entropy: target (3,) for logits (2, 3): must be (2,)", Error);
  CHECK_THROWS_WITH_AS(cross_entropy(zeros({2, 3, 4}), Indices{0, 1}), "cross_entropy: target (2,) for logits (2, 3, 4): must be (2, 4)",
                       Error);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{0, 3}), "cross_entropy: target 3 with 3 classes: must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{-1, 0}), "cross_entropy: target -1 with 3 classes: must be from 0 to 2", Error);
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{-100, -100}), "cross_entropy: none of 2 targets counts, so that there is no mean",
                       Error);
  CHECK_THROWS_WITH_AS(cross_entropy(zeros({0, 3}), Indices({0}, {})), "cross_entropy: none of 0 targets counts, so that there is no mean",
                       Error);
  CrossEntropyOptions options;
  options.label_smoothing = 1.5;
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{0, 1}, options), "cross_entropy: label_smoothing 1.5: must be from 0 to 1", Error);
}

TEST_CASE("cross_entropy: weights of the classes") {
  Tensor logits = tensor({{1, 2, 0.5}, {0, -1, 3}, {2, 2, 2}});
  CrossEntropyOptions options;
  options.weight = tensor({0.5, 2, 1});
  CHECK_CLOSE(cross_entropy(logits, Indices{2, 0, 1}, options), Tensor(1.6270100895208226));
  options.label_smoothing = 0.3;
  CHECK_CLOSE(cross_entropy(logits, Indices{2, 0, 1}, options), Tensor(1.6303649888893526));
  options.reduction = Reduction::none;
  CHECK_CLOSE(cross_entropy(logits, Indices{2, 0, 1}, options), tensor({1.7375872233133416, 2.0461187326302004, 1.9225715051691916}));
  CHECK_CLOSE(cross_entropy(logits, Indices{2, -100, 1}, options), tensor({1.7375872233133416, 0, 1.9225715051691916}));
  CrossEntropyOptions first;  // a class of weight 0 counts as little as one that is ignored
  first.weight = tensor({1, 0, 0});
  CHECK_CLOSE(cross_entropy(tensor({{0, 0, -infinity}, {5, 5, 5}}), Indices{0, 2}, first), Tensor(std::log(2.0)));
  CHECK_THROWS_WITH_AS(cross_entropy(logits, Indices{1, 1, 2}, first), "cross_entropy: none of 3 targets counts, so that there is no mean",
                       Error);
}

TEST_CASE("nll_loss: cross_entropy of what log_softmax gives") {
  Rng rng(2);
  Tensor logits = randn({3, 4, 2}, rng).requires_grad(true);
  Indices target{{0, 3}, {-100, 2}, {1, 1}};
  CrossEntropyOptions options;
  for (double smoothing : {0.0, 0.2})
    for (const Tensor& weight : {Tensor(), tensor({1, 2, 3, 0.5})})
      for (Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
        options.label_smoothing = smoothing;
        options.weight = weight;
        options.reduction = reduction;
        Tensor a = cross_entropy(logits, target, options), b = nll_loss(log_softmax(logits, 1), target, options);
        CHECK_CLOSE(a, b);
        a.backward(ones_like(a));
        Tensor expected = logits.grad().clone();
        logits.zero_grad();
        b.backward(ones_like(b));
        CHECK_CLOSE(logits.grad(), expected);
        logits.zero_grad();
      }
  CHECK_CLOSE(nll_loss(tensor({{-1, -2}, {-3, -infinity}}), Indices{1, 0}), Tensor(2.5), 0);
}

TEST_CASE("binary_cross_entropy_with_logits") {
  Tensor x = tensor({0.5, -1.2, 3}), target = tensor({1, 0, 0.25});
  CHECK_CLOSE(binary_cross_entropy_with_logits(x, target), Tensor(1.011982267697294));
  BinaryCrossEntropyOptions options;
  options.reduction = Reduction::none;
  CHECK_CLOSE(binary_cross_entropy_with_logits(x, target, options), tensor({0.47407698418010663, 0.2632824673380312, 2.2985873515737443}));
  options.pos_weight = tensor({2, 3, 4});
  CHECK_CLOSE(binary_cross_entropy_with_logits(x, target, options), tensor({0.9481539683602133, 0.2632824673380312, 2.335027865254051}));
  options.weight = Tensor(2);
  options.reduction = Reduction::sum;
  CHECK_CLOSE(binary_cross_entropy_with_logits(x, target, options),
              Tensor(2 * (0.9481539683602133 + 0.2632824673380312 + 2.335027865254051)));
  options.pos_weight = {};
  CHECK_CLOSE(binary_cross_entropy_with_logits(zeros({0}), zeros({0}), options), Tensor(0), 0);
}

TEST_CASE("binary_cross_entropy_with_logits: certain") {
  BinaryCrossEntropyOptions each;
  each.reduction = Reduction::none;
  Tensor x = tensor({1000, 1000, -infinity, infinity}).requires_grad(true);
  Tensor loss = binary_cross_entropy_with_logits(x, tensor({1, 0, 0, 0}), each);
  CHECK_CLOSE(loss, tensor({0, 1000, 0, infinity}));
  loss.backward(ones({4}));
  CHECK_CLOSE(x.grad(), tensor({0, 1, 0, 1}));
  CHECK(binary_cross_entropy_with_logits(Tensor(-20), Tensor(0)).item() ==
        doctest::Approx(std::log1p(std::exp(-20.0))).epsilon(1e-6).scale(1e-9));
}

TEST_CASE("mse_loss") {
  CHECK_CLOSE(mse_loss(tensor({1, 2, 3}), tensor({1, 4, 0})), Tensor(13.0 / 3));
  CHECK_CLOSE(mse_loss(Tensor(2), Tensor(5)), Tensor(9));
  CHECK_THROWS_WITH_AS(mse_loss(zeros({3}), zeros({3, 1})), "mse_loss: (3,) against (3, 1): must be the same shape", Error);
}

TEST_CASE("accuracy") {
  Tensor logits = tensor({{1, 2, 0}, {3, 1, 1}, {0, 0, 5}, {9, 8, 7}});
  CHECK(accuracy(logits, Indices{1, 0, 0, 1}) == 0.5);
  CHECK(accuracy(logits, Indices{1, 0, 2, 0}) == 1);
  CHECK(accuracy(reshape(logits, {2, 2, 3}), Indices({2, 2}, {1, 0, 0, 1})) == 0.5);
  CHECK_THROWS_WITH_AS(accuracy(logits, Indices{1}), "accuracy: logits (4, 3), target (1,): must be (..., C) and (...)", Error);
  CHECK_THROWS_WITH_AS(accuracy(zeros({0, 3}), Indices({0}, {})), "accuracy: logits (0, 3), target (0,): must have a row and a class",
                       Error);
}
