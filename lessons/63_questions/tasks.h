#pragma once
#include <qkv/qkv.h>

// The stories and the dialogues: drawn from a seed, and written in words.

using namespace qkv;

/// Some sentences, of which the last one asks, and the answer.
struct Case {
  std::vector<std::string> sentences;
  Index answer = 0;            // its number
  Index kind = 0;              // which sort of question it is: see below
  std::vector<Index> support;  // the sentences that one needs, in that order
  Index before = -1;           // in a story: where the one who is looked for was before the last move
};

/// Cases, and their words as numbers.
struct CaseSet {
  std::vector<Case> cases;
  Indices words;    // (N, sentences, words of a sentence), padded; the last sentence asks
  Indices answers;  // (N)
};

/// What a model learns from and what it is tested on.
struct Task {
  datasets::Vocabulary vocabulary;
  std::vector<std::string> answers;
  CaseSet train, test;
};

inline Index length_of(const Task& task) { return task.test.words.shape[1]; }

/// The number of the first case of this kind.
inline Index first_of(const CaseSet& set, Index kind) {
  Index n = 0;
  while (set.cases[n].kind != kind) ++n;
  return n;
}

/// Draws a task: so many cases to learn from and to be tested on, sentences of at most `words` words.
inline Task make_task(Case (*draw)(Rng&), const std::vector<std::string>& answers, Index words, Index to_learn_from, std::uint64_t seed) {
  Rng rng(seed);
  Task task;
  task.answers = answers;
  for (CaseSet* set : {&task.train, &task.test}) {
    const Index count = set == &task.train ? to_learn_from : 2000;
    std::vector<std::string> sentences;
    for (Index n = 0; n < count; ++n) {
      set->cases.push_back(draw(rng));
      sentences.insert(sentences.end(), set->cases[n].sentences.begin(), set->cases[n].sentences.end());
      set->answers.values.push_back(set->cases[n].answer);
    }
    set->answers.shape = {count};
    if (set == &task.train) task.vocabulary = datasets::Vocabulary(sentences, 200);
    set->words = task.vocabulary.encode(sentences, words);
    set->words.shape = {count, static_cast<Index>(sentences.size()) / count, words};
  }
  return task;
}

// ---- Stories

const std::vector<std::string> people{"mary", "john", "sara", "tom"}, things{"ball", "book", "cup"},
    rooms{"kitchen", "garden", "office", "hall", "cellar", "attic"};

/// Everybody goes to a room, and later to another one; each thing is taken by somebody; all in a random order. Who took a thing keeps it. Half of
/// the questions ask for somebody, whose last move is the one fact needed (kind 0). The others ask for a thing: who took it, and where did that one
/// go last (kind 1)?
inline Case draw_story(Rng& rng) {
  struct Event {
    Index who, thing;  // thing -1: a move
  };
  std::vector<Event> events;
  for (Index who = 0; who < 4; ++who) events.insert(events.end(), 2, {who, -1});
  for (Index thing = 0; thing < 3; ++thing) events.push_back({rng.below(4), thing});

  Case story;
  std::vector<Index> room(4, -1), before(4, -1), last_move(4), taken_by(3), taken_at(3);
  Index now = 0;
  for (Index e : rng.permutation(static_cast<Index>(events.size()))) {
    const Event& event = events[e];
    if (event.thing < 0) {
      before[event.who] = room[event.who];
      room[event.who] = room[event.who] < 0 ? rng.below(6) : (room[event.who] + 1 + rng.below(5)) % 6;
      last_move[event.who] = now++;
      story.sentences.push_back(people[event.who] + " went to the " + rooms[room[event.who]]);
    } else {
      taken_by[event.thing] = event.who;
      taken_at[event.thing] = now++;
      story.sentences.push_back(people[event.who] + " took the " + things[event.thing]);
    }
  }
  story.kind = rng.below(2);
  const Index thing = rng.below(3), who = story.kind == 0 ? rng.below(4) : taken_by[thing];
  story.sentences.push_back(story.kind == 0 ? "where is " + people[who] : "where is the " + things[thing]);
  if (story.kind == 1) story.support.push_back(taken_at[thing]);
  story.support.push_back(last_move[who]);
  story.answer = room[who];
  story.before = before[who];
  return story;
}

inline Task story_task(Index to_learn_from, std::uint64_t seed) { return make_task(draw_story, rooms, 5, to_learn_from, seed); }

// ---- Dialogues

const std::vector<std::string> products{"phone", "camera", "lamp", "watch", "printer"}, wishes{"return", "repair", "price", "delivery"};

/// Three turns of a customer. The first names a product. Half of the second turns name another one. The third asks, and half of the time it says for
/// which product (kind 0). Else it says "it", which is the product named last, of one (kind 1) or of two (kind 2). An answer is a wish and a product.
inline Case draw_dialogue(Rng& rng) {
  auto one_of = [&](const std::vector<std::string>& texts, const std::string& product) {
    std::string text = texts[rng.below(static_cast<Index>(texts.size()))];
    const std::size_t hole = text.find('_');
    return hole == std::string::npos ? text : text.replace(hole, 1, product);
  };
  const Index first = rng.below(5), second = (first + 1 + rng.below(4)) % 5, wish = rng.below(4);
  const bool names_second = rng.below(2) == 1;
  const bool says_it = rng.below(2) == 1;
  Case dialogue;
  dialogue.kind = says_it ? names_second ? 2 : 1 : 0;
  const std::vector<std::string> names{"i bought a _", "my _ came today", "there is a _ too", "i have a _ from you"};
  dialogue.sentences.push_back(one_of(names, products[first]));
  dialogue.sentences.push_back(names_second ? one_of(names, products[second])
                                            : one_of({"it was a present", "the box was open", "i have the bill here"}, ""));
  const std::vector<std::string> asks[] = {{"can i return _", "i want to send _ back"},
                                           {"can you repair _", "please mend _"},
                                           {"what does _ cost", "how much is _"},
                                           {"when does _ come", "where is _ now"}};
  Index meant = names_second ? second : first;
  dialogue.support = {names_second ? 1 : 0};
  if (!says_it) {
    meant = rng.below(5);
    dialogue.support = {2};
  }
  dialogue.sentences.push_back(one_of(asks[wish], says_it ? "it" : "the " + products[meant]));
  dialogue.answer = wish * 5 + meant;
  return dialogue;
}

inline Task dialogue_task(Index to_learn_from, std::uint64_t seed) {
  std::vector<std::string> answers;
  for (const std::string& wish : wishes)
    for (const std::string& product : products) answers.push_back(wish + ": " + product);
  return make_task(draw_dialogue, answers, 6, to_learn_from, seed);
}

/// Only the last turn is left: the others become padding.
inline Indices last_turn_only(Indices words) {
  const Index turns = words.shape[1], length = words.shape[2];
  for (std::size_t i = 0; i < words.values.size(); ++i)
    if (static_cast<Index>(i) / length % turns != turns - 1) words.values[i] = datasets::Vocabulary::padding;
  return words;
}

/// The turns before the last one in a random order, another one for each dialogue.
inline Indices shuffled_turns(const Indices& words, Rng& rng) {
  Indices result = words;
  const Index turns = words.shape[1], length = words.shape[2];
  for (Index n = 0; n < words.shape[0]; ++n) {
    const std::vector<Index> order = rng.permutation(turns - 1);
    for (Index t = 0; t < turns - 1; ++t)
      for (Index w = 0; w < length; ++w) result.values[(n * turns + t) * length + w] = words.values[(n * turns + order[t]) * length + w];
  }
  return result;
}
