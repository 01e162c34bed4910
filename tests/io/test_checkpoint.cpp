#include "child.h"
#include "scratch.h"

#include <qkv/datasets/recall.h>
#include <qkv/io/checkpoint.h>
#include <qkv/io/resumable.h>
#include <qkv/io/safetensors.h>
#include <qkv/nn/linear.h>
#include <qkv/nn/norm.h>
#include <qkv/nn/recurrent.h>
#include <qkv/ops/loss.h>
#include <qkv/ops/shape.h>
#include <qkv/optim/rules.h>
#include <qkv/optim/schedule.h>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

using namespace qkv;
using scratch::error_of;

namespace {

/// A small model on the recall task, with whatever a step can depend on: batches and dropout by one generator, Adam, a schedule.
struct Training : nn::Module {
  Rng rng;
  nn::GRU gru;
  nn::Dropout dropout;
  nn::Linear read;
  optim::AdamW adam;
  optim::CosineWithWarmup schedule{0.02, 10, 500, 0.001};
  Index step = 0;

  explicit Training(std::uint64_t seed = 1) : rng(seed), gru(6, 5, rng), dropout(0.2, rng), read(5, 4, rng), adam(joined(), 0.02) {}
  Training(const Training&) = delete;

  void run(Index steps) {
    for (; step < steps; ++step) {
      datasets::RecallBatch batch = datasets::recall(3, {2, 0, 4}, rng);
      adam.lr = schedule.lr(step);
      adam.zero_grad();
      cross_entropy(read(dropout(select(gru(batch.inputs).output, 1, -1))), batch.target).backward();
      adam.step();
    }
  }
  void save(const std::string& path) const { io::save_checkpoint(path, *this, adam, step, rng); }
  void load(const std::string& path) { step = io::load_checkpoint(path, *this, adam, rng); }
  std::string bytes() const {
    scratch::Folder folder;
    save(folder / "f");
    return scratch::contents(folder / "f");
  }

 private:
  std::vector<Tensor> joined() {
    adopt("gru", gru);
    adopt("read", read);
    return parameters();
  }
};

struct Tiny : nn::Module {
  Parameter w;
  explicit Tiny(const Tensor& value) : w(add_parameter("w", value)) {}
};

}  // namespace

TEST_CASE("checkpoint: what is saved and loaded goes on bit for bit") {
  scratch::Folder folder;
  std::string path = folder / "run.safetensors";
  Training straight, first, second(2);
  straight.run(40);
  first.run(17);
  first.save(path);
  second.run(3);  // other weights, other numbers: all of it must be overwritten
  second.load(path);
  CHECK(second.step == 17);
  CHECK(second.adam.lr == first.adam.lr);
  second.run(40);
  CHECK((second.bytes() == straight.bytes()));
  CHECK(first.bytes() != straight.bytes());
  CHECK(folder.names() == std::vector<std::string>{"run.safetensors"});

  io::Safetensors file(path);
  CHECK(file.has("model.gru.weight_ih_l0"));
  CHECK(file.has("optimizer.exp_avg_sq.5"));
  CHECK(file.metadata().at("step") == "17");
  CHECK(file.metadata().at("optimizer") == "AdamW");
}

TEST_CASE("checkpoint: a training killed at 200 random moments ends like one that never stopped") {
  scratch::Folder folder;
  std::string path = folder / "run.safetensors";
  Rng moments(7);
  int writing = 0, lives_that_saved = 0;
  Index reached = 0, longest = 10'000;  // microseconds
  for (int kill = 0; kill < 200; ++kill) {
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        Training training;
        if (std::filesystem::exists(path)) training.load(path);
        for (;;) {  // saved after every step, so that most moments lie within a save
          training.run(training.step + 1);
          training.save(path);
        }
      } catch (...) {
        ::_exit(1);
      }
    }
    ::usleep(static_cast<useconds_t>(moments.below(longest)));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));  // it did not end by itself, as it would have if it could not load what was left

    for (const std::string& name : folder.names())
      if (name != "run.safetensors") {
        ++writing;
        std::filesystem::remove(folder / name);
      }
    if (lives_that_saved * 4 < kill && longest < 200'000) longest += longest / 10;  // a slow machine, where few lives come to a save
    if (!std::filesystem::exists(path)) continue;
    Training now(9);
    now.load(path);
    REQUIRE(now.step >= reached);
    lives_that_saved += now.step > reached;
    reached = now.step;
  }
  INFO(reached, " steps, ", lives_that_saved, " lives got further, ", writing, " were struck while writing");
  CHECK(lives_that_saved > 0);
  CHECK(writing > 0);

  Training resumed(9), straight;
  resumed.load(path);
  resumed.run(reached + 5);
  straight.run(reached + 5);
  CHECK((resumed.bytes() == straight.bytes()));
}

