#include <qkv/tensor/check.h>
#include <qkv/tensor/graph.h>

#include <algorithm>

namespace qkv {
namespace {

Node& existing(const std::shared_ptr<Node>& node) {
  require(node != nullptr, "tensor: this handle is empty: it was never given a value");
  return *node;
}

Index offset_of(const char* operation, const Shape& shape, std::initializer_list<Index> position) {
  Shape at(position);
  require(at.rank() == shape.rank(), operation, ": position ", at, " in shape ", shape, ": needs ", shape.rank(), " numbers");
  Index offset = 0;
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    Index size = shape[axis], i = at[axis] < 0 ? at[axis] + size : at[axis];
    require(i >= 0 && i < size, operation, ": position ", at, " lies outside shape ", shape);
    offset = offset * size + i;
  }
  return offset;
}

}  // namespace

Tensor::Tensor(std::shared_ptr<Node> node) : node_(std::move(node)) {}
Tensor Tensor::from_number(double number) { return from_array(full_array({}, static_cast<Scalar>(number))); }

Shape Tensor::shape() const { return shape_of(existing(node_).value); }
Index Tensor::rank() const { return static_cast<Index>(existing(node_).value.dimension()); }
Index Tensor::size() const { return static_cast<Index>(existing(node_).value.size()); }
Index Tensor::size(Integer axis) const {
  Shape sizes = shape();
  return sizes[sizes.position(axis, "size")];
}

const Scalar* Tensor::data() const { return existing(node_).value.data(); }
Scalar* Tensor::mutable_data() const {
  ++existing(node_).version;
  return node_->value.data();
}

Scalar Tensor::item() const {
  require(size() == 1, "item: shape ", shape(), " holds ", size(), " numbers: must be a single one");
  return data()[0];
}

Scalar Tensor::at(std::initializer_list<Index> position) const { return data()[offset_of("at", shape(), position)]; }
void Tensor::set(std::initializer_list<Index> position, double number) const {
  Index offset = offset_of("set", shape(), position);  // before mutable_data(), which counts as a change
  mutable_data()[offset] = static_cast<Scalar>(number);
}

void Tensor::copy_from(const Tensor& other) const {
  require(shape() == other.shape(), "copy_from: shape ", other.shape(), " into ", shape(), ": must be the same");
  std::copy(other.data(), other.data() + other.size(), mutable_data());
}

bool Tensor::requires_grad() const { return existing(node_).requires_grad; }
const Tensor& Tensor::requires_grad(Flag on) const {
  require(existing(node_).made_by == nullptr, "requires_grad: this tensor is the result of '", operation(),
          "': set it on a leaf, or detach() first");
  node_->requires_grad = on;
  return *this;
}

bool Tensor::has_grad() const { return existing(node_).grad.defined(); }
Tensor Tensor::grad() const {
  require(has_grad(), "grad: no gradient has arrived at this tensor of shape ", shape(),
          existing(node_).made_by ? "; it is an intermediate result: call retain_grad() before backward()"
                                  : "; set requires_grad(true) and call backward() on a number computed from it");
  return node_->grad;
}
void Tensor::set_grad(const Tensor& gradient) const {
  require(gradient.shape() == shape(), "set_grad: gradient of shape ", gradient.shape(), " for a tensor of shape ", shape(),
          ": must be the same");
  node_->grad = gradient.detach();
}
void Tensor::zero_grad() const { existing(node_).grad = Tensor(); }
const Tensor& Tensor::retain_grad() const {
  existing(node_).retain_grad = true;
  return *this;
}

void Tensor::backward(Graph graph) const {
  require(size() == 1, "backward: shape ", shape(), ": must be a single number; or give the gradient of this tensor, backward(upstream)");
  backward(ones(shape()), graph);
}

Tensor Tensor::detach() const { return from_array(Array(existing(node_).value)); }
Tensor Tensor::clone() const { return detach(); }

const char* Tensor::operation() const { return existing(node_).made_by ? node_->made_by->name : ""; }
std::vector<Tensor> Tensor::inputs() const { return existing(node_).made_by ? node_->made_by->inputs : std::vector<Tensor>{}; }

const Array& array(const Tensor& x) { return existing(x.node()).value; }
Tensor from_array(Array numbers) { return Tensor(std::make_shared<Node>(std::move(numbers))); }

Array empty_array(const Shape& shape) {
  shape.count();  // throws where there are too many numbers; xtensor's own count would wrap around
  for (Index size : shape) require(size >= 0, "empty_array: shape ", shape, ": sizes must not be negative");
  Array::shape_type sizes(static_cast<std::size_t>(shape.rank()));
  std::copy(shape.begin(), shape.end(), sizes.begin());
  return Array::from_shape(sizes);
}

Array full_array(const Shape& shape, Scalar number) {
  Array result = empty_array(shape);
  std::fill_n(result.data(), result.size(), number);
  return result;
}

Shape shape_of(const Array& array) {
  Shape result;
  for (std::size_t size : array.shape()) result.push_back(static_cast<Index>(size));
  return result;
}

}  // namespace qkv
