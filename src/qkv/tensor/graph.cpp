#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/tensor/anomaly.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>
#include <qkv/tensor/strides.h>

#include <algorithm>
#include <atomic>
#include <queue>
#include <unordered_map>
#include <utility>

namespace qkv {
namespace {

std::atomic<std::size_t> operations_so_far{0}, backwards_so_far{0};

Tensor attach(Array value, std::unique_ptr<Operation> made_by) {
  auto node = std::make_shared<Node>(std::move(value));
  node->requires_grad = true;
  made_by->age = ++operations_so_far;
  for (const Tensor& input : made_by->inputs) made_by->versions.push_back(input.node()->version);
  node->made_by = std::move(made_by);
  return Tensor(std::move(node));
}

/// During one backward(): what rounding has taken from the gradients of nodes that very many have added to.
struct Lost {
  std::size_t backward = ++backwards_so_far;
  std::unordered_map<const Node*, Array> by_node;

  /// For one more gradient that reaches `node`; null as long as there are few.
  Array* of(Node& node) {
    constexpr std::size_t few = 16;
    if (std::exchange(node.last_backward, backward) != backward) node.arrivals = 0;
    if (++node.arrivals <= few) return nullptr;
    auto found = by_node.find(&node);
    if (found == by_node.end()) found = by_node.emplace(&node, full_array(shape_of(node.value), 0)).first;
    return &found->second;
  }
};

/// Adds to what has arrived so far.
void accumulate(Tensor& sum, Array gradient, Array* lost = nullptr) {
  if (!sum.defined()) {
    sum = from_array(std::move(gradient));
    return;
  }
  Scalar* so_far = sum.mutable_data();
  kernels::parallel(sum.size(), 1, 1, [&](Index begin, Index end) {
    if (lost) kernels::add_to(gradient.data() + begin, end - begin, so_far + begin, lost->data() + begin);
    else kernels::add_to(gradient.data() + begin, end - begin, so_far + begin);
  });
}

/// Hands a gradient to a leaf, which keeps it, or to a result, which passes it on.
void give(Node& node, Array gradient, Lost& lost) {
  if (gradient.shape() != node.value.shape()) gradient = sum_to(gradient, shape_of(node.value));
  accumulate(node.made_by ? node.made_by->arrived : node.grad, std::move(gradient), lost.of(node));
}

/// What one operation passes back to its inputs.
void pull_back(const Operation& made_by, const Array& dy, const Array& y, Lost& lost) {
  for (std::size_t i = 0; i < made_by.inputs.size(); ++i)
    require(made_by.inputs[i].node()->version == made_by.versions[i], "backward: an input of '", made_by.name, "', shape ",
            made_by.inputs[i].shape(), ", was changed in place after the operation ran: its gradient would be wrong");
  auto hand_on = [&](std::size_t input, Array gradient) {
    if (finding_anomalies()) inspect_gradient(made_by.name, input, dy, gradient);
    give(*made_by.inputs[input].node(), std::move(gradient), lost);
  };
  if (made_by.pull_all) {
    std::vector<Array> gradients = made_by.pull_all(dy, y);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (made_by.inputs[i].requires_grad() && (gradients[i].size() > 0 || made_by.inputs[i].size() == 0))
        hand_on(i, std::move(gradients[i]));
  } else {
    for (std::size_t i = 0; i < made_by.inputs.size(); ++i)
      if (made_by.pulls[i]) hand_on(i, made_by.pulls[i](dy, y));
  }
}

std::vector<Tensor> inputs_of(std::initializer_list<Edge> edges) {
  std::vector<Tensor> inputs;
  for (const Edge& edge : edges) inputs.push_back(edge.input);
  return inputs;
}

}  // namespace

bool needs_grad(const Tensor& x) { return grad_enabled() && x.requires_grad(); }
bool needs_grad(const std::vector<Tensor>& inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [](const Tensor& x) { return needs_grad(x); });
}

Tensor record(const char* operation, Array value, std::initializer_list<Edge> edges) {
  if (finding_anomalies()) inspect_value(operation, value, inputs_of(edges));
  if (std::none_of(edges.begin(), edges.end(), [](const Edge& edge) { return needs_grad(edge.input); }))
    return from_array(std::move(value));
  auto made_by = std::make_unique<Operation>();
  made_by->name = operation;
  for (const Edge& edge : edges) {  // the others' gradients may be made from an input that needs none: it must not change either
    made_by->inputs.push_back(edge.input);
    made_by->pulls.push_back(needs_grad(edge.input) ? std::move(edge.pull) : Pull());
  }
  return attach(std::move(value), std::move(made_by));
}