TEST_CASE("checkpoint: a full disk and a folder that must not be written leave the old file") {
  scratch::Folder folder;
  std::string path = folder / "run.safetensors";
  Training training;
  training.save(path);
  std::string old = scratch::contents(path), where = "save_safetensors: " + path + ": cannot write: ";
  training.run(1);

  for (rlim_t limit : {rlim_t{0}, rlim_t{100}, static_cast<rlim_t>(old.size() / 2)}) {
    CHECK(scratch::in_a_child([&] {
            ::signal(SIGXFSZ, SIG_IGN);
            rlimit most = {limit, limit};
            ::setrlimit(RLIMIT_FSIZE, &most);
            training.save(path);
            return std::string("(saved)");
          }) == where + "File too large");
    CHECK((scratch::contents(path) == old));
    CHECK(folder.names().size() == 1);
  }

  ::chmod((folder / ".").c_str(), 0555);
  CHECK(scratch::in_a_child([&] {
          scratch::become_nobody();
          training.save(path);
          return std::string("(saved)");
        }) == where + "Permission denied");
  ::chmod((folder / ".").c_str(), 0755);
  CHECK((scratch::contents(path) == old));
  CHECK(folder.names().size() == 1);

  CHECK(error_of([&] { training.save(path + "/under/a/file"); }) ==
        "save_safetensors: " + path + "/under/a/file: cannot write: Not a directory");
  CHECK((scratch::contents(path) == old));
}

TEST_CASE("checkpoint: the first Ctrl-C asks, the second ends") {
  {
    io::Interrupt ctrl_c;
    CHECK_FALSE(ctrl_c.requested());
    ::raise(SIGINT);
    CHECK(ctrl_c.requested());
  }
  io::Interrupt again;
  CHECK_FALSE(again.requested());
  CHECK(scratch::in_a_child([] {
          io::Interrupt ctrl_c;
          ::raise(SIGINT);
          ::raise(SIGINT);
          return std::string("(still there)");
        }) == "(died)");
}

TEST_CASE("checkpoint: two that hold Ctrl-C back at the same time") {
  io::Interrupt first;
  {
    io::Interrupt second;
    ::raise(SIGINT);
    CHECK(first.requested());
    CHECK(second.requested());
    io::Interrupt third;
    CHECK(first.requested());  // a training that begins does not make another one miss it
  }
  CHECK(first.requested());
}

TEST_CASE("checkpoint: a loop stopped by Ctrl-C goes on when it is started again") {
  scratch::Folder folder;
  std::string path = folder / "run.safetensors", said;
  Training straight, last;
  straight.run(12);
  auto start = [&](Training& training, Index stop_in) {
    for (io::Resumable run(path, training, training.adam, training.rng); run.next(12);) {
      training.step = run.step();
      training.run(run.step() + 1);
      if (run.step() == stop_in) ::raise(SIGINT);
    }
  };
  for (Index stop_in : {4, 8}) {
    Training training;
    CHECK(error_of([&] { start(training, stop_in); }) ==
          "stopped after " + std::to_string(stop_in + 1) + " of 12, which are saved in " + path + ": the same command goes on from there");
    CHECK(folder.names().size() == 1);
  }
  start(last, -1);
  CHECK((last.bytes() == straight.bytes()));
  CHECK(folder.names().empty());
  start(last, -1);
  io::Resumable nowhere("", last, last.adam, last.rng);
  CHECK_FALSE(nowhere.next(0));
}

