#include <qkv/ostream.h>
#include <qkv/tensor/check.h>

#include <ostream>

namespace qkv {
namespace {

/// "name" and then "  part: value" on lines of their own; what the value prints is set off if it takes several lines.
class Parts {
 public:
  Parts(std::ostream& out, const char* name) : out_(out) { out << name; }
  template <class Value>
  Parts& operator()(const char* part, const Value& value) {
    out_ << "\n  " << part << ": " << printable(value);
    return *this;
  }
  Parts& operator()(const char* part, bool value) { return (*this)(part, value ? "yes" : "no"); }
  Parts& operator()(const char* part, Flag value) { return (*this)(part, value ? "yes" : "no"); }
  Parts& operator()(const char* part, const Tensor& x) {
    out_ << "\n  " << part;
    if (x.defined()) out_ << ' ' << x.shape() << '\n' << x;
    else out_ << ": none";
    return *this;
  }
  Parts& operator()(const char* part, const Mask& mask) {
    out_ << "\n  " << part;
    if (mask.empty()) out_ << ": none";
    else out_ << '\n' << mask;
    return *this;
  }
  operator std::ostream&() { return out_; }

 private:
  std::ostream& out_;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Attended& x) { return Parts(out, "Attended")("output", x.output)("weights", x.weights); }
std::ostream& operator<<(std::ostream& out, const AttentionOptions& x) {
  return Parts(out, "AttentionOptions")("mask", x.mask)("bias", x.bias)("scale", x.scale)("causal", x.causal)(
      "need_weights", x.need_weights)("dropout", x.dropout);
}
std::ostream& operator<<(std::ostream& out, const CellWeights& x) {
  return Parts(out, "CellWeights")("weight_ih", x.weight_ih)("weight_hh", x.weight_hh)("bias_ih", x.bias_ih)("bias_hh", x.bias_hh);
}
std::ostream& operator<<(std::ostream& out, const CrossEntropyOptions& x) {
  return Parts(out, "CrossEntropyOptions")("ignore_index", x.ignore_index)("label_smoothing", x.label_smoothing)("reduction", x.reduction)(
      "weight", x.weight);
}
std::ostream& operator<<(std::ostream& out, const BinaryCrossEntropyOptions& x) {
  return Parts(out, "BinaryCrossEntropyOptions")("reduction", x.reduction)("weight", x.weight)("pos_weight", x.pos_weight);
}
std::ostream& operator<<(std::ostream& out, const TopK& x) { return Parts(out, "TopK")("values", x.values)("indices", x.indices); }
std::ostream& operator<<(std::ostream& out, const HeightWidth& x) { return out << '(' << x.height << ", " << x.width << ')'; }
std::ostream& operator<<(std::ostream& out, Nonlinearity x) { return out << (x == Nonlinearity::tanh ? "tanh" : "relu"); }
std::ostream& operator<<(std::ostream& out, Gelu x) { return out << (x == Gelu::erf ? "erf" : "tanh"); }
std::ostream& operator<<(std::ostream& out, Reduction x) {
  return out << (x == Reduction::mean ? "mean" : x == Reduction::sum ? "sum" : "none");
}

namespace nn {

std::ostream& operator<<(std::ostream& out, const RNNOutput& x) { return Parts(out, "RNNOutput")("output", x.output)("h_n", x.h_n); }
std::ostream& operator<<(std::ostream& out, const LSTMOutput& x) {
  return Parts(out, "LSTMOutput")("output", x.output)("h_n", x.h_n)("c_n", x.c_n);
}
std::ostream& operator<<(std::ostream& out, const LSTMState& x) { return Parts(out, "LSTMState")("h", x.h)("c", x.c); }
std::ostream& operator<<(std::ostream& out, const RecurrentOptions& x) {
  return Parts(out, "RecurrentOptions")("num_layers", x.num_layers)("bias", x.bias)("batch_first", x.batch_first)(
      "bidirectional", x.bidirectional)("nonlinearity", x.nonlinearity);
}
std::ostream& operator<<(std::ostream& out, const MultiheadAttentionOptions& x) {
  return Parts(out, "MultiheadAttentionOptions")("bias", x.bias)("kdim", x.kdim)("vdim", x.vdim)("batch_first", x.batch_first)("dropout",
                                                                                                                               x.dropout);
}
std::ostream& operator<<(std::ostream& out, const MultiheadMasks& x) {
  return Parts(out, "MultiheadMasks")("key_padding", x.key_padding)("attn", x.attn)("need_weights", x.need_weights)("average_weights",
                                                                                                                    x.average_weights);
}
std::ostream& operator<<(std::ostream& out, const KeyValueCache& x) {
  return Parts(out, "KeyValueCache")("keys", x.keys)("values", x.values);
}
std::ostream& operator<<(std::ostream& out, const DecoderLayerCache& x) {
  return out << "DecoderLayerCache: " << x.written.length() << " positions written, " << x.memory.length() << " of memory";
}
std::ostream& operator<<(std::ostream& out, const TransformerCache& x) {
  out << "TransformerCache: " << x.layers.size() << " layers";
  if (!x.layers.empty())
    out << ", " << x.layers[0].written.length() << " positions written, " << x.layers[0].memory.length() << " of memory";
  return out;
}
std::ostream& operator<<(std::ostream& out, const Hypothesis& x) {
  return out << "Hypothesis of " << x.marks.size() << " marks, log_p " << printable(x.log_p) << ", score " << printable(x.score)
             << (x.finished ? ", finished" : "");
}
std::ostream& operator<<(std::ostream& out, const BeamOptions& x) {
  return Parts(out, "BeamOptions")("beam", x.beam)("end", x.end)("length_penalty", x.length_penalty);
}
std::ostream& operator<<(std::ostream& out, const Conv1dOptions& x) {
  return Parts(out, "Conv1dOptions")("stride", x.stride)("padding", x.padding)("dilation", x.dilation)("groups", x.groups)("bias", x.bias);
}
std::ostream& operator<<(std::ostream& out, const Conv2dOptions& x) {
  return Parts(out, "Conv2dOptions")("stride", x.stride)("padding", x.padding)("dilation", x.dilation)("groups", x.groups)("bias", x.bias);
}
std::ostream& operator<<(std::ostream& out, const TransformerOptions& x) {
  return Parts(out, "TransformerOptions")("dropout", x.dropout)("activation", x.activation)("norm_first", x.norm_first)(
      "batch_first", x.batch_first)("eps", x.eps);
}
std::ostream& operator<<(std::ostream& out, const TransformerMasks& x) {
  return Parts(out, "TransformerMasks")("src_key_padding", x.src_key_padding)("tgt", x.tgt)("tgt_key_padding", x.tgt_key_padding)(
      "memory_key_padding", x.memory_key_padding)("src", x.src)("memory", x.memory);
}
std::ostream& operator<<(std::ostream& out, const Dropout& x) { return Parts(out, "Dropout")("p", x.p); }
std::ostream& operator<<(std::ostream& out, Activation x) { return out << (x == Activation::relu ? "relu" : "gelu"); }
std::ostream& operator<<(std::ostream& out, RotaryLayout x) { return out << (x == RotaryLayout::interleaved ? "interleaved" : "half"); }

}  // namespace nn

namespace datasets {

std::ostream& operator<<(std::ostream& out, const ClassScore& x) {
  return out << "precision " << printable(x.precision) << ", recall " << printable(x.recall) << ", F1 " << printable(x.f1) << ", of "
             << x.count;
}
std::ostream& operator<<(std::ostream& out, const Found& x) {
  return out << (x.right ? "right, " : "wrong, ") << printable(x.confidence) << " sure";
}
std::ostream& operator<<(std::ostream& out, const WordWeight& x) {
  return out << "word " << x.word << ", " << x.count << " times: " << printable(x.times_fair) << " times its fair share";
}
std::ostream& operator<<(std::ostream& out, Part x) { return out << (x == Part::train ? "train" : "test"); }

}  // namespace datasets

namespace show {

std::ostream& operator<<(std::ostream& out, Align x) { return out << (x == Align::left ? "left" : x == Align::right ? "right" : "centre"); }
std::ostream& operator<<(std::ostream& out, Palette x) {
  return out << (x == Palette::none ? "none" : x == Palette::colours_256 ? "256 colours" : "24-bit colours");
}
std::ostream& operator<<(std::ostream& out, const Break& x) { return out << "--break=" << x.name << ": " << x.effect; }
std::ostream& operator<<(std::ostream& out, const FileOption& x) { return out << "--" << x.name << " FILE: " << x.purpose; }
std::ostream& operator<<(std::ostream& out, const LessonInfo& x) {
  return out << "lesson " << x.number << ", " << x.title << ", " << x.breaks.size() << " breaks";
}
std::ostream& operator<<(std::ostream& out, const Point& x) { return out << '(' << printable(x.x) << ", " << printable(x.y) << ')'; }
std::ostream& operator<<(std::ostream& out, const Picture& x) { return out << "a picture, " << x.width() << " x " << x.height() << '\n'; }
std::ostream& operator<<(std::ostream& out, const Pen& x) {
  return out << (x.dashed ? "a dashed pen" : "a pen") << " of " << printable(x.width) << ", " << x.colour;
}
std::ostream& operator<<(std::ostream& out, const Fill& x) {
  return out << "filled with " << x.colour << ", opacity " << printable(x.opacity);
}
std::ostream& operator<<(std::ostream& out, const Font& x) {
  return out << "a font of " << printable(x.size) << ", " << x.colour << ", " << x.align << (x.bold ? ", bold" : "")
             << (x.upwards ? ", upwards" : "");
}
std::ostream& operator<<(std::ostream& out, const GraphNode& x) {
  out << x.name << " = " << x.value;
  if (!x.gradient.empty()) out << ", gradient " << x.gradient;
  if (!x.operation.empty()) out << ", " << x.operation << " of";
  for (std::size_t from : x.from) out << ' ' << from;
  return out;
}
std::ostream& operator<<(std::ostream& out, const Series& x) {
  out << "Series '" << x.name << "', " << x.y.size() << " points";
  for (std::size_t i = 0; i < x.y.size() && i < x.x.size(); ++i) {
    out << (i ? ", " : ": ") << Point{x.x[i], x.y[i]};
    if (i < x.low.size() && i < x.high.size()) out << " in [" << printable(x.low[i]) << ", " << printable(x.high[i]) << ']';
  }
  return out;
}

}  // namespace show
}  // namespace qkv
