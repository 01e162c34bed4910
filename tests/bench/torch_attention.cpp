#include <bench/torch.h>

#include <ATen/ops/_scaled_dot_product_attention.h>

namespace bench {

at::Tensor attend_matmul(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask) {
  at::Tensor scores = at::matmul(q, k.transpose(-2, -1)) * (1 / std::sqrt(static_cast<double>(q.size(-1))));
  if (mask.defined()) scores = scores + mask;
  return at::matmul(at::softmax(scores, -1), v);
}

at::Tensor attend_baddbmm(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask) {
  const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
  at::Tensor q3 = q.reshape({-1, q.size(-2), q.size(-1)}), k3 = k.reshape({-1, k.size(-2), k.size(-1)}),
             v3 = v.reshape({-1, v.size(-2), v.size(-1)});
  at::Tensor scores = mask.defined() ? at::baddbmm(mask, q3, k3.transpose(1, 2), 1, scale) : at::bmm(q3 * scale, k3.transpose(1, 2));
  return at::bmm(at::softmax(scores, -1), v3).view(q.sizes());
}

at::Tensor attend_private(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& mask) {
  return std::get<0>(at::_scaled_dot_product_attention(q, k, v, {}, 0.0, false, mask.defined()));
}

at::Tensor causal_scores(std::int64_t T) { return torch::full({T, T}, -std::numeric_limits<float>::infinity()).triu(1); }

namespace {

template <Attend attend>
std::function<at::Tensor()> dot_product(Torch& from) {
  at::Tensor q = from.tensor("q"), k = from.tensor("k"), v = from.tensor("v");
  // The private one makes its own mask; here it only needs to know that there is one.
  at::Tensor mask = attend == attend_private ? torch::zeros({1}) : causal_scores(q.size(-2));
  return [=] { return attend(q, k, v, mask); };
}

std::function<at::Tensor()> additive(Torch& from) {
  at::Tensor query = from.tensor("query"), key = from.tensor("key"), value = from.tensor("value");
  at::Tensor W1 = from.tensor("W1.weight"), W2 = from.tensor("W2.weight"), v = from.tensor("v");
  return [=] {
    at::Tensor q = at::linear(query, W1).unsqueeze(2), k = at::linear(key, W2).unsqueeze(1);
    at::Tensor scores = at::matmul(at::tanh(q + k), v);  // (B, Tq, Tk)
    return at::bmm(at::softmax(scores, -1), value);
  };
}

std::function<at::Tensor()> mha(Torch& from) {
  for (const char* name : {"x", "upstream", "output"}) from.time_first(name);
  torch::nn::MultiheadAttention layer(128, 8);
  from.load(*layer);
  at::Tensor x = from.tensor("x");
  return [=]() mutable { return std::get<0>(layer(x, x, x, at::Tensor(), false)); };
}

std::function<at::Tensor()> tiny(Torch& from) {
  at::Tensor x = from.tensor("x"), W = from.tensor("W");
  return [=] {
    std::vector<at::Tensor> qkv = at::linear(x, W).chunk(3, -1);
    return attend_matmul(qkv[0], qkv[1], qkv[2], {});
  };
}

}  // namespace

std::vector<TorchForm> torch_attention() {
  return {{"additive", "composed", additive},
          {"sdpa", "matmul, softmax, matmul", dot_product<attend_matmul>},
          {"sdpa", "baddbmm, softmax, bmm", dot_product<attend_baddbmm>},
          {"sdpa", "_scaled_dot_product_attention", dot_product<attend_private>},
          {"long", "matmul, softmax, matmul", dot_product<attend_matmul>},
          {"long", "baddbmm, softmax, bmm", dot_product<attend_baddbmm>},
          {"long", "_scaled_dot_product_attention", dot_product<attend_private>},
          {"mha", "nn::MultiheadAttention", mha},
          {"tiny", "composed", tiny}};
}

}  // namespace bench
