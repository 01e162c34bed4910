#pragma once
#include <array>
#include <map>

#include "reader.h"

// What one seed comes to: every model trained from the start, and asked.

using Shares = std::vector<double>;  // of right answers, one for each kind of question

inline Shares by_kind(const Tensor& scores, const CaseSet& set, Index kinds) {
  Shares shares;
  for (Index kind = 0; kind < kinds; ++kind) shares.push_back(right(scores, set, kind));
  return shares;
}

/// A rule to beat: the answer is the room that the story names last, whoever went there.
inline double last_room_named(const CaseSet& set, Index kind) {
  Index count = 0, good = 0;
  for (const Case& one : set.cases) {
    if (one.kind != kind) continue;
    Index named = -1;
    for (const std::string& sentence : one.sentences)
      for (Index room = 0; room < 6; ++room)
        if (sentence.find(rooms[room]) != std::string::npos) named = room;
    ++count, good += named == one.answer;
  }
  return static_cast<double>(good) / static_cast<double>(count);
}

/// How much a run learns from, and how often.
struct Effort {
  Index cases, epochs;
};

struct StoryRun {
  std::map<std::string, Shares> right, hidden;                    // by model; of two hops, by what is hidden
  double hop_1_on_taker = 0, hop_2_on_move = 0, room_before = 0;  // questions for a thing: how often the largest weight is where it must be
  Task task;
  std::shared_ptr<HopReader> two_hops;
};

inline StoryRun story_run(const Effort& effort, std::uint64_t seed, bool asks_anew) {
  StoryRun run;
  run.task = story_task(effort.cases, seed);
  const Task& task = run.task;
  Rng rng(seed);
  auto trained = [&](const auto& model) {
    train(model, task.train.words, task.train.answers, effort.epochs, rng);
    return by_kind(scores_of(model, task.test.words), task.test, 2);
  };
  run.right["chance"] = {1.0 / 6, 1.0 / 6};
  run.right["the room named last"] = {last_room_named(task.test, 0), last_room_named(task.test, 1)};
  run.right["bag of words"] = trained(BagReader(task, rng));
  run.right["LSTM"] = trained(LstmReader(task, rng));
  run.right["one hop"] = trained(HopReader(task, 1, rng));
  run.right["two hops, words start at 1"] = trained(HopReader(task, 2, rng, 1));
  run.two_hops = std::make_shared<HopReader>(task, 2, rng);
  run.two_hops->asks_anew = asks_anew;
  run.right["two hops"] = trained(*run.two_hops);

  NoGrad no_graph;
  const Reading reading = run.two_hops->read(task.test.words);
  auto without = [&](const Tensor& rank) {
    return by_kind(run.two_hops->read(task.test.words, largest_hidden(rank)).scores, task.test, 2);
  };
  run.hidden["nothing"] = run.right["two hops"];
  run.hidden["a random sentence"] = without(rand(reading.weights[0].shape(), rng));
  run.hidden["the one hop 1 looks at most"] = without(reading.weights[0]);
  const Tensor no_move = run.two_hops->read(task.test.words, largest_hidden(reading.weights[1])).scores;
  run.hidden["the one hop 2 looks at most"] = by_kind(no_move, task.test, 2);
  run.hop_1_on_taker = on_support(reading.weights[0], task.test, 1, 0);
  run.hop_2_on_move = on_support(reading.weights[1], task.test, 1, 1);
  const Indices answered = argmax(no_move, 1);
  for (std::size_t n = 0; n < task.test.cases.size(); ++n)
    run.room_before += (answered.values[n] == task.test.cases[n].before) / static_cast<double>(task.test.cases.size());
  run.task.train = {};  // ten of them would be large
  return run;
}

struct DialogueRun {
  std::map<std::string, Shares> right;
  Task task;
  std::shared_ptr<HopReader> all_turns;
};

inline DialogueRun dialogue_run(const Effort& effort, std::uint64_t seed) {
  DialogueRun run;
  run.task = dialogue_task(effort.cases, seed);
  const Task& task = run.task;
  Rng rng(seed);
  auto trained = [&](const auto& model, const Indices& train_words, const Indices& test_words) {
    train(model, train_words, task.train.answers, effort.epochs, rng);
    return by_kind(scores_of(model, test_words), task.test, 3);
  };
  const Indices shuffled = shuffled_turns(task.test.words, rng);
  run.right["chance"] = {0.05, 0.05, 0.05};
  run.right["bag of words"] = trained(BagReader(task, rng), task.train.words, task.test.words);
  run.right["LSTM"] = trained(LstmReader(task, rng), task.train.words, task.test.words);
  run.right["last turn only"] = trained(HopReader(task, 1, rng), last_turn_only(task.train.words), last_turn_only(task.test.words));
  run.all_turns = std::make_shared<HopReader>(task, 1, rng);
  run.right["all turns"] = trained(*run.all_turns, task.train.words, task.test.words);
  run.right["all turns, shuffled for the test"] = by_kind(scores_of(*run.all_turns, shuffled), task.test, 3);
  run.right["all turns, always shuffled"] = trained(HopReader(task, 1, rng), shuffled_turns(task.train.words, rng), shuffled);
  run.task.train = {};
  return run;
}