Tensor record(const char* operation, Array value, std::vector<Tensor> inputs, PullAll pull) {
  if (finding_anomalies()) inspect_value(operation, value, inputs);
  if (!needs_grad(inputs)) return from_array(std::move(value));
  auto made_by = std::make_unique<Operation>();
  made_by->name = operation;
  made_by->inputs = std::move(inputs);
  made_by->pull_all = std::move(pull);
  return attach(std::move(value), std::move(made_by));
}

void Tensor::backward(const Tensor& upstream, bool keep_graph) const {
  require(requires_grad(), "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing");
  require(upstream.shape() == shape(), "backward: upstream gradient of shape ", upstream.shape(), " for a tensor of shape ", shape(),
          ": must be the same");

  // An operation is younger than those that made its inputs. Taking the youngest first therefore meets every result after
  // all that was computed from it, when its gradient is complete: no recursion, and no sorting of the graph beforehand.
  auto older = [](const std::shared_ptr<Node>& a, const std::shared_ptr<Node>& b) { return a->made_by->age < b->made_by->age; };
  std::priority_queue<std::shared_ptr<Node>, std::vector<std::shared_ptr<Node>>, decltype(older)> youngest_first(older);
  auto visit = [&](const std::shared_ptr<Node>& node) {
    if (!node->made_by || node->made_by->queued) return;
    require(!node->made_by->freed, "backward: the graph behind '", node->made_by->name,
            "' was freed by an earlier backward(); call the first one with keep_graph = true");
    node->made_by->queued = true;
    youngest_first.push(node);
  };

  NoGrad no_graph;
  Lost lost;
  struct Unqueue {  // an exception on the way leaves no operation marked, and no gradient lying about
    decltype(youngest_first)& left;
    ~Unqueue() {
      for (; !left.empty(); left.pop()) {
        left.top()->made_by->queued = false;
        left.top()->made_by->arrived = Tensor();
      }
    }
  } unqueue{youngest_first};
  visit(node_);
  if (node_->made_by) node_->made_by->arrived = upstream;  // only read: nothing else arrives at the youngest of all
  else give(*node_, Array(array(upstream)), lost);
  while (!youngest_first.empty()) {
    std::shared_ptr<Node> node = youngest_first.top();
    youngest_first.pop();
    Operation& made_by = *node->made_by;
    made_by.queued = false;
    lost.by_node.erase(node.get());
    Tensor gradient = std::move(made_by.arrived);
    if (!gradient.defined()) continue;  // an empty (zero) gradient was all that came
    if (node->retain_grad) accumulate(node->grad, Array(array(gradient)));
    for (const Tensor& input : made_by.inputs) visit(input.node());  // before they are given anything: see Unqueue
    pull_back(made_by, array(gradient), node->value, lost);
    if (!keep_graph) {
      made_by.freed = true;
      made_by.pulls.clear();
      made_by.pull_all = nullptr;
      made_by.inputs.clear();
    }
  }
}

// A chain of a million operations must not be freed by a million nested destructors: each node that would die with its
// consumer is first relieved of its own inputs, which join the list.
Node::~Node() {
  std::vector<Tensor> doomed;
  auto take_inputs = [&](Node& node) {
    if (!node.made_by) return;
    node.made_by->pulls.clear();  // they hold inputs too, which `inputs` still keeps alive here
    node.made_by->pull_all = nullptr;
    std::move(node.made_by->inputs.begin(), node.made_by->inputs.end(), std::back_inserter(doomed));
    node.made_by->inputs.clear();
  };
  take_inputs(*this);
  while (!doomed.empty()) {
    Tensor last = std::move(doomed.back());
    doomed.pop_back();
    if (last.node().use_count() == 1) take_inputs(*last.node());
  }
}

Array sum_to(const Array& gradient, const Shape& to, double divide_by) {
  Shape from = shape_of(gradient);
  StridedRows<1> rows(from, {broadcast_strides(to, from)});
  Scratch<double> sums(to.count());
  std::fill_n(sums.data(), to.count(), 0.0);
  // Rows that follow one another and meet in one place go together.
  const Index n = rows.row_length(), rank = rows.sizes.rank();
  const Index together = rows.row_stride(0) && rank > 1 && rows.strides[0][rank - 2] == 0 ? rows.sizes[-2] : 1;
  rows.for_each_row([&](Index start, const std::array<Index, 1>& at) {
    if (!rows.row_stride(0)) sums.data()[at[0]] += kernels::sum_in_double(gradient.data() + start, n);
    else if (start / n % together == 0) kernels::add_rows_in_double(gradient.data() + start, together, n, sums.data() + at[0]);
  });
  Array result = empty_array(to);
  for (Index i = 0; i < to.count(); ++i) result.data()[i] = static_cast<Scalar>(sums.data()[i] / divide_by);
  return result;
}

}  // namespace qkv
