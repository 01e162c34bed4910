#pragma once
#include <qkv/qkv.h>

// Made-up headlines whose verdict is known, because they were made from it.

using namespace qkv;

/// A headline, what it says (1 good, 0 bad), and which sort of headline it is.
struct Headline {
  std::string text;
  Index verdict = 0;
  Index kind = 0;  // 0: one clause; 1: one clause with "not"; 2: two clauses; 3: two clauses with "not" in one or both
};
const std::vector<std::string> kinds{"one clause", "one, with not", "two clauses", "two, with not"};

struct HeadlineSet {
  std::vector<Headline> headlines;
  Indices words, verdicts;  // (N, 14), padded; (N)
};

struct HeadlineTask {
  datasets::Vocabulary vocabulary;
  HeadlineSet train, test;
};

/// A clause says that something will go up or down, or will not. Three in ten are denied.
struct Clause {
  std::string text;
  bool good, denied;
};
inline Clause draw_clause(Rng& rng) {
  auto one_of = [&](const std::vector<std::string>& texts) { return texts[rng.below(static_cast<Index>(texts.size()))]; };
  const bool up = rng.below(2) == 1, denied = rng.below(10) < 3;
  const std::string verb = up ? one_of({"rise", "grow", "improve", "recover"}) : one_of({"fall", "shrink", "weaken", "slump"});
  return {one_of({"profit", "demand", "output", "income", "trade", "turnover"}) + " will " + (denied ? "not " : "") + verb +
              one_of({"", "", " again", " soon"}),
          up != denied, denied};
}

/// Half of the headlines are one clause. Of two clauses the one behind "but" counts, and not the one behind "although".
inline Headline draw_headline(Rng& rng) {
  const Clause a = draw_clause(rng);
  if (rng.below(2) == 0) return {a.text, a.good, a.denied};
  const Clause b = draw_clause(rng);
  const Index kind = a.denied || b.denied ? 3 : 2;
  switch (rng.below(3)) {
    case 0: return {a.text + " but " + b.text, b.good, kind};
    case 1: return {"although " + a.text + ", " + b.text, b.good, kind};
    default: return {a.text + " although " + b.text, a.good, kind};
  }
}

inline HeadlineTask headline_task(Index to_learn_from, std::uint64_t seed) {
  Rng rng(seed);
  HeadlineTask task;
  for (HeadlineSet* set : {&task.train, &task.test}) {
    const Index count = set == &task.train ? to_learn_from : 2000;
    std::vector<std::string> texts;
    for (Index n = 0; n < count; ++n) {
      set->headlines.push_back(draw_headline(rng));
      texts.push_back(set->headlines[n].text);
      set->verdicts.values.push_back(set->headlines[n].verdict);
    }
    set->verdicts.shape = {count};
    if (set == &task.train) task.vocabulary = datasets::Vocabulary(texts, 100);
    set->words = task.vocabulary.encode(texts, 14);
  }
  return task;
}
