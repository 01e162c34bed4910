// data: descriptions
#include <qkv/show/chart.h>
#include <qkv/show/lesson.h>
#include <qkv/show/stopwatch.h>
#include <qkv/show/table.h>

#include <array>

#include "by_hand.h"
#include "summaries.h"

namespace {

void the_question(show::Lesson& lesson, const Corpus& corpus) {
  lesson.section("The question");
  lesson.say("A text is read; what is it about, in one line? lesson 62: " + corpus.texts.source +
             (lesson.quick() ? ". (Without --quick: real ones.)" : ". The person who wrote the text also wrote the line."));
  for (std::size_t i : {0, 8}) {
    lesson.show("text", datasets::joined(corpus.train.read(static_cast<Index>(i))));
    lesson.show("line", datasets::joined(corpus.train.written(static_cast<Index>(i))));
  }
  double words = 0, line = 0;
  for (Index i = 0; i < corpus.train.size(); ++i) {
    words += static_cast<double>(corpus.train.read(i).size()) / static_cast<double>(corpus.train.size());
    line += static_cast<double>(corpus.train.written(i).size()) / static_cast<double>(corpus.train.size());
  }
  lesson.name_columns(33);
  lesson.show("texts: to learn from, test", show::whole(corpus.train.size()) + ", " + show::whole(corpus.test.size()));
  lesson.show("words known", show::whole(corpus.vocabulary.size()));
  lesson.show("words of a text (60 at most)", show::number(words, 1));
  lesson.show("words of a line", show::number(line, 1));
}

void how_good_is_a_summary(show::Lesson& lesson) {
  lesson.section("How good is a summary?", "ROUGE-n = 2 both / (runs written + runs of the person)");
  const Words person = datasets::words_of(said_by_a_person);
  lesson.show("a person", said_by_a_person);
  show::Table table({"a program", "words", "ROUGE-1", "ROUGE-2"});
  for (const char* said : said_by_programs) {
    const Words words = datasets::words_of(said);
    table.add_row({said, show::whole(static_cast<Index>(words.size())), show::number(rouge_1(words, person, !lesson.broken("no-clip")), 1),
                   show::number(datasets::rouge({words}, {person}, 2), 1)});
  }
  lesson.show(table);
  lesson.say(
      "Both: the words (ROUGE-1), or pairs of neighbours (ROUGE-2), that stand in both. A word that says the same counts nothing, and a "
      "sentence that says the opposite may count much.");
}

void add_row(show::Table& table, const std::string& name, const Score& score, const std::string& parameters = "0",
             const std::string& time = "") {
  table.add_row({name, parameters, time, show::number(score.words, 1), show::number(score.rouge_1, 1), show::number(score.rouge_2, 1)});
}

/// Trains one of the two and lets it write. Returns the seconds of the training.
double train(const show::Lesson& lesson, const Corpus& corpus, bool copy, std::unique_ptr<GruTranslator>& model,
             std::vector<Words>& written) {
  TranslatorTraining training = training_of(lesson.quick());
  training.saved = lesson.training_path(name_of(copy));
  const show::Stopwatch watch(show::Clock::thread);
  model = make_writer(corpus, copy, lesson.quick(), lesson.seed());
  fit(*model, corpus.train, training, name_of(copy));
  const double seconds = watch.seconds();
  written = translate(*model, corpus.test, longest_written, beam);
  return seconds;
}

void first_words_and_pointers(show::Lesson& lesson, const Corpus& corpus, Trained& trained) {
  lesson.section("First words, telling words, a pointer", "on the test texts");
  const std::vector<Words>& right = corpus.test.references();
  show::Table table({"summary", "parameters", "training", "words", "ROUGE-1", "ROUGE-2"});
  for (std::size_t count : {6, 10}) {
    std::vector<Words> first;
    for (Index i = 0; i < corpus.test.size(); ++i) first.push_back(first_words(corpus.test.read(i), count));
    add_row(table, "the first " + std::to_string(count) + " words", score_of(first, right));
  }
  std::vector<Words> telling;
  for (Index i = 0; i < corpus.test.size(); ++i) telling.push_back(telling_words(corpus.test.read(i), 6, corpus));
  add_row(table, "the 6 most telling words", score_of(telling, right));
  double seconds[2] = {};
  side_by_side({[&] { seconds[0] = train(lesson, corpus, false, trained.writer, trained.written); },
                [&] { seconds[1] = train(lesson, corpus, true, trained.copier, trained.copied); }});
  for (bool copy : {false, true})
    add_row(table, name_of(copy), score_of(copy ? trained.copied : trained.written, right),
            show::whole((copy ? trained.copier : trained.writer)->parameter_count()), show::number(seconds[copy], 0) + " s");
  lesson.show(table);
  lesson.say("Training: seconds of one processor; the two are trained side by side.");
  for (Index i : {3, 11, 40}) {
    if (lesson.quick()) break;  // what it writes may differ between processors
    lesson.show("text", datasets::joined(corpus.test.read(i)));
    lesson.show("person", datasets::joined(corpus.test.written(i)));
    lesson.show("copying", datasets::joined(trained.copied[static_cast<std::size_t>(i)]));
  }
}

void what_is_copied(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("What is copied", "p_gen: from the vocabulary rather than from the text");
  const std::array<Origin, 3> person = origins(corpus.test, corpus.vocabulary),
                              program = origins(as_pairs(corpus, corpus.test, trained.copied), corpus.vocabulary, trained.copier.get());
  double persons = 0, programs = 0;
  for (const Origin& each : person) persons += each.count;
  for (const Origin& each : program) programs += each.count;
  show::Table table({"the words of a summary", "a person's", "copying", "mean p_gen"});
  const char* names[] = {"stand in the text", "stand in the text, no number", "do not stand in the text"};
  for (std::size_t k = 0; k < 3; ++k)
    table.add_row({names[k], show::number(100 * person[k].count / persons, 1) + "%",
                   show::number(100 * program[k].count / programs, 1) + "%",
                   show::number(program[k].written / std::max(program[k].count, 1.0), 2)});
  lesson.show(table);
}

void where_it_looks(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("Where it looks", "the weight of each place of the text");
  const SentencePairs pairs = as_pairs(corpus, corpus.test, trained.copied);
  const Tensor weights = weight_of_places(*trained.copier, pairs);
  constexpr Index bin = 6;
  std::vector<double> looks(longest_read / bin), person(longest_read / bin), words(longest_read / bin);
  double all = 0, found_in_all = 0, words_in_all = 0;
  for (Index i = 0; i < pairs.size(); ++i) {
    const Words& text = corpus.test.read(i);
    for (std::size_t s = 0; s < text.size(); ++s) {
      const std::size_t b = s / bin;
      looks[b] += weights.at({i, static_cast<Index>(s)}), all += weights.at({i, static_cast<Index>(s)});
      ++words[b], ++words_in_all;
    }
    for (const std::string& word : corpus.test.written(i)) {
      const auto found = std::find(text.begin(), text.end(), word);
      if (found != text.end()) ++person[static_cast<std::size_t>(found - text.begin()) / bin], ++found_in_all;
    }
  }
  show::Table table({"place in the text", "words", "weight", "a person's words first stand here"});
  show::LineChart chart{"Where attention looks, and where a person's words stand",
                        "place in the text",
                        "share",
                        {{"all words", {}, {}}, {"weight", {}, {}}, {"a person's words", {}, {}}}};
  for (std::size_t b = 0; b < looks.size(); ++b) {
    const double shares[] = {words[b] / words_in_all, looks[b] / all, person[b] / found_in_all};
    std::vector<std::string> cells{std::to_string(b * bin + 1) + " to " + std::to_string((b + 1) * bin)};
    for (std::size_t k = 0; k < 3; ++k) {
      cells.push_back(show::number(100 * shares[k], 1) + "%");
      chart.series[k].x.push_back(static_cast<double>(b * bin) + bin / 2.0);
      chart.series[k].y.push_back(shares[k]);
    }
    table.add_row(cells);
  }
  lesson.show(table);
  lesson.save("places", draw(chart));
}

void does_it_matter(show::Lesson& lesson, const Corpus& corpus, const Trained& trained) {
  lesson.section("Does it matter what it looks at?", "five words of each text are taken away");
  show::Table table({"taken away", "ROUGE-1", "ROUGE-2"});
  for (const auto& [name, score] : scores_without(corpus, *trained.copier, trained.copied, lesson.seed()))
    table.add_row({name, show::number(score.rouge_1, 1), show::number(score.rouge_2, 1)});
  lesson.show(table);
}

void with_other_seeds(show::Lesson& lesson, const Corpus& corpus) {
  lesson.section("With other seeds", "ROUGE-1: median (range)");
  datasets::TextPairs some = corpus.texts;
  some.train.resize(std::min<std::size_t>(some.train.size(), lesson.quick() ? 600 : 4000));
  some.test.resize(std::min<std::size_t>(some.test.size(), 1000));
  const Corpus small(some, lesson.quick() ? 120 : 2000);
  TranslatorTraining training = training_of(lesson.quick());
  training.epochs = 3;
  lesson.say("Smaller trainings: " + show::whole(small.train.size()) + " texts, " + show::whole(training.epochs) + " epochs, " +
             show::whole(small.vocabulary.size()) + " words known; " + show::whole(small.test.size()) +
             " texts to test. Seeds: " + show::whole(lesson.seeds()) + ".");
  const std::size_t seeds = static_cast<std::size_t>(lesson.seeds());
  std::vector<double> writers(seeds);
  std::vector<std::vector<std::pair<std::string, Score>>> copiers(seeds);
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < seeds; ++i)
    for (bool copy : {false, true})
      jobs.push_back([&, i, copy] {
        const std::uint64_t seed = lesson.seed() + i;
        const auto model = make_writer(small, copy, lesson.quick(), seed);
        fit(*model, small.train, training, name_of(copy));
        const std::vector<Words> written = translate(*model, small.test, longest_written, beam);
        if (copy) copiers[i] = scores_without(small, *model, written, seed);
        else writers[i] = score_of(written, small.test.references()).rouge_1;
      });
  side_by_side(jobs);
  std::vector<std::pair<std::string, std::vector<double>>> rows{{name_of(false), writers}};
  for (std::size_t k = 0; k < copiers[0].size(); ++k) {
    rows.push_back({k == 0 ? name_of(true) : "without " + copiers[0][k].first, {}});
    for (const auto& scores : copiers) rows.back().second.push_back(scores[k].second.rouge_1);
  }
  show::Table table({"model", "ROUGE-1"});
  for (const auto& [name, values] : rows) table.add_row({name, show::median_and_range(values, 1)});
  lesson.show(table);
}

void what_to_notice(show::Lesson& lesson) {
  lesson.section("What to notice");
  lesson.say(
      "Most of a summary stands in the text already, so a model that can point writes better lines than one that can only choose from its "
      "vocabulary. And the words that get the weight are those that the summary needs: without them it is worse.");
}

void lesson_body(show::Lesson& lesson) {
  const Corpus corpus(pairs_for(lesson.quick()), lesson.quick() ? 150 : 4000);
  Trained trained;
  the_question(lesson, corpus);
  how_good_is_a_summary(lesson);
  first_words_and_pointers(lesson, corpus, trained);
  what_is_copied(lesson, corpus, trained);
  where_it_looks(lesson, corpus, trained);
  does_it_matter(lesson, corpus, trained);
  with_other_seeds(lesson, corpus);
  what_to_notice(lesson);
}

const show::LessonInfo info{"62",
                            "Summaries",
                            "文本摘要",
                            "《资源分配》 §6.2; 《专注力》 §6.2",
                            "From the long description of a package to its one line: the first words, counting, and a model that copies.",
                            {{"no-clip", "section 2 finds a word of the person again and again"}},
                            3};

}  // namespace

int main(int argc, char** argv) { return show::run_lesson(argc, argv, info, lesson_body); }
