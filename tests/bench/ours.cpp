#include <bench/ours.h>
#include <qkv/kernels/parallel.h>

namespace bench {
namespace {

std::vector<OursForm> all_forms() {
  std::vector<OursForm> all;
  for (auto* group : {ours_recurrent, ours_attention, ours_models, ours_translate})
    for (OursForm& form : group()) all.push_back(std::move(form));
  return all;
}

qkv::Shape shape_of(const Numbers& numbers) { return qkv::Shape(std::vector<qkv::Index>(numbers.shape.begin(), numbers.shape.end())); }

Numbers numbers_of(const qkv::Tensor& tensor) {
  qkv::Shape shape = tensor.shape();
  return {{shape.begin(), shape.end()}, {tensor.data(), tensor.data() + tensor.size()}};
}

class OursRun : public Run {
 public:
  OursRun(const Problem& problem, const OursForm& form) : ours_(problem) {
    forward_ = form.forward(ours_);
    if (problem.numbers.count("upstream")) upstream_ = ours_.tensor("upstream");
    if (form.update) update_ = form.update(ours_.parameters());
    parameters_ = ours_.parameters();
  }

  void step() override {
    output_ = qkv::Tensor();
    for (qkv::Tensor& parameter : parameters_) parameter.zero_grad();
    output_ = forward_();
    if (upstream_.defined()) output_.backward(upstream_);
    else if (output_.requires_grad()) output_.backward();
    if (update_) update_();
  }

  std::map<std::string, Numbers> results() const override {
    std::map<std::string, Numbers> all{{"output", numbers_of(output_)}};
    for (const auto& [name, tensor] : ours_.tensors())
      if (tensor.requires_grad() && tensor.has_grad()) all[name] = numbers_of(tensor.grad());
    return all;
  }

 private:
  Ours ours_;
  std::function<qkv::Tensor()> forward_;
  std::function<void()> update_;
  qkv::Tensor upstream_, output_;
  std::vector<qkv::Tensor> parameters_;
};

std::vector<std::string> forms(const std::string& workload) {
  std::vector<std::string> names;
  for (const OursForm& form : all_forms())
    if (form.workload == workload) names.push_back(form.form);
  return names;
}

std::unique_ptr<Run> start(const Problem& problem, const std::string& name) {
  for (const OursForm& form : all_forms())
    if (form.workload == problem.workload && form.form == name) return std::make_unique<OursRun>(problem, form);
  return nullptr;
}

void set_threads(int count) { qkv::kernels::set_threads(count); }

}  // namespace

qkv::Tensor Ours::tensor(const std::string& name) {
  auto found = tensors_.find(name);
  if (found != tensors_.end()) return found->second;
  const Numbers& numbers = problem_.numbers.at(name);
  qkv::Tensor made = qkv::zeros(shape_of(numbers));
  std::copy(numbers.values.begin(), numbers.values.end(), made.mutable_data());
  made.requires_grad(numbers.wants_gradient);
  return tensors_[name] = made;
}

qkv::Indices Ours::indices(const std::string& name) const {
  const Numbers& numbers = problem_.numbers.at(name);
  std::vector<qkv::Index> whole;
  for (float number : numbers.values) whole.push_back(static_cast<qkv::Index>(number));
  return qkv::Indices(shape_of(numbers), whole);
}

void Ours::load(qkv::nn::Module& layer, const std::string& prefix) {
  for (auto [name, parameter] : layer.named_parameters()) {
    const Numbers& numbers = problem_.numbers.at(prefix + name);
    if (shape_of(numbers) != parameter.shape()) throw qkv::Error("bench: '" + prefix + name + "' has another shape in the layer");
    std::copy(numbers.values.begin(), numbers.values.end(), parameter.mutable_data());
    tensors_[prefix + name] = parameter;
  }
}

std::vector<qkv::Tensor> Ours::parameters() const {
  std::vector<qkv::Tensor> result;
  for (const auto& [name, tensor] : tensors_)
    if (tensor.requires_grad()) result.push_back(tensor);
  return result;
}

const Side& ours() {
  static const Side side{"qkv", "0.1", forms, start, set_threads};
  return side;
}

}  // namespace bench
