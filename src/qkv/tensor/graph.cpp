#include <qkv/kernels/parallel.h>
#include <qkv/kernels/rows.h>
#include <qkv/tensor/anomaly.h>
#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>
#include <qkv/tensor/strides.h>

#include <algorithm>
#include <atomic>
#include <queue>

namespace qkv {
namespace {

std::atomic<std::size_t> operations_so_far{0};

/// The result of an operation: a leaf, if no input needs a gradient.
Tensor attach(const char* operation, Array value, std::vector<Tensor> inputs, std::vector<Pull<Array>> pulls,
              Pull<std::vector<Array>> pull_all) {
  if (finding_anomalies()) inspect_value(operation, value, inputs);
  auto node = std::make_shared<Node>(std::move(value));
  node->requires_grad = std::any_of(inputs.begin(), inputs.end(), needs_grad);
  if (!node->requires_grad) return Tensor(std::move(node));
  node->made_by = std::make_unique<Operation>();
  Operation& made_by = *node->made_by;
  made_by.name = operation;
  made_by.age = ++operations_so_far;
  made_by.versions.reserve(inputs.size());
  made_by.needed.reserve(inputs.size());
  for (const Tensor& input : inputs) {
    made_by.versions.push_back(input.node()->version);
    made_by.needed.push_back(input.requires_grad());
  }
  made_by.inputs = std::move(inputs);
  made_by.pulls = std::move(pulls);
  made_by.pull_all = std::move(pull_all);
  return Tensor(std::move(node));
}

/// y += x, by all threads.
void add_in_place(Array& y, const Array& x) {
  kernels::parallel(static_cast<Index>(y.size()), 1, 1,
                    [&](Index begin, Index end) { kernels::add_to(x.data() + begin, end - begin, y.data() + begin); });
}

/// Adds to the gradient that is kept.
void accumulate(Node& node, Array gradient) {
  if (!node.grad.defined()) node.grad = from_array(std::move(gradient));
  else add_in_place(node.grad.node()->value, gradient), ++node.grad.node()->version;
}

/// What one operation passes back to its inputs.
void pull_back(const Operation& made_by, const Array& dy, const Node& result) {
  require(result.version == 0, "backward: the result of '", made_by.name, "', shape ", shape_of(result.value),
          ", was changed in place after the operation ran: the gradient would be wrong");
  for (std::size_t i = 0; i < made_by.inputs.size(); ++i)
    require(made_by.inputs[i].node()->version == made_by.versions[i], "backward: an input of '", made_by.name, "', shape ",
            made_by.inputs[i].shape(), ", was changed in place after the operation ran: its gradient would be wrong");
  auto wanted = [&](std::size_t i) { return made_by.needed[i] && made_by.inputs[i].requires_grad(); };
  auto hand_on = [&](std::size_t i, Array gradient) {
    if (finding_anomalies()) inspect_gradient(made_by.name, i, dy, gradient);
    Node& input = *made_by.inputs[i].node();
    if (gradient.shape() != input.value.shape()) gradient = sum_to(gradient, shape_of(input.value));
    input.arriving.add(std::move(gradient));
  };
  if (made_by.pull_all.call) {
    std::vector<Array> gradients = made_by.pull_all.call(dy, result.value);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      if (wanted(i) && (gradients[i].size() > 0 || made_by.inputs[i].size() == 0)) hand_on(i, std::move(gradients[i]));
  } else {
    for (std::size_t i = 0; i < made_by.inputs.size(); ++i)
      if (wanted(i)) hand_on(i, made_by.pulls[i].call(dy, result.value));
  }
}

using NodeHandle = std::shared_ptr<Node>;

struct Older {
  bool operator()(const NodeHandle& a, const NodeHandle& b) const { return a->made_by->age < b->made_by->age; }
};

/// The nodes that backward() is on its way to. An exception leaves none of them marked, and no gradient lying about.
struct Pending {
  std::priority_queue<NodeHandle, std::vector<NodeHandle>, Older> youngest_first;
  std::vector<NodeHandle> leaves;