TEST_CASE("checkpoint: counts beyond what a float holds come back as they were") {
  scratch::Folder folder;
  const std::string path = folder / "f";
  Tiny saved(tensor({1, 2}));
  optim::Adam adam(saved.parameters());
  optim::Optimizer::State state = adam.state();
  const Index many = (Index{1} << 24) + 1;
  state.step.values[0] = many;
  adam.load_state(state);
  Rng rng(3);
  io::save_checkpoint(path, saved, adam, many, rng);

  optim::Adam other(saved.parameters());
  CHECK(io::load_checkpoint(path, saved, other, rng) == many);
  CHECK(other.state().step.values[0] == many);
  CHECK(io::Safetensors(path).dtype("optimizer.step") == "I64");
}

TEST_CASE("checkpoint: one whose counts are floats, as they once were, is loaded") {
  scratch::Folder folder;
  const std::string path = folder / "f";
  Tiny model(tensor({1, 2}));
  optim::SGD sgd(model.parameters(), 0.1);
  Rng rng(3);
  io::save_checkpoint(path, model, sgd, 5, rng);
  const io::Metadata notes = io::Safetensors(path).metadata();
  io::Named tensors = io::load_safetensors(path);
  tensors.emplace_back("optimizer.step", tensor({12345}));
  io::save_safetensors(path, tensors, notes);
  CHECK(io::load_checkpoint(path, model, sgd, rng) == 5);
  CHECK(sgd.state().step.values == std::vector<Index>{12345});
}

