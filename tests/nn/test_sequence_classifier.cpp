#include "layers.h"

#include <qkv/nn/recurrent.h>

using namespace qkv;

TEST_CASE("SequenceClassifier: only the last state is read") {
  Rng rng(5);
  nn::SequenceClassifier<nn::LSTM> model(2, 3, 4, rng);
  CHECK(names(model) ==
        "layer.weight_ih_l0 (12, 2), layer.weight_hh_l0 (12, 3), layer.bias_ih_l0 (12,), layer.bias_hh_l0 (12,), "
        "read.weight (4, 3), read.bias (4,)");
  Tensor x = randn({5, 6, 2}, rng);
  CHECK(largest_difference(model(x), model.read(select(model.layer(x).h_n, 0, 0))) == 0);
  check_gradient([&](const auto&) { return model(x); }, with_parameters({x}, model));
}
