// What C++ would quietly turn into something else does not compile, and what should compile does. Nothing of this runs.

#include <qkv/qkv.h>

#include <type_traits>

using namespace qkv;

namespace {

template <class Call>
constexpr bool works(Call) {
  return std::is_invocable<Call, Tensor&>::value;
}

}  // namespace

// An expression in x, a Tensor.
#define COMPILES(...) static_assert(works([](auto& x) -> decltype(void(__VA_ARGS__)) {}), #__VA_ARGS__)
#define IS_REFUSED(...) static_assert(!works([](auto& x) -> decltype(void(__VA_ARGS__)) {}), #__VA_ARGS__)

// An axis is a whole number.
COMPILES(softmax(x, 1));
COMPILES(softmax(x, std::size_t{1}));
COMPILES(x.softmax(-1));
COMPILES(x.transpose(0, 1));
IS_REFUSED(softmax(x, 0.5));
IS_REFUSED(softmax(x, true));
IS_REFUSED(softmax(x, 'a' == 'b'));
IS_REFUSED(softmax(x, {}));
IS_REFUSED(cumsum(x, 1.0));
IS_REFUSED(argmin(x, 0.0));
IS_REFUSED(topk(x, 1.5));
IS_REFUSED(tril(x, 0.5));
IS_REFUSED(x.transpose(0.5, 1));
IS_REFUSED(select(x, 0, 0.5));
IS_REFUSED(chunk(x, 2.0, 0));

// Axes are one or several, and never none by accident.
COMPILES(sum(x, 0));
COMPILES(sum(x, {0, 1}));
COMPILES(sum(x, std::vector<Index>{}));
COMPILES(sum(x, Axes{0}, true));
COMPILES(x.mean({0, -1}, true));
COMPILES(flip(x, {0, 1}));
IS_REFUSED(sum(x, {}));
IS_REFUSED(x.sum({}));
IS_REFUSED(flip(x, {}));
IS_REFUSED(norm(x, {}));
IS_REFUSED(sum(x, true));
IS_REFUSED(mean(x, true));
IS_REFUSED(max(x, 0.5));
IS_REFUSED(min(x, false));
IS_REFUSED(x.norm(true));
static_assert(!std::is_default_constructible<Axes>::value, "Axes{}");
// x[0] is a result, not a place in x: what is assigned to it would be lost.
static_assert(!std::is_assignable<Tensor, Tensor>::value && std::is_assignable<Tensor&, Tensor>::value, "x[0] = y");
IS_REFUSED(x[0] += 1);
IS_REFUSED(x[0] *= x);
COMPILES(x += 1);
static_assert(!std::is_default_constructible<Integer>::value, "Integer{}");

// A flag is yes or no: NumPy's sum(x, (0, 1)) is not sum(x, 0, 1).
COMPILES(sum(x, 0, true));
COMPILES(x.requires_grad(true));
IS_REFUSED(sum(x, 0, 1));
IS_REFUSED(mean(x, 0, 1));
IS_REFUSED(max(x, 0, 1.0));
IS_REFUSED(sum(x, 0, {}));
IS_REFUSED(x.requires_grad(1));

// The correction of a variance is not an axis, and no axis is a correction.
COMPILES(var(x, 0, false, 0));
COMPILES(x.std({0, 1}, true, 1.5));
IS_REFUSED(var(x, 0.5));
IS_REFUSED(stdev(x, 0, 0));

// One number of two for an image.
COMPILES(conv2d(x, x, x, 2, {1, 0}));
COMPILES(conv2d(x, x, {}, 1, 0, 1, 2));
COMPILES(unfold(x, {2, 3}));
IS_REFUSED(conv2d(x, x, x, 0.5));
IS_REFUSED(conv2d(x, x, x, true));
IS_REFUSED(conv1d(x, x, x, {1, 2}));
IS_REFUSED(unfold(x, {}));

COMPILES(x[0]);
COMPILES(x[-1]);
IS_REFUSED(x[0.5]);
IS_REFUSED(x[true]);
IS_REFUSED(x[{0, 1}]);

COMPILES(x.backward());
COMPILES(x.backward(Graph::keep));
COMPILES(x.backward(ones({2}), Graph::keep));
IS_REFUSED(x.backward(true));
IS_REFUSED(x.backward(ones({2}), true));

// Numbers become tensors, marks do not become numbers.
COMPILES(2 * x - 1.5f);
COMPILES(x > 0);
COMPILES(1 <= x);
COMPILES(x == x);
COMPILES(where((x > 0) & ~(x == 1), x, 0));
IS_REFUSED(x + true);
IS_REFUSED(x < false);
IS_REFUSED((x > 0) && (x < 1));
IS_REFUSED(!(x > 0));
IS_REFUSED(x == nullptr);
IS_REFUSED(where(true, x, 0));
static_assert(!std::is_constructible<bool, Mask>::value, "if (x == y)");
static_assert(!std::is_constructible<bool, Tensor>::value, "if (x)");

// A parameter keeps its numbers' place.
static_assert(!std::is_assignable<Parameter&, Tensor>::value, "weight = other");
