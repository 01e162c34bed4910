#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/picture.h>
#include <qkv/show/table.h>

#include "bytes.h"
#include "model.h"
#include "rows.h"

namespace {

void a_file_byte_by_byte(show::Lesson& lesson, const Folder& folder) {
  lesson.section("A file, byte by byte");
  lesson.say(
      "A program trained a model; another one is to use it. Between them lies a file of names and numbers. Here is one tensor in the "
      "format safetensors: 8 bytes that say how long the header is, the header, the numbers.");
  const Tensor w = tensor({1, -2, 0.5});
  io::save_safetensors(folder / "w", {{"w", w}});
  const std::string bytes = bytes_of(folder / "w");
  const std::size_t header = static_cast<unsigned char>(bytes[0]);
  lesson.name_columns(10);
  lesson.show("w", w);
  lesson.show("length", hex(bytes.substr(0, 8)) + " = " + std::to_string(header));
  lesson.show("header", bytes.substr(8, bytes.rfind('}') - 7));
  lesson.show("numbers", hex(bytes.substr(8 + header)));
  lesson.show("in all", std::to_string(bytes.size()) + " bytes");
}

void sixteen_bits(show::Lesson& lesson, const Folder& folder) {
  lesson.section("Sixteen bits", "sign, exponent, fraction");
  lesson.say(
      "Files that one downloads mostly have 16 bits a number. F16 spends 5 bits on the exponent and 10 on the fraction; BF16 spends 8 and "
      "7. What is read back:");
  const Tensor x = tensor({1.0 / 3, 0.1, 1, 1000.7, 65504, 1e-6, 1e-9});
  show::Table table({"number", "F16", "BF16", "error of F16", "error of BF16"});
  io::save_safetensors(folder / "half", {{"x", x}}, {}, io::Precision::half);
  io::save_safetensors(folder / "bfloat", {{"x", x}}, {}, io::Precision::bfloat);
  const Tensor half = io::Safetensors(folder / "half").tensor("x"), bfloat = io::Safetensors(folder / "bfloat").tensor("x");
  const auto text = [](double number) { return number < 1e-3 ? show::scientific(number, 3) : show::number(number, 6); };
  for (Index i = 0; i < x.size(0); ++i) {
    const double number = x.at({i}), in_half = half.at({i}), in_bfloat = bfloat.at({i});
    table.add_row({text(number), text(in_half), text(in_bfloat), show::scientific(std::abs(in_half / number - 1)),
                   show::scientific(std::abs(in_bfloat / number - 1))});
  }
  lesson.show(table);
  lesson.name_columns(16);
  lesson.show("1/3 as F16", bits_of(bytes_of(folder / "half"), 7, 5));
  lesson.show("1/3 as BF16", bits_of(bytes_of(folder / "bfloat"), 7, 8));
  lesson.show_error("70,000 as F16", [&] { io::save_safetensors("f", {{"x", tensor({70000})}}, {}, io::Precision::half); });
}

io::Safetensors names_that_do_not_fit(show::Lesson& lesson, const Folder& folder, Model& model) {
  lesson.section("Names that do not fit");
  lesson.say(
      "PyTorch wrote this file: an nn.Transformer and an nn.LSTM, in half precision. As with most files from elsewhere, a wrapper has put "
      "a prefix before every name, one tensor is missing and others are surplus. All or nothing, which is the rule of load(), is no help "
      "here; load_weights() takes what fits and says what did not.");
  const io::Safetensors file = file_from_pytorch(folder);
  lesson.name_columns(20);
  lesson.show("tensors in the file", file.names().size());
  lesson.show("the first", file.names()[0] + ", " + file.dtype(file.names()[0]) + " " + file.shape(file.names()[0]).text());
  lesson.show("in the model", model.named_parameters()[0].first);
  const std::string prefix = io::find_prefix(model, file);
  const io::LoadedWeights loaded = io::load_weights(model, file, prefix);
  lesson.show("prefix found", prefix);
  lesson.show("loaded", loaded.loaded.size());
  for (const std::string& name : loaded.missing) lesson.show("missing", name);
  for (const std::string& name : loaded.surplus) lesson.show("surplus", name);
  lesson.show("outside the prefix", loaded.outside.size());
  return file;
}

void a_model_from_pytorch(show::Lesson& lesson, const io::Safetensors& file, Model& model) {
  lesson.section("A model from PyTorch");
  lesson.say(
      "In the file lie also an input for each network and PyTorch's outputs. The missing bias is 0 in PyTorch's model and in ours (that "
      "is how a norm starts), so nothing is lost. Do both compute the same?");
  if (lesson.broken("gates"))
    for (auto& [name, tensor] : model.lstm.named_parameters()) Tensor(tensor).copy_from(reordered(tensor.clone(), {0, 2, 3, 1}));
  const Answers ours = answers(model, file), theirs = answers_in(file);
  lesson.show("row 0", select(select(ours.transformer, 0, 0), 0, 0));
  lesson.show("PyTorch", select(select(theirs.transformer, 0, 0), 0, 0));
  lesson.compare("nn.Transformer", ours.transformer, theirs.transformer, 1e-6);
  lesson.compare("nn.LSTM", ours.lstm, theirs.lstm, 1e-6);
}

void there_and_back(show::Lesson& lesson, const Folder& folder) {
  lesson.section("There and back");
  double largest = 0;
  for (std::uint64_t seed = lesson.seed(); seed < lesson.seed() + 10; ++seed) {
    Rng rng(seed);
    const Model model(rng);
    Model other(rng);
    io::save_safetensors(folder / "model", model.named_parameters());
    other.load(io::load_safetensors(folder / "model"));
    const Tensor src = randn({2, 5, 8}, rng), tgt = randn({2, 4, 8}, rng), steps = randn({2, 6, 3}, rng);
    const Answers before = answers(model, src, tgt, steps), after = answers(other, src, tgt, steps);
    largest = std::max(largest, largest_difference(before, after));
    if (seed != lesson.seed() || lesson.out_dir().empty()) continue;
    io::Named all{{"input.src", src},
                  {"input.tgt", tgt},
                  {"input.steps", steps},
                  {"output.transformer", before.transformer},
                  {"output.lstm", before.lstm}};
    for (const auto& [name, tensor] : model.named_parameters()) all.emplace_back("model." + name, tensor);
    io::save_safetensors(lesson.out_dir() + "/71_to_pytorch.safetensors", all);
  }
  lesson.say(
      "Ten models, each with its own seed, are written in full precision and read into another model. With --out DIR, the first of them "
      "also goes to DIR, for in_pytorch.py to read with PyTorch, change, and write back.");
  lesson.name_columns(32);
  lesson.show("largest difference of an answer", show::number(largest, 10));
  if (lesson.file("from").empty()) return;
  const io::Safetensors file(lesson.file("from"));
  Rng rng;
  Model model(rng);
  io::load_weights(model, file, io::find_prefix(model, file));
  const Answers ours = answers(model, file), theirs = answers_in(file);
  lesson.say("The file that you gave, " + lesson.file("from") + ":");
  lesson.compare("nn.Transformer", ours.transformer, theirs.transformer, 1e-6);
  lesson.compare("nn.LSTM", ours.lstm, theirs.lstm, 1e-6);
}

void what_a_file_does_not_say(show::Lesson& lesson, const io::Safetensors& file, const Model& model) {
  lesson.section("What a file does not say");
  lesson.say("Another program reads the same weights, and makes one mistake. Is it noticed, and if not, how far off are the answers?");
  show::Table table({"mistake", "load() says", "largest difference of an answer"});
  for (const Mistake& mistake : mistakes()) {
    const auto [message, difference] = commit(mistake, model, file);
    const std::string kind = message.find("wrong shape") != std::string::npos ? "wrong shape" : message.empty() ? "nothing" : "missing";
    table.add_row({mistake.what, kind, message.empty() ? show::number(difference, 3) : ""});
  }
  lesson.show(table);
}

void half_the_bytes(show::Lesson& lesson, const Folder& folder) {
  lesson.section("Half the bytes");
  const Pictures pictures(lesson.quick());
  if (pictures.test.generated) lesson.say("lesson 71: " + pictures.test.source);
  lesson.say(
      "Two models learn Fashion-MNIST row by row, are written in three ways, read, and asked again about pictures they never saw. How "
      "large is the largest change of a weight (relative, of weights above 0.0001)? How many answers in a hundred are other ones? Median "
      "of "
      "the seeds and range:");
  show::Table table({"model", "file", "bytes", "change", "accuracy", "% other answers"});
  const std::vector<Run> lstm = keep<LstmReader>(lesson, pictures, folder / "kept", "LSTM", table),
                         attention = keep<AttentionReader>(lesson, pictures, folder / "kept", "attention", table);
  lesson.show(table);
  lesson.name_columns(16);
  lesson.show("pictures asked", pictures.test.images.size(0));
  lesson.show("seeds", lesson.seeds());
  lesson.say("And how far could one go? The same with fewer and fewer bits of fraction, on the first 1,000 pictures; the medians:");
  const show::Series series[] = {over_bits("LSTM", lstm, &Run::other), over_bits("attention", attention, &Run::other),
                                 over_bits("", lstm, &Run::accuracy), over_bits("", attention, &Run::accuracy)};
  show::Table fewer({"bits of fraction", "LSTM, % other", "accuracy", "attention, % other", "accuracy"});
  for (std::size_t b = 0; b < fraction_bits.size(); ++b)
    fewer.add_row({std::to_string(fraction_bits[b]), show::number(series[0].y[b], 1), show::number(series[2].y[b], 2),
                   show::number(series[1].y[b], 1), show::number(series[3].y[b], 2)});
  lesson.show(fewer);
  lesson.save("bits",
              show::draw(show::LineChart{"Weights with fewer bits", "bits of fraction", "% other answers", {series[0], series[1]}}));
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "A file of weights is a list of names, shapes and numbers, and nothing else. What the numbers mean (how many heads, where the norm "
      "stands, in which order the gates come) lives in the program. So loading without an error proves little: compare an output.");
}

void lesson_body(show::Lesson& lesson) {
  const Folder folder;
  Rng rng(lesson.seed());
  Model model(rng);
  a_file_byte_by_byte(lesson, folder);
  sixteen_bits(lesson, folder);
  const io::Safetensors file = names_that_do_not_fit(lesson, folder, model);
  a_model_from_pytorch(lesson, file, model);
  there_and_back(lesson, folder);
  what_a_file_does_not_say(lesson, file, model);
  half_the_bytes(lesson, folder);
  what_to_notice(lesson);
}

const show::LessonInfo info{"71",
                            "Files",
                            "模型文件",
                            "《资源分配》, 《专注力》, 《分析与预测》, 《认知平衡》 §7.2",
                            "Weights in a file, byte by byte; a Transformer and an LSTM from PyTorch and back; what half precision costs, "
                            "and what a file does not say.",
                            {{"gates", "the gates of the LSTM are taken in another order"}},
                            10,
                            {{"from", "a file that in_pytorch.py wrote, to be compared"}}};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