  void add(const NodeHandle& node) {
    if (node->queued || !node->requires_grad) return;
    require(!node->made_by || !node->made_by->freed, "backward: the graph behind '", node->made_by ? node->made_by->name : "",
            "' was freed by an earlier backward(); call the first one with Graph::keep");
    node->queued = true;
    if (node->made_by) youngest_first.push(node);
    else leaves.push_back(node);
  }
  NodeHandle next() {
    NodeHandle node = youngest_first.top();
    youngest_first.pop();
    node->queued = false;
    return node;
  }
  ~Pending() {
    while (!youngest_first.empty()) leaves.push_back(next());
    for (const NodeHandle& node : leaves) {
      node->queued = false;
      node->arriving = {};
    }
  }
};

}  // namespace

bool needs_grad(const Tensor& x) { return grad_enabled() && x.requires_grad(); }

Tensor record(const char* operation, Array value, std::initializer_list<Edge> edges) {
  if (!finding_anomalies() && std::none_of(edges.begin(), edges.end(), [](const Edge& edge) { return needs_grad(edge.input); }))
    return Tensor(std::make_shared<Node>(std::move(value)));  // a leaf: nothing to note
  std::vector<Tensor> inputs;  // the others' gradients may be made from an input that needs none: it must not change either
  std::vector<Pull<Array>> pulls;
  inputs.reserve(edges.size());
  pulls.reserve(edges.size());
  for (const Edge& edge : edges) {
    inputs.push_back(edge.input);
    pulls.push_back(std::move(edge.pull));
  }
  return attach(operation, std::move(value), std::move(inputs), std::move(pulls), {});
}

Tensor record(const char* operation, Array value, std::vector<Tensor> inputs, Pull<std::vector<Array>> pull) {
  return attach(operation, std::move(value), std::move(inputs), {}, std::move(pull));
}

std::vector<Tensor> Operation::take_inputs() {
  pulls.clear();
  pull_all = {};
  return std::exchange(inputs, {});
}

void GradientSum::add(Array gradient) {
  if (last_) earlier_.push_back(std::move(*last_));
  last_ = std::move(gradient);
  for (std::size_t n = ++count_; n % 2 == 0; n /= 2) {  // as many as the one before has: they become one
    add_in_place(earlier_.back(), *last_);
    last_ = std::move(earlier_.back());
    earlier_.pop_back();
  }
}

Array GradientSum::take() {
  Array whole = std::move(*last_);
  for (std::size_t i = earlier_.size(); i-- > 0;) add_in_place(whole, earlier_[i]);
  *this = {};
  return whole;
}

void Tensor::backward(const Tensor& upstream, Graph graph) const {
  require(requires_grad(), "backward: no input of this tensor requires a gradient: set requires_grad(true) on a leaf before computing");
  require(upstream.shape() == shape(), "backward: upstream gradient of shape ", upstream.shape(), " for a tensor of shape ", shape(),
          ": must be the same");

  // An operation is younger than those that made its inputs. Taking the youngest first therefore meets every result after
  // all that was computed from it, when its gradient is complete: no recursion, and no sorting of the graph beforehand.
  Pending pending;
  NoGrad no_graph;
  pending.add(node_);
  if (!node_->made_by) node_->arriving.add(Array(array(upstream)));
  while (!pending.youngest_first.empty()) {
    NodeHandle node = pending.next();
    Operation& made_by = *node->made_by;
    if (node != node_ && node->arriving.empty()) continue;  // an empty (zero) gradient was all that came
    Array arrived = node == node_ ? Array() : node->arriving.take();
    const Array& dy = node == node_ ? array(upstream) : arrived;  // nothing else arrives at the youngest of all
    for (const Tensor& input : made_by.inputs) pending.add(input.node());
    pull_back(made_by, dy, *node);
    if (node->retain_grad) accumulate(*node, Array(dy));  // after the pull: dy may be this very gradient, from an earlier pass
    if (graph == Graph::free) {
      made_by.freed = true;
      made_by.take_inputs();
    }
  }
  for (const NodeHandle& leaf : pending.leaves)  // at the end: all of them get theirs, or after an exception none
    if (!leaf->arriving.empty()) accumulate(*leaf, leaf->arriving.take());
}

// A chain of a million operations must not be freed by a million nested destructors: each node that would die with its
// consumer is first relieved of its own inputs, which join the list.
Node::~Node() {
  std::vector<Tensor> doomed;
  auto take_inputs = [&](Node& node) {
    if (!node.made_by) return;
    for (Tensor& input : node.made_by->take_inputs()) doomed.push_back(std::move(input));
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