TEST_CASE("checkpoint: what does not fit is refused, and nothing is changed") {
  scratch::Folder folder;
  std::string path = folder / "f", where = "load_checkpoint: " + path + ": ";
  Rng rng(3);
  Tiny saved(tensor({1, 2}));
  optim::SGD sgd(saved.parameters(), 0.1, {0.9, 0, 0, false});
  io::save_checkpoint(path, saved, sgd, 5, rng);

  // Other models and optimisers
  Tiny other(tensor({7, 8, 9}));
  optim::SGD other_sgd(other.parameters(), 0.5, {0.9, 0, 0, false}), plain(saved.parameters(), 0.5);
  optim::Adam adam(saved.parameters(), 0.5);
  CHECK(error_of([&] { io::load_checkpoint(path, other, other_sgd, rng); }) ==
        where + "load: nothing was loaded, because the tensors do not fit the module:\n  wrong shape: w (2,), must be (3,)");
  CHECK(error_of([&] { io::load_checkpoint(path, saved, adam, rng); }) == where + "the state of SGD cannot be loaded into Adam");
  saved.w.copy_from(tensor({3, 4}));
  CHECK(error_of([&] { io::load_checkpoint(path, saved, plain, rng); }) ==
        where + "SGD::load_state: the state does not fit:\n  unexpected: momentum_buffer.0");
  CHECK(saved.w.at({0}) == 3);  // although the model would have fitted
  CHECK(plain.lr == 0.5);
  CHECK(error_of([&] { io::save_checkpoint(path, saved, sgd, -1, rng); }) ==
        "save_checkpoint: " + path + ": step -1: must not be negative");
  CHECK(error_of([&] { io::load_checkpoint(folder / "none", saved, sgd, rng); }) ==
        "load_safetensors: " + (folder / "none") + ": cannot read: No such file or directory");

  // Damaged ones
  const io::Metadata sound = io::Safetensors(path).metadata();
  const io::Named tensors = io::load_safetensors(path);
  const io::NamedIndices counts = {{"optimizer.step", sgd.state().step}};
  auto complaint = [&](const std::string& key, const std::string& value, io::Named parts, const io::NamedIndices& whole) {
    io::Metadata notes = sound;
    if (value == "(none)") notes.erase(key);
    else if (!key.empty()) notes[key] = value;
    io::save_safetensors(path, parts, whole, notes);
    std::string before = rng.state(), message = error_of([&] { io::load_checkpoint(path, saved, sgd, rng); });
    CHECK(saved.w.at({0}) == 3);
    CHECK(sgd.lr == 0.1);
    CHECK(rng.state() == before);
    return message.compare(0, where.size(), where) == 0 ? message.substr(where.size()) : message;
  };
  CHECK(complaint("format", "(none)", tensors, counts) == "not a checkpoint: its notes do not say 'qkv checkpoint 1'");
  CHECK(complaint("format", "qkv checkpoint 2", tensors, counts) == "not a checkpoint: its notes do not say 'qkv checkpoint 1'");
  CHECK(complaint("step", "(none)", tensors, counts) == "the note 'step' is missing");
  for (const std::string& step : std::vector<std::string>{"", "-1", "1.5", "five", "1e3", "99999999999999999999"})
    CHECK(complaint("step", step, tensors, counts) == "the step '" + step + "' is not a whole number from 0 on");
  for (const std::string& lr : std::vector<std::string>{"", "-1", "nan", "inf", "fast", "0.1x"})
    CHECK(complaint("lr", lr, tensors, counts) == "the learning rate '" + lr + "' is not a finite number, not negative");
  CHECK(complaint("step", "\x1b[2J", tensors, counts) == "the step '\\x1b[2J' is not a whole number from 0 on");
  CHECK(complaint("lr", "1\n", tensors, counts) == "the learning rate '1\\n' is not a finite number, not negative");
  CHECK(complaint("optimizer", "A\x7f", tensors, counts) == "the state of A\\x7f cannot be loaded into SGD");
  std::string zeros;
  for (int i = 0; i < 312; ++i) zeros += "0 ";
  for (const std::string& state : {std::string(), std::string("1 2 3"), zeros + "312", sound.at("rng") + " 1"})
    CHECK(complaint("rng", state, tensors, counts) == "Rng::set_state: the text is not the state of a generator");

  io::Named more = tensors;
  more.emplace_back("w", tensor({1, 2}));
  CHECK(complaint("", "", more, counts) == "tensor 'w' belongs neither to the model nor to the optimizer");
  more.back().first = "\x1b[2J";
  CHECK(complaint("", "", more, counts) == "tensor '\\x1b[2J' belongs neither to the model nor to the optimizer");
  more.back().first = "model.\x1b[2J";
  CHECK(complaint("", "", more, counts) ==
        "load: nothing was loaded, because the tensors do not fit the module:\n  unexpected: \\x1b[2J (2,)");
  more.back().first = "optimizer.\n";
  CHECK(complaint("", "", more, counts) == "SGD::load_state: the state does not fit:\n  unexpected: \\n");
  const std::string no_counts = "SGD::load_state: the state does not fit:\n  wrong: step must hold whole numbers from 0 on";
  for (double count : {-1.0, 0.5, 1e30, std::numeric_limits<double>::quiet_NaN()}) {
    more.back() = {"optimizer.step", tensor({count})};
    CHECK(complaint("", "", more, {}) == no_counts);
  }
  CHECK(complaint("", "", tensors, {{"optimizer.step", Indices({-1})}}) == no_counts);
  CHECK(complaint("", "", tensors, {}) == "SGD::load_state: the state does not fit:\n  missing: step (1,)");
  CHECK(complaint("", "", {}, counts) == "load: nothing was loaded, because the tensors do not fit the module:\n  missing: w (2,)");

  // The other precision's file
  std::string bytes = scratch::contents(path);
  io::save_safetensors(path, tensors, counts, sound);
  bytes = scratch::contents(path);
  std::string mine = sizeof(Scalar) == 4 ? "F32" : "F64", theirs = sizeof(Scalar) == 4 ? "I32" : "I64";
  for (std::size_t at; (at = bytes.find("\"" + mine + "\"")) != std::string::npos;) bytes.replace(at + 1, 3, theirs);
  folder.put("f", bytes);
  CHECK(error_of([&] { io::load_checkpoint(path, saved, sgd, rng); }) ==
        where + "tensor 'model.w' is " + theirs + ", this program computes in " + mine);
}
