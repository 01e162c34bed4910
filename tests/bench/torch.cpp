#include <bench/torch.h>

#include <cblas.h>

namespace bench {
namespace {

std::vector<TorchForm> all_forms() {
  std::vector<TorchForm> all;
  for (auto* group : {torch_recurrent, torch_attention, torch_models, torch_translate})
    for (TorchForm& form : group()) all.push_back(std::move(form));
  return all;
}

Numbers numbers_of(const at::Tensor& tensor) {
  at::Tensor flat = tensor.detach().contiguous();
  const float* data = flat.data_ptr<float>();
  return {flat.sizes().vec(), {data, data + flat.numel()}};
}

class TorchRun : public Run {
 public:
  TorchRun(const Problem& problem, const TorchForm& form) : torch_(problem) {
    forward_ = form.forward(torch_);
    if (problem.numbers.count("upstream")) upstream_ = torch_.tensor("upstream");
    parameters_ = torch_.parameters();
    if (form.update) update_ = form.update(parameters_);
  }

  void step() override {
    output_ = at::Tensor();
    for (at::Tensor& parameter : parameters_) parameter.mutable_grad() = at::Tensor();  // cheaper than filling with zeros
    output_ = forward_();
    if (output_.requires_grad()) output_.backward(upstream_);
    if (update_) update_();
  }

  std::map<std::string, Numbers> results() const override { return torch_.results(output_); }

 private:
  Torch torch_;
  std::function<at::Tensor()> forward_;
  std::function<void()> update_;
  at::Tensor upstream_, output_;
  std::vector<at::Tensor> parameters_;
};

std::vector<std::string> forms(const std::string& workload) {
  std::vector<std::string> names;
  for (const TorchForm& form : all_forms())
    if (form.workload == workload) names.push_back(form.form);
  return names;
}

std::unique_ptr<Run> start(const Problem& problem, const std::string& name) {
  for (const TorchForm& form : all_forms())
    if (form.workload == problem.workload && form.form == name) return std::make_unique<TorchRun>(problem, form);
  return nullptr;
}

void set_threads(int count) {
  static const bool once = (at::set_num_interop_threads(1), true);
  static_cast<void>(once);
  openblas_set_num_threads(count);
  torch::set_num_threads(count);
}

}  // namespace

at::Tensor Torch::tensor(const std::string& name) {
  auto found = tensors_.find(name);
  if (found != tensors_.end()) return found->second;
  const Numbers& numbers = problem_.numbers.at(name);
  at::Tensor given = torch::from_blob(const_cast<float*>(numbers.values.data()), numbers.shape);
  at::Tensor made = as_given(name, given).clone(at::MemoryFormat::Contiguous);
  made.set_requires_grad(numbers.wants_gradient);
  return tensors_[name] = made;
}

at::Tensor Torch::indices(const std::string& name) const {
  const Numbers& numbers = problem_.numbers.at(name);
  return torch::from_blob(const_cast<float*>(numbers.values.data()), numbers.shape).to(torch::kLong);
}

void Torch::load(torch::nn::Module& module, const std::string& prefix) {
  torch::NoGradGuard no_graph;
  for (const auto& parameter : module.named_parameters()) {
    const Numbers& numbers = problem_.numbers.at(prefix + parameter.key());
    TORCH_CHECK(parameter.value().sizes() == at::IntArrayRef(numbers.shape), parameter.key(), " has another shape in the module");
    parameter.value().copy_(torch::from_blob(const_cast<float*>(numbers.values.data()), numbers.shape));
    tensors_[prefix + parameter.key()] = parameter.value();
  }
}

std::vector<at::Tensor> Torch::parameters() const {
  std::vector<at::Tensor> result;
  for (const auto& [name, tensor] : tensors_)
    if (tensor.requires_grad()) result.push_back(tensor);
  return result;
}

std::map<std::string, Numbers> Torch::results(const at::Tensor& output) const {
  std::map<std::string, Numbers> all{{"output", numbers_of(as_given("output", output))}};
  for (const auto& [name, tensor] : tensors_)
    if (tensor.requires_grad() && tensor.grad().defined()) all[name] = numbers_of(as_given(name, tensor.grad()));
  return all;
}

at::Tensor Torch::as_given(const std::string& name, at::Tensor tensor) const {
  bool exchange = std::find(time_first_.begin(), time_first_.end(), name) != time_first_.end();
  return exchange ? tensor.transpose(0, 1) : tensor;
}

const Side& torch_side() {
  static const Side side{"libtorch", TORCH_VERSION, forms, start, set_threads};
  return side;
}

}  // namespace bench
