// qkv's side of `make bench ONLY=ops`: the table of operations, which compare.py has checked and timed over a pipe. NumPy's side of each
// stands in numpy_ops.py under the same name, in the same order, and gets the same numbers.

#include <qkv/kernels/parallel.h>
#include <qkv/qkv.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

using namespace qkv;

namespace {

enum class Kind { numbers, indices, marks };

/// What an operation works on: `copies` tensors of numbers in [low, high), or whole numbers in that range, or marks.
struct Operand {
  Shape shape;
  double low = -2, high = 2;
  Kind kind = Kind::numbers;
  Index copies = 1;

  Operand(std::initializer_list<Index> sizes) : shape(sizes) {}
  Operand(const Shape& of, double from, double to, Kind made_into, Index how_many)
      : shape(of), low(from), high(to), kind(made_into), copies(how_many) {}
};
Operand positive(const Shape& shape) { return {shape, 0.25, 2.25, Kind::numbers, 1}; }
Operand below(Index end, const Shape& shape) { return {shape, 0, static_cast<double>(end), Kind::indices, 1}; }
Operand marks(const Shape& shape) { return {shape, 0, 2, Kind::marks, 1}; }
Operand many(Index copies, const Shape& shape) { return {shape, -2, 2, Kind::numbers, copies}; }

struct Inputs {
  Tensors x;
  Indices at;
  Mask mask;
  const Tensor& operator[](std::size_t i) const { return x[i]; }
};
using In = const Inputs&;
using Result = std::variant<Tensor, Indices>;

struct Row {
  const char* name;
  std::vector<Operand> operands;
  std::function<Result(In)> run;
};

// clang-format off (a row is a line)
const std::vector<Row> rows{
    {"max", {{1000, 1000}}, [](In x) { return max(x[0]); }},
    {"max axis 0", {{1000, 1000}}, [](In x) { return max(x[0], 0); }},
    {"max axis 1", {{1000, 1000}}, [](In x) { return max(x[0], 1); }},
    {"max axis 1 of 3", {{100, 100, 100}}, [](In x) { return max(x[0], 1); }},
    {"max of rows of 4", {{250000, 4}}, [](In x) { return max(x[0], 1); }},
    {"min axis 0", {{1000, 1000}}, [](In x) { return min(x[0], 0); }},
    {"min axis 1", {{1000, 1000}}, [](In x) { return min(x[0], 1); }},
    {"argmax axis 0", {{1000, 1000}}, [](In x) { return argmax(x[0], 0); }},
    {"argmax axis 1", {{1000, 1000}}, [](In x) { return argmax(x[0], 1); }},
    {"argmax of rows of 4", {{250000, 4}}, [](In x) { return argmax(x[0], 1); }},
    {"sum", {{1000, 1000}}, [](In x) { return sum(x[0]); }},
    {"sum axis 0", {{1000, 1000}}, [](In x) { return sum(x[0], 0); }},
    {"sum axis 1", {{1000, 1000}}, [](In x) { return sum(x[0], 1); }},
    {"sum axis 0, narrow", {{1000000, 3}}, [](In x) { return sum(x[0], 0); }},
    {"sum axis 1, narrow", {{1000000, 3}}, [](In x) { return sum(x[0], 1); }},
    {"mean axis 0", {{1000, 1000}}, [](In x) { return mean(x[0], 0); }},
    {"var axis 0", {{1000, 1000}}, [](In x) { return var(x[0], 0, false, 0); }},
    {"var axis 1", {{1000, 1000}}, [](In x) { return var(x[0], 1, false, 0); }},
    {"std axis 1", {{1000, 1000}}, [](In x) { return stdev(x[0], 1, false, 0); }},
    {"norm axis 1", {{1000, 1000}}, [](In x) { return norm(x[0], 1); }},
    {"logsumexp axis 0", {{1000, 1000}}, [](In x) { return logsumexp(x[0], 0); }},
    {"logsumexp axis 1", {{1000, 1000}}, [](In x) { return logsumexp(x[0], 1); }},
    {"cumsum axis 0", {{1000, 1000}}, [](In x) { return cumsum(x[0], 0); }},
    {"cumsum axis 1", {{1000, 1000}}, [](In x) { return cumsum(x[0], 1); }},
    {"topk 10 axis 1", {{1000, 1000}}, [](In x) { return topk(x[0], 10, 1).values; }},

    {"slice axis 0 step 2", {{1000, 1000}}, [](In x) { return slice(x[0], 0, 0, 1000, 2); }},
    {"slice axis 1 step 2", {{1000, 1000}}, [](In x) { return slice(x[0], 1, 0, 1000, 2); }},
    {"slice columns 100:900", {{1000, 1000}}, [](In x) { return slice(x[0], 1, 100, 900); }},
    {"select a column", {{1000, 1000}}, [](In x) { return select(x[0], 1, 500); }},
    {"concat columns", {many(1000, {1000, 1})}, [](In x) { return concat(x.x, 1); }},
    {"concat narrow parts", {many(3, {100000, 4})}, [](In x) { return concat(x.x, 1); }},
    {"concat rows", {many(1000, {1, 1000})}, [](In x) { return concat(x.x, 0); }},
    {"stack", {many(100, {100, 100})}, [](In x) { return stack(x.x); }},
    {"stack axis -1", {many(100, {100, 100})}, [](In x) { return stack(x.x, -1); }},
    {"transpose", {{1000, 1000}}, [](In x) { return transpose(x[0]); }},
    {"transpose, tall", {{2000, 500}}, [](In x) { return transpose(x[0]); }},
    {"permute 0 2 1",
     {{64, 128, 64}},
     [](In x) {
       return permute(x[0], {0, 2, 1});
     }},
    {"permute 2 1 0",
     {{64, 128, 64}},
     [](In x) {
       return permute(x[0], {2, 1, 0});
     }},
    {"permute 0 2 1 3",
     {{32, 64, 8, 32}},
     [](In x) {
       return permute(x[0], {0, 2, 1, 3});
     }},
    {"reshape, transposed",
     {{1000, 1000}},
     [](In x) {
       return transpose(reshape(x[0], {500, 2000}));
     }},
    {"expand",
     {{1000, 1}},
     [](In x) {
       return expand(x[0], {1000, 1000});
     }},
    {"flip axis 0", {{1000, 1000}}, [](In x) { return flip(x[0], 0); }},
    {"flip axis 1", {{1000, 1000}}, [](In x) { return flip(x[0], 1); }},
    {"tril", {{1000, 1000}}, [](In x) { return tril(x[0]); }},
    {"triu", {{1000, 1000}}, [](In x) { return triu(x[0]); }},
    {"embedding", {{10000, 64}, below(10000, {20000})}, [](In x) { return embedding(x.at, x[0]); }},
    {"gather axis 1", {{1000, 1000}, below(1000, {1000, 1000})}, [](In x) { return gather(x[0], 1, x.at); }},
    {"gather axis 0", {{1000, 1000}, below(1000, {1000, 1000})}, [](In x) { return gather(x[0], 0, x.at); }},
    {"scatter axis 1", {{1000, 1000}, below(1000, {1000, 1}), {1000, 1}}, [](In x) { return scatter(x[0], 1, x.at, x[1]); }},
    {"one_hot", {below(64, {20000})}, [](In x) { return one_hot(x.at, 64); }},
    {"masked_fill", {{1000, 1000}, marks({1000, 1000})}, [](In x) { return masked_fill(x[0], x.mask, -1); }},
    {"where", {{1000, 1000}, {1000, 1000}, marks({1000, 1000})}, [](In x) { return where(x.mask, x[0], x[1]); }},

    {"matmul 4^3, 10000 times", {{10000, 4, 4}, {10000, 4, 4}}, [](In x) { return matmul(x[0], x[1]); }},
    {"matmul 16^3, 1000 times", {{1000, 16, 16}, {1000, 16, 16}}, [](In x) { return matmul(x[0], x[1]); }},
    {"matrix by vector", {{1000, 1000}, {1000}}, [](In x) { return matmul(x[0], x[1]); }},
    {"vector by matrix", {{1000}, {1000, 1000}}, [](In x) { return matmul(x[0], x[1]); }},
    {"vector by vector", {{1000000}, {1000000}}, [](In x) { return matmul(x[0], x[1]); }},
    {"matmul, tall", {{100000, 8}, {8, 8}}, [](In x) { return matmul(x[0], x[1]); }},
    {"matmul 64^3", {{64, 64}, {64, 64}}, [](In x) { return matmul(x[0], x[1]); }},
    {"matmul 1000^3", {{1000, 1000}, {1000, 1000}}, [](In x) { return matmul(x[0], x[1]); }},
    {"conv1d", {{16, 32, 256}, {64, 32, 5}}, [](In x) { return conv1d(x[0], x[1]); }},
    {"conv2d", {{8, 8, 64, 64}, {16, 8, 3, 3}}, [](In x) { return conv2d(x[0], x[1]); }},

    {"add", {{1000, 1000}, {1000, 1000}}, [](In x) { return x[0] + x[1]; }},
    {"add a row", {{1000, 1000}, {1000}}, [](In x) { return x[0] + x[1]; }},
    {"add a column", {{1000, 1000}, {1000, 1}}, [](In x) { return x[0] + x[1]; }},
    {"add rows of 4", {{250000, 4}, {4}}, [](In x) { return x[0] + x[1]; }},
    {"sub a number", {{1000, 1000}}, [](In x) { return x[0] - 1.5; }},
    {"mul", {{1000, 1000}, {1000, 1000}}, [](In x) { return x[0] * x[1]; }},
    {"div", {{1000, 1000}, positive({1000, 1000})}, [](In x) { return x[0] / x[1]; }},
    {"maximum", {{1000, 1000}, {1000, 1000}}, [](In x) { return maximum(x[0], x[1]); }},
    {"minimum", {{1000, 1000}, {1000, 1000}}, [](In x) { return minimum(x[0], x[1]); }},
    {"pow 1.5", {positive({1000, 1000})}, [](In x) { return pow(x[0], 1.5); }},
    {"pow 2", {{1000, 1000}}, [](In x) { return pow(x[0], 2.0); }},
    {"pow 3", {{1000, 1000}}, [](In x) { return pow(x[0], 3.0); }},
    {"pow 0.7", {positive({1000, 1000})}, [](In x) { return pow(x[0], 0.7); }},
    {"pow of tensors", {positive({1000, 1000}), {1000, 1000}}, [](In x) { return pow(x[0], x[1]); }},

    {"exp", {{1000, 1000}}, [](In x) { return exp(x[0]); }},
    {"log", {positive({1000, 1000})}, [](In x) { return log(x[0]); }},
    {"log1p", {positive({1000, 1000})}, [](In x) { return log1p(x[0]); }},
    {"sqrt", {positive({1000, 1000})}, [](In x) { return sqrt(x[0]); }},
    {"abs", {{1000, 1000}}, [](In x) { return abs(x[0]); }},
    {"sin", {{1000, 1000}}, [](In x) { return sin(x[0]); }},
    {"cos", {{1000, 1000}}, [](In x) { return cos(x[0]); }},
    {"clamp", {{1000, 1000}}, [](In x) { return clamp(x[0], -1, 1); }},
    {"tanh", {{1000, 1000}}, [](In x) { return tanh(x[0]); }},
    {"sigmoid", {{1000, 1000}}, [](In x) { return sigmoid(x[0]); }},
    {"relu", {{1000, 1000}}, [](In x) { return relu(x[0]); }},
    {"leaky_relu", {{1000, 1000}}, [](In x) { return leaky_relu(x[0]); }},
    {"silu", {{1000, 1000}}, [](In x) { return silu(x[0]); }},
    {"softplus", {{1000, 1000}}, [](In x) { return softplus(x[0]); }},
    {"gelu, tanh", {{1000, 1000}}, [](In x) { return gelu(x[0], Gelu::tanh); }},

    {"softmax axis 0", {{1000, 1000}}, [](In x) { return softmax(x[0], 0); }},
    {"softmax axis 1", {{1000, 1000}}, [](In x) { return softmax(x[0], 1); }},
    {"softmax of rows of 4", {{250000, 4}}, [](In x) { return softmax(x[0], 1); }},
    {"log_softmax axis 0", {{1000, 1000}}, [](In x) { return log_softmax(x[0], 0); }},
    {"log_softmax axis 1", {{1000, 1000}}, [](In x) { return log_softmax(x[0], 1); }},
    {"layer_norm", {{1000, 1000}, {1000}, {1000}}, [](In x) { return layer_norm(x[0], {1000}, x[1], x[2]); }},
    {"layer_norm of rows of 4", {{250000, 4}, {4}, {4}}, [](In x) { return layer_norm(x[0], {4}, x[1], x[2]); }},
};
// clang-format on

/// A number in [0, 1) that looks drawn, from its place alone: the same in both languages, to the last bit.
double drawn(std::uint32_t place, std::uint32_t operand) {
  std::uint32_t h = place + operand * 0x9E3779B9U;
  h = (h ^ h >> 16) * 0x85EBCA6BU;
  h = (h ^ h >> 13) * 0xC2B2AE35U;
  return static_cast<double>((h ^ h >> 16) >> 8) / (1 << 24);
}

Inputs make(const std::vector<Operand>& operands) {
  Inputs made;
  std::uint32_t number = 0;
  for (const Operand& operand : operands)
    for (Index copy = 0; copy < operand.copies; ++copy, ++number) {
      std::vector<Scalar> values(static_cast<std::size_t>(operand.shape.count()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = operand.low + (operand.high - operand.low) * drawn(static_cast<std::uint32_t>(i), number);
        values[i] = static_cast<Scalar>(operand.kind == Kind::numbers ? value : std::floor(value));
      }
      if (operand.kind == Kind::numbers) made.x.push_back(tensor(operand.shape, values));
      else if (operand.kind == Kind::indices) made.at = Indices(operand.shape, std::vector<Index>(values.begin(), values.end()));
      else made.mask = Mask(operand.shape, std::vector<std::uint8_t>(values.begin(), values.end()));
    }
  return made;
}

/// How many numbers, their sum, the sum of their sizes, and a sum in which each has a weight of its own, so that order counts.
template <class T>
std::string fingerprint(const T* numbers, Index count) {
  double sum = 0, sizes = 0, weighted = 0;
  for (Index i = 0; i < count; ++i) {
    const double number = static_cast<double>(numbers[i]);
    sum += number;
    sizes += std::abs(number);
    weighted += number * drawn(static_cast<std::uint32_t>(i), 99);
  }
  char text[120];
  std::snprintf(text, sizeof text, "%td %.17g %.17g %.17g", count, sum, sizes, weighted);
  return text;
}

std::string fingerprint(const Result& result) {
  if (const Tensor* tensor = std::get_if<Tensor>(&result)) return fingerprint(tensor->data(), tensor->size());
  const Indices& indices = std::get<Indices>(result);
  return fingerprint(indices.values.data(), static_cast<Index>(indices.values.size()));
}

}  // namespace

/// Says the names, then answers: "start ROW" with the fingerprint of its result, "time N" with the seconds of processor time that N
/// runs of it take.
int main() {
  NoGrad no_graph;
  kernels::set_threads(1);
  for (const Row& row : rows) std::cout << row.name << "\n";
  std::cout << std::endl;
  const Row* row = nullptr;
  Inputs inputs;
  std::string command;
  for (std::size_t number; std::cin >> command >> number;) {
    if (command == "start") {
      row = &rows.at(number);
      inputs = make(row->operands);
      std::cout << fingerprint(row->run(inputs)) << std::endl;
    } else {
      const std::clock_t start = std::clock();
      for (std::size_t i = 0; i < number; ++i) row->run(inputs);
      std::cout << static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC << std::endl;
    }
  }
}
