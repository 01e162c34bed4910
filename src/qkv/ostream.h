#pragma once
#include <qkv/datasets/fashion_mnist.h>
#include <qkv/datasets/metrics.h>
#include <qkv/datasets/text.h>
#include <qkv/nn/attention.h>
#include <qkv/nn/convolution.h>
#include <qkv/nn/decode.h>
#include <qkv/nn/norm.h>
#include <qkv/nn/position.h>
#include <qkv/nn/recurrent.h>
#include <qkv/nn/recurrent_steps.h>
#include <qkv/nn/transformer.h>
#include <qkv/ops/activation.h>
#include <qkv/ops/convolution.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/order.h>
#include <qkv/show/chart.h>
#include <qkv/show/colour.h>
#include <qkv/show/graph_picture.h>
#include <qkv/show/lesson.h>

// For notebooks: printing for types whose own header declares none. It prints the name, then a line for each part.

namespace qkv {

std::ostream& operator<<(std::ostream& out, const Attended& x);
std::ostream& operator<<(std::ostream& out, const AttentionOptions& x);
std::ostream& operator<<(std::ostream& out, const CellWeights& x);
std::ostream& operator<<(std::ostream& out, const CrossEntropyOptions& x);
std::ostream& operator<<(std::ostream& out, const BinaryCrossEntropyOptions& x);
std::ostream& operator<<(std::ostream& out, const TopK& x);
std::ostream& operator<<(std::ostream& out, const HeightWidth& x);
std::ostream& operator<<(std::ostream& out, Nonlinearity x);
std::ostream& operator<<(std::ostream& out, Gelu x);
std::ostream& operator<<(std::ostream& out, Reduction x);

namespace nn {

std::ostream& operator<<(std::ostream& out, const RNNOutput& x);
std::ostream& operator<<(std::ostream& out, const LSTMOutput& x);
std::ostream& operator<<(std::ostream& out, const LSTMState& x);
std::ostream& operator<<(std::ostream& out, const RecurrentOptions& x);
std::ostream& operator<<(std::ostream& out, const MultiheadAttentionOptions& x);
std::ostream& operator<<(std::ostream& out, const MultiheadMasks& x);
std::ostream& operator<<(std::ostream& out, const KeyValueCache& x);
std::ostream& operator<<(std::ostream& out, const DecoderLayerCache& x);
std::ostream& operator<<(std::ostream& out, const TransformerCache& x);
std::ostream& operator<<(std::ostream& out, const Hypothesis& x);
std::ostream& operator<<(std::ostream& out, const BeamOptions& x);
std::ostream& operator<<(std::ostream& out, const Conv1dOptions& x);
std::ostream& operator<<(std::ostream& out, const Conv2dOptions& x);
std::ostream& operator<<(std::ostream& out, const TransformerOptions& x);
std::ostream& operator<<(std::ostream& out, const TransformerMasks& x);
std::ostream& operator<<(std::ostream& out, const Dropout& x);
std::ostream& operator<<(std::ostream& out, Activation x);
std::ostream& operator<<(std::ostream& out, RotaryLayout x);

}  // namespace nn

namespace datasets {

std::ostream& operator<<(std::ostream& out, const ClassScore& x);
std::ostream& operator<<(std::ostream& out, const Found& x);
std::ostream& operator<<(std::ostream& out, const WordWeight& x);
std::ostream& operator<<(std::ostream& out, Part x);

}  // namespace datasets

namespace show {

std::ostream& operator<<(std::ostream& out, Align x);
std::ostream& operator<<(std::ostream& out, Palette x);
std::ostream& operator<<(std::ostream& out, const Break& x);
std::ostream& operator<<(std::ostream& out, const FileOption& x);
std::ostream& operator<<(std::ostream& out, const LessonInfo& x);
std::ostream& operator<<(std::ostream& out, const Point& x);
std::ostream& operator<<(std::ostream& out, const Picture& x);
std::ostream& operator<<(std::ostream& out, const Pen& x);
std::ostream& operator<<(std::ostream& out, const Fill& x);
std::ostream& operator<<(std::ostream& out, const Font& x);
std::ostream& operator<<(std::ostream& out, const GraphNode& x);
std::ostream& operator<<(std::ostream& out, const Series& x);

}  // namespace show
}  // namespace qkv
