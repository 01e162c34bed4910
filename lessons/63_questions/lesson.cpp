#include <qkv/show/heatmap.h>
#include <qkv/show/lesson.h>
#include <qkv/show/table.h>

#include "example.h"
#include "runs.h"

namespace {

/// One hop over three sentences: softmax(4 q m^T) m. Shows its steps.
Tensor one_hop(show::Lesson& lesson, const Example& x, const Tensor& q) {
  show::Table table({"sentence", "q . m_j", "exp(4 q . m_j)", "alpha_j"});
  std::vector<double> e;
  double total = 0;
  for (Index j = 0; j < 3; ++j) {
    double dot = 0;
    for (Index i = 0; i < 6; ++i) dot += q.at({i}) * x.m.at({j, i});
    e.push_back(dot);
    total += exp(x.sharpness * dot);
  }
  Tensor found = zeros({6});
  for (Index j = 0; j < 3; ++j) {
    const double alpha = exp(x.sharpness * e[j]) / total;
    table.add_row({x.sentences[j], show::number(e[j]), show::number(exp(x.sharpness * e[j]), 2), show::number(alpha)});
    for (Index i = 0; i < 6; ++i) found.set({i}, found.at({i}) + alpha * x.m.at({j, i}));
  }
  lesson.show(table);
  lesson.show("found", found);
  AttentionOptions options;
  options.scale = x.sharpness;
  Tensor library = scaled_dot_product_attention(reshape(q, {1, 1, 6}), unsqueeze(x.m, 0), unsqueeze(x.m, 0), options).output;
  lesson.compare("by the loop and by the library", reshape(found, {1, 1, 6}), library);
  return found;
}

void the_question(show::Lesson& lesson, const Example& x) {
  lesson.section("The question");
  lesson.say(
      "Mary took the ball. John went to the garden. Mary went to the kitchen. Where is the ball? No sentence says so: it takes two. Can "
      "attention put them together? A word is an axis, a sentence is the sum of its words:");
  lesson.name_columns(26);
  lesson.show("axes", "mary, john, ball, kitchen, garden, went");
  for (Index j = 0; j < 3; ++j) lesson.show(x.sentences[j], select(x.m, 0, j));
  lesson.show("where is the ball", x.ball);
}

Tensor one_hop_finds_who(show::Lesson& lesson, const Example& x) {
  lesson.section("One hop", "alpha = softmax(4 q m^T),  found = alpha m");
  Tensor found = one_hop(lesson, x, x.ball);
  lesson.say("The weight is on the sentence that has the ball. It says who, not where: kitchen and garden got the same.");
  return found;
}

void a_second_hop(show::Lesson& lesson, const Example& x, const Tensor& found) {
  lesson.section("A second hop", "q_2 = keep * found + wish");
  lesson.say("The next question keeps the people that were found, and wishes for a sentence that says went:");
  lesson.show("keep", x.keep);
  lesson.show("wish", x.wish);
  Tensor q = lesson.broken("same-question") ? x.next_question(x.ball) : x.next_question(found);
  lesson.show("q_2", q);
  one_hop(lesson, x, q);
}

// ---- Stories and dialogues

/// A row for each name: over all runs, the median and range of a share for each kind of question.
template <class Run>
void show_shares(show::Lesson& lesson, const std::vector<std::string>& headings, const std::vector<std::string>& names,
                 const std::vector<Run>& runs, std::map<std::string, Shares> Run::*shares) {
  show::Table table(headings);
  for (const std::string& name : names) {
    std::vector<std::string> row{name};
    for (std::size_t kind = 0; kind + 1 < headings.size(); ++kind) {
      std::vector<double> all;
      for (const Run& run : runs) all.push_back((run.*shares).at(name)[kind]);
      row.push_back(name == "chance" ? show::number(all[0], 3) : show::median_and_range(all, 3));
    }
    table.add_row(row);
  }
  lesson.show(table);
}

void stories(show::Lesson& lesson, const Effort& effort) {
  lesson.section("Stories");
  lesson.say(
      "Four people, six rooms, three things. Everybody goes to a room, and later to another one. Each thing is taken by somebody, who "
      "keeps it. All of it in a random order, so the last move counts, not the first. Drawn from a seed; a story for each kind of "
      "question:");
  const Task task = story_task(2, lesson.seed());
  for (Index kind : {0, 1}) {
    const Case& story = task.test.cases[first_of(task.test, kind)];
    show::Table table({"", kind == 0 ? "one fact" : "two facts", "needed"});
    for (std::size_t s = 0; s < story.sentences.size(); ++s) {
      auto needed = std::find(story.support.begin(), story.support.end(), static_cast<Index>(s));
      table.add_row({show::whole(static_cast<Index>(s) + 1), story.sentences[s],
                     needed == story.support.end() ? "" : "fact " + show::whole(needed - story.support.begin() + 1)});
    }
    table.add_row({"", "answer: " + rooms[story.answer], ""});
    lesson.show(table);
  }
  lesson.name_columns(22);
  lesson.show("stories to learn from", show::whole(effort.cases));
  lesson.show("stories in the test", show::whole(task.test.words.shape[0]));
}

std::vector<StoryRun> trained(show::Lesson& lesson, const Effort& effort) {
  lesson.section("Trained on answers alone", "u <- u + softmax(u . W_k m) W_v m");
  std::vector<StoryRun> runs;
  for (int i = 0; i < lesson.seeds(); ++i)
    runs.push_back(story_run(effort, lesson.seed() + static_cast<std::uint64_t>(i), lesson.broken("same-question")));
  lesson.say("Nobody says which sentences matter. The share of right answers on new stories, median of the seeds and range:");
  show_shares(lesson, {"", "one fact", "two facts"},
              {"chance", "the room named last", "bag of words", "LSTM", "one hop", "two hops", "two hops, words start at 1"}, runs,
              &StoryRun::right);
  lesson.name_columns(22);
  lesson.show("seeds", lesson.seeds());
  return runs;
}

void where_it_looks(show::Lesson& lesson, const std::vector<StoryRun>& runs) {
  lesson.section("Where it looks");
  const CaseSet examples = story_task(2, lesson.seed()).test;
  const Case& story = examples.cases[first_of(examples, 1)];
  const Index length = static_cast<Index>(story.sentences.size());
  const Indices words({1, length, 5}, runs[0].task.vocabulary.encode(story.sentences, 5).values);
  NoGrad no_graph;
  const Reading reading = runs[0].two_hops->read(words);
  lesson.say("The second story of section 4:");
  lesson.show(
      "story",
      show::HeatMap{
          transpose(concat({reading.weights[0], reading.weights[1]}, 0)), story.sentences, {"hop 1", "hop 2"}, "Where the two hops look"});
  std::vector<double> taker, move;
  for (const StoryRun& run : runs) taker.push_back(run.hop_1_on_taker), move.push_back(run.hop_2_on_move);
  lesson.say("Over all questions for a thing, how often the largest weight is on the sentence that is needed:");
  lesson.name_columns(34);
  lesson.show("hop 1: who took it", show::median_and_range(taker, 3));
  lesson.show("hop 2: the last move of that one", show::median_and_range(move, 3));
}

void hide_a_sentence(show::Lesson& lesson, const std::vector<StoryRun>& runs) {
  lesson.section("Hide a sentence");
  lesson.say("Two hops, and one sentence of each story may not be looked at. Right answers:");
  show_shares(lesson, {"hidden", "one fact", "two facts"},
              {"nothing", "a random sentence", "the one hop 1 looks at most", "the one hop 2 looks at most"}, runs, &StoryRun::hidden);
  std::vector<double> before;
  for (const StoryRun& run : runs) before.push_back(run.room_before);
  lesson.say("In the last row: how often is the answer the room where that person was before?");
  lesson.name_columns(28);
  lesson.show("the room before", show::median_and_range(before, 3));
}

void a_dialogue(show::Lesson& lesson, const std::vector<DialogueRun>& runs) {
  lesson.section("A dialogue");
  lesson.say(
      "A customer says three things. Half of the time the third says 'it': the product that was named last. The answer is what is wanted "
      "and for which product. One dialogue of each kind, the answer of one hop, and its weights:");
  const Task& task = runs[0].task;
  for (Index kind : {0, 1, 2}) {
    const Index n = first_of(task.test, kind);
    NoGrad no_graph;
    const Reading reading = runs[0].all_turns->read(take_rows(task.test.words, {n}));
    show::Table table({"turn",
                       kind == 0   ? "says what it means"
                       : kind == 1 ? "'it', one product named"
                                   : "'it', two products named",
                       "alpha"});
    for (Index t = 0; t < 3; ++t)
      table.add_row({show::whole(t + 1), task.test.cases[n].sentences[t], show::number(reading.weights[0].at({0, t}), 2)});
    table.add_row({"", "answered: " + task.answers[argmax(reading.scores, 1).values[0]], ""});
    lesson.show(table);
  }
}

void which_turns(show::Lesson& lesson, const std::vector<DialogueRun>& runs) {
  lesson.section("Which turns does it need?");
  lesson.say(
      "Can be known beforehand: who sees the last turn only must guess 'it' among five products, .2. Who sees all turns but not their "
      "order must guess between two, .5, where two were named. Everything else can be answered.");
  show_shares(
      lesson, {"", "says what it means", "'it', one named", "'it', two named"},
      {"chance", "bag of words", "LSTM", "last turn only", "all turns", "all turns, shuffled for the test", "all turns, always shuffled"},
      runs, &DialogueRun::right);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "One attention finds a sentence. Two sentences that only fit together need two, and the second must ask with what the first one "
      "found. Answers alone can teach that, from a good start. Context helps where the last turn does not say what it means; where two "
      "products were named, it helps only in the right order.");
}

void lesson_body(show::Lesson& lesson) {
  const Example x;
  the_question(lesson, x);
  const Tensor found = one_hop_finds_who(lesson, x);
  a_second_hop(lesson, x, found);

  const Effort story_effort = lesson.quick() ? Effort{8000, 5} : Effort{20000, 5},
               dialogue_effort = lesson.quick() ? Effort{3000, 6} : Effort{5000, 10};
  stories(lesson, story_effort);
  const std::vector<StoryRun> runs = trained(lesson, story_effort);
  where_it_looks(lesson, runs);
  hide_a_sentence(lesson, runs);
  std::vector<DialogueRun> dialogues;
  for (int i = 0; i < lesson.seeds(); ++i)
    dialogues.push_back(dialogue_run(dialogue_effort, lesson.seed() + static_cast<std::uint64_t>(i)));
  a_dialogue(lesson, dialogues);
  which_turns(lesson, dialogues);
  what_to_notice(lesson);
}

const show::LessonInfo info{
    "63",
    "Questions",
    "问答",
    "《资源分配》 §6.3; 《专注力》 §6.3; 《分析与预测》 §6.1",
    "Stories whose answer takes one fact or two, read by one attention or two; dialogues whose last turn says 'it'.",
    {{"same-question", "the second hop asks with the question alone, not with what the first one found"}},
    10};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
